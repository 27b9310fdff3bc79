using System.CommandLine;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>restart</c>: stop, then start with the same configuration file.</summary>
internal static class RestartCommand
{
    public static Command Create()
    {
        var stop = new StopOptions();
        var start = new StartOptions();
        var command = new Command("restart", "Stop the daemon, if one runs, and start it again");
        start.AddTo(command);
        stop.AddTo(command);
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var config = start.ConfigOf(parsed) ?? RunningDaemon.ConfigPathOf(paths);
            if (Faults(paths, config) is { Count: > 0 } faults)
            {
                ConfigCommand.Print(parsed.InvocationConfiguration.Error, faults, "");
                throw new CommandException("The configuration is not valid; the running daemon was not stopped", ExitCodes.InvalidConfiguration);
            }
            var stopped = StopCommand.Stop(paths, stop, parsed);
            return stopped == ExitCodes.Success ? StartCommand.Launch(paths, config, start.WaitOf(parsed), parsed) : stopped;
        });
        return HelpScreen.WithExamples(command, "restart", "restart --config other.yaml");
    }

    /// <summary>What keeps the next daemon from starting, asked while one runs: a slip in the file must not cost the daemon that is there.</summary>
    private static IReadOnlyList<ConfigError> Faults(ProjectPaths paths, string? config)
    {
        if (RunningDaemon.Find(paths) is null) return [];
        // A default file that is missing is written by the start.
        return config is null && !Path.Exists(ConfigLoader.Find(paths.Project, null)) ? [] : ConfigLoader.Load(paths.Project, config).Errors;
    }
}
