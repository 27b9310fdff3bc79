using System.CommandLine;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary><c>stop</c>: ends the daemon of this project and nothing else.</summary>
internal static class StopCommand
{
    public static Command Create()
    {
        var options = new StopOptions();
        var command = new Command("stop", "Stop the daemon and the actions it runs");
        options.AddTo(command);
        HelpScreen.WithExamples(command, "stop", "stop --timeout 60  # give a long action a minute to end");
        command.SetAction(parsed => Stop(GlobalOptions.ProjectOf(parsed), options, parsed));
        return command;
    }

    public static int Stop(ProjectPaths paths, StopOptions options, ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var timeout = options.TimeoutOf(parsed, paths);
        StopOutcome outcome;
        using (new ProgressLine(parsed.InvocationConfiguration.Error, () => WaitsFor(paths, timeout)))
            outcome = RunningDaemon.Stop(paths, timeout, options.ForceOf(parsed));
        output.WriteLine(outcome switch
        {
            StopOutcome.NotRunning => $"No daemon is running for {paths.Project}",
            StopOutcome.Stopped => "Daemon stopped",
            _ => "Daemon killed; what its actions left running was ended",
        });
        return ExitCodes.Success;
    }

    private static string WaitsFor(ProjectPaths paths, TimeSpan timeout)
    {
        var running = StateStore.TryRead(paths.State, out var state, out _) ? state.ActiveActions.Count : 0;
        var what = running == 0 ? "the daemon" : ConsoleText.Count(running, "running action");
        return $"Waiting for {what} to end, {ConsoleText.Duration(timeout)} at most";
    }
}

/// <summary>The options that stop and restart share.</summary>
internal sealed class StopOptions
{
    private readonly Option<double?> _timeout = new("--timeout")
    {
        Description = "Time to end before it is killed (default: 10, or the configured grace and 5 more)",
        HelpName = "SECONDS",
    };

    private readonly Option<bool> _force = new("--force") { Description = "Kill at once" };

    public StopOptions() => _timeout.Validators.Add(Seconds.MustBePositive);

    public void AddTo(Command command)
    {
        command.Options.Add(_timeout);
        command.Options.Add(_force);
    }

    public bool ForceOf(ParseResult parsed) => parsed.GetValue(_force);

    /// <summary>An action may take the whole grace to end: a default below it would kill a daemon that is just being polite.</summary>
    public TimeSpan TimeoutOf(ParseResult parsed, ProjectPaths paths) =>
        parsed.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : RunningDaemon.DefaultStopTimeout(paths);
}
