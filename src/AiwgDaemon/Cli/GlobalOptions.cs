using System.CommandLine;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary>Options that every command has.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Project { get; } = new("--project")
    {
        Description = "Project directory (default: AIWG_PROJECT, else the nearest directory upwards that has .aiwg)",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>As <see cref="DirectoryOf"/>; also a <see cref="CommandException"/> if something else has the name of the daemon's
    /// directory.</summary>
    public static ProjectPaths ProjectOf(ParseResult parsed)
    {
        var paths = DirectoryOf(parsed);
        return ProjectFault.Of(paths) is { } fault ? throw new CommandException(fault) : paths;
    }

    /// <summary>
    /// The project that the command is about: --project, AIWG_PROJECT, or found from the working directory upwards. A
    /// <see cref="CommandException"/> if a directory is named that is none: nothing is made there by mistake.
    /// </summary>
    public static ProjectPaths DirectoryOf(ParseResult parsed)
    {
        // A script's variable that is not set: the command is not for whatever project the script happens to stand in.
        if (parsed.GetValue(Project) is "")
            throw new CommandException("--project is empty; name a directory, or leave it out", ExitCodes.Usage);
        var paths = ProjectOf(parsed.GetValue(Project));
        if (Directory.Exists(paths.Project)) return paths;
        var where = parsed.GetValue(Project) is null ? "AIWG_PROJECT names" : "--project names";
        throw new CommandException(
            $"{where} {ConsoleText.Printable(paths.Project)}, which is not a directory; name the directory that has .aiwg, or is to have "
                + "it",
            ExitCodes.Usage
        );
    }

    /// <summary>The same for a name that may have been given.</summary>
    public static ProjectPaths ProjectOf(string? named)
    {
        named ??= Environment.GetEnvironmentVariable("AIWG_PROJECT");
        return string.IsNullOrEmpty(named)
            ? ProjectPaths.FindFrom(WorkingDirectory())
            : new ProjectPaths(Path.IsPathRooted(named) ? Path.GetFullPath(named) : Path.GetFullPath(named, WorkingDirectory()));
    }

    private static string WorkingDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (FileNotFoundException)
        {
            throw new CommandException(
                "The working directory was removed; change to another, or name the project with --project and its whole path"
            );
        }
    }
}
