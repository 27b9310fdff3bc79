using AiwgDaemon.Config.Checks;

namespace AiwgDaemon.Config;

/// <summary>A file that has been read and checked: the effective tree with the place of each value, and what is wrong.</summary>
/// <param name="Root">With defaults filled in; null if there is nothing to show.</param>
internal sealed record ConfigDocument(MapNode? Root, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Warnings)
{
    public static ConfigDocument Read(ReadOnlySpan<byte> content, string path, ConfigSurroundings surroundings)
    {
        var findings = new Findings(path);
        var root = Read(content, path, findings, surroundings);
        return new(root, findings.Errors(), findings.Warnings());
    }

    private static MapNode? Read(ReadOnlySpan<byte> content, string path, Findings findings, ConfigSurroundings surroundings)
    {
        if (content.Length > ConfigLoader.MaxBytes)
        {
            findings.Error(Place.None, "", $"has {content.Length} bytes, more than the {ConfigLoader.MaxBytes} that are read");
            return null;
        }
        if (ConfigText.Decode(content, findings) is not { } text) return null;
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            findings.Warn(Place.None, "", "is read in place of daemon.yaml", "rename it to daemon.yaml: JSON is YAML");
        if (TextLines.Conflict(text) is var (line, mark))
        {
            findings.Error(
                new(line, 1),
                "",
                $"has the line {mark} of a merge conflict that git could not solve",
                "keep one side of it, and remove the lines <<<<<<<, ======= and >>>>>>>"
            );
            return null;
        }
        if (ConfigReader.Read(text, findings) is not { } node)
        {
            if (!findings.HasErrors)
                findings.Error(Place.None, "", "is empty", "write {} for the defaults, or run: aiwg-daemon config init --force");
            return null;
        }
        var root = new ConfigValidator(findings).Check(node);
        if (root is not null) new ConfigChecks(new CheckedTree(root, findings, surroundings, ProjectOf(path))).Run();
        return root;
    }

    /// <summary>Null if the file lies outside of a project's <c>.aiwg</c>: nothing tells then what relative paths start from.</summary>
    private static string? ProjectOf(string path) =>
        Path.GetDirectoryName(path) is { } directory && Path.GetFileName(directory) == ".aiwg" ? Path.GetDirectoryName(directory) : null;
}
