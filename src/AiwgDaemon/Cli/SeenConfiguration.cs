using System.CommandLine;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary>The configuration that a command looks at, with what somebody should know about it on standard error.</summary>
internal static class SeenConfiguration
{
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The option that names a file; null if the command has none.</param>
    public static DaemonConfiguration Load(ParseResult parsed, Option<string?>? file = null) => Load(parsed, file, out _);

    /// <param name="parsed">The command line.</param>
    /// <param name="file">The option that names a file; null if the command has none.</param>
    /// <param name="isRunning">True if a daemon works by this file.</param>
    public static DaemonConfiguration Load(ParseResult parsed, Option<string?>? file, out bool isRunning)
    {
        var seen = ProjectConfiguration.Of(GlobalOptions.ProjectOf(parsed), file is null ? null : parsed.GetValue(file));
        isRunning = seen.Running is not null;
        var result = seen.Load();
        var error = parsed.InvocationConfiguration.Error;
        ConfigCommand.PrintSurroundings(error, seen, result.Warnings);
        if (result.Configuration is { } read && seen.IsChanged(read))
            error.WriteLine(
                $"{ConsoleText.Printable(ConfigCommand.Shown(seen.Path))} has changed since the running daemon read it; 'aiwg-daemon "
                    + "reload' applies it"
            );
        return result.Configuration
            ?? throw new CommandException(
                string.Join('\n', result.Errors.Select(e => e with { File = ConfigCommand.Shown(e.File) })),
                ExitCodes.InvalidConfiguration
            );
    }
}
