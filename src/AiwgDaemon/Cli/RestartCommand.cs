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
            var running = RunningDaemon.Find(paths);
            var config = start.ConfigOf(parsed) ?? (running is null ? null : RunningDaemon.ConfigPathOf(paths));
            var trust = start.TrustOf(parsed, paths, config, runsAsMe: running is not null && RunningDaemon.IsOfThisUser(running));
            if (running is not null) Check(paths, config, parsed);
            var stopped = StopCommand.Stop(paths, stop, parsed);
            return stopped == ExitCodes.Success ? StartCommand.Launch(paths, config, trust, start.WaitOf(parsed), parsed) : stopped;
        });
        return HelpScreen.WithExamples(command, "restart", "restart --config other.yaml");
    }

    // What keeps the next daemon from starting, asked while one runs: a slip in the file, or a port in use, must not cost the daemon that
    // is there.
    private static void Check(ProjectPaths paths, string? config, ParseResult parsed)
    {
        // A default file that is missing is written by the start.
        if (config is null && !Path.Exists(ConfigLoader.Find(paths.Project, null))) return;
        var result = ConfigLoader.Load(paths.Project, config);
        if (result.Configuration is not { } configuration)
        {
            ConfigCommand.Print(parsed.InvocationConfiguration.Error, result.Errors, "");
            throw new CommandException(
                "The configuration is not valid; the running daemon was not stopped",
                ExitCodes.InvalidConfiguration
            );
        }
        if (StartCheck.Obstacle(paths, configuration) is { } obstacle)
            throw new CommandException($"{obstacle}; the running daemon was not stopped");
    }
}
