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

    /// <summary>The project that the command is about: --project, AIWG_PROJECT, or found from the working directory upwards.</summary>
    public static ProjectPaths ProjectOf(ParseResult parsed)
    {
        var named = parsed.GetValue(Project) ?? Environment.GetEnvironmentVariable("AIWG_PROJECT");
        return string.IsNullOrEmpty(named)
            ? ProjectPaths.FindFrom(Environment.CurrentDirectory)
            : new ProjectPaths(Path.GetFullPath(named));
    }
}
