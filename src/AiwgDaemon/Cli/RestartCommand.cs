using System.CommandLine;

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
            var config = start.ConfigOf(parsed) ?? Lifecycle.RunningDaemon.ConfigPathOf(paths);
            var stopped = StopCommand.Stop(paths, stop, parsed);
            return stopped == ExitCodes.Success ? StartCommand.Launch(paths, config, start.WaitOf(parsed), parsed) : stopped;
        });
        return HelpScreen.WithExamples(command, "restart", "restart --config other.yaml");
    }
}
