using AiwgDaemon.Config.Yaml;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Config;

/// <summary>Finds, reads and checks the configuration file. Everything that is wrong is reported at once; nothing throws.</summary>
internal static class ConfigLoader
{
    /// <summary>Larger files are refused.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    // What the umask leaves of rw-r--r--: the file is the user's, and meant to be committed. A start refuses one that others may write.
    private const UnixFileMode AsTheUmaskSays = SecureFile.Shared;

    /// <summary>The configuration of a project: <paramref name="configFile"/> if given, else the file below <c>.aiwg/</c>.</summary>
    public static ConfigResult Load(string projectDirectory, string? configFile, ConfigSurroundings? surroundings = null)
    {
        var path = Find(projectDirectory, configFile);
        return TryRead(path, out var content, out var error)
            ? Load(content, path, surroundings ?? ConfigSurroundings.Of(ConfigPurpose.Start))
            : new() { Errors = [error!] };
    }

    /// <summary>The effective configuration as text, each value with its origin; empty if there are errors.</summary>
    public static (string Listing, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Warnings) List(
        string path,
        ConfigSurroundings surroundings
    )
    {
        if (!TryRead(path, out var content, out var error)) return ("", [error!], []);
        var document = ConfigDocument.Read(content, path, surroundings);
        return document.Root is { } root && document.Errors.Count == 0
            ? (ConfigListing.Of(root, Path.GetFileName(path)), [], document.Warnings) : ("", document.Errors, document.Warnings);
    }

    /// <summary>Checks a document that is in memory.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="path">Stands in messages.</param>
    /// <param name="environment">Looks up an environment variable; null: the one of this process.</param>
    public static ConfigResult Load(ReadOnlySpan<byte> content, string path, Func<string, string?>? environment = null) =>
        Load(content, path, new ConfigSurroundings { Variable = environment ?? Environment.GetEnvironmentVariable });

    /// <summary>The same, with all that it is checked against.</summary>
    public static ConfigResult Load(ReadOnlySpan<byte> content, string path, ConfigSurroundings surroundings)
    {
        var document = ConfigDocument.Read(content, path, surroundings);
        return new()
        {
            Errors = document.Errors,
            Warnings = document.Warnings,
            Configuration =
                document.Root is { } root && document.Errors.Count == 0
                    ? ConfigMapping.Map(
                        ConfigYamlContext.Read(root),
                        path,
                        ConfigHash.Of(content),
                        [.. document.Warnings.Select(w => w.ToString())]
                    )
                    : null,
        };
    }

    /// <summary>What a file says, without a look at whether its keys are ours; null, with what is wrong, if it cannot be read.</summary>
    public static MapNode? ReadTree(string path, out IReadOnlyList<ConfigError> errors)
    {
        errors = [];
        if (!TryRead(path, out var content, out var error))
        {
            errors = [error!];
            return null;
        }
        var findings = new Findings(path);
        var tree = ConfigText.Decode(content, findings) is { } text ? ConfigReader.Read(text, findings) : null;
        if (tree is not MapNode && !findings.HasErrors)
            findings.Error(
                Place.None,
                "",
                "has no sections, so that there is nothing to migrate",
                "name the file of the old daemon with --config"
            );
        errors = findings.Errors();
        return findings.HasErrors ? null : (MapNode)tree!;
    }

    private static bool TryRead(string path, out byte[] content, out ConfigError? error)
    {
        (content, error) = ([], null);
        try
        {
            // It is the user's, who may keep it elsewhere: a ConfigMap, a directory of dotfiles.
            content = ForeignFile.ReadAll(path, MaxBytes, Links.Followed);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            error = new FileInfo(path).LinkTarget is { } target
                ? new(path, 0, 0, "", $"is a link to {target}, which does not exist", "make that file, or turn the link")
                : new(path, 0, 0, "", "does not exist", "write one with: aiwg-daemon config init");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = new(path, 0, 0, "", "cannot be read", e.Message);
        }
        return error is null;
    }

    /// <summary>
    /// The path that <see cref="Load(string, string?)"/> reads: <c>.aiwg/daemon.yaml</c>, or <c>.aiwg/daemon.json</c> if
    /// only that exists. Absolute; the file need not exist.
    /// </summary>
    public static string Find(string projectDirectory, string? configFile)
    {
        if (configFile is not null) return Path.GetFullPath(configFile);
        var directory = Path.Combine(Path.GetFullPath(projectDirectory), ".aiwg");
        var yaml = Path.Combine(directory, "daemon.yaml");
        var json = Path.Combine(directory, "daemon.json");
        return !File.Exists(yaml) && File.Exists(json) ? json : yaml;
    }

    /// <summary>Writes the default configuration; its directory is created if it is missing.</summary>
    public static void WriteDefault(string path) => Write(path, DefaultConfiguration.Json);

    /// <summary>Writes a configuration, whole or not at all.</summary>
    public static void WriteText(string path, string content) => Write(path, content);

    /// <summary>Writes the commented configuration, and beside it the JSON Schema that it names for editors.</summary>
    public static void WriteTemplate(string path)
    {
        Write(path, ConfigTemplate.Yaml());
        SecureFile.Replace(Path.Combine(Path.GetDirectoryName(path)!, ConfigTemplate.SchemaFile), ConfigSchema.Write(), AsTheUmaskSays);
    }

    private static void Write(string path, string content)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory) SecureFile.CreateSharedDirectory(directory);
        SecureFile.Replace(path, content, AsTheUmaskSays, flush: true);
    }
}
