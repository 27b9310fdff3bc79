using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// Runs an action that is a program: in its own session, with the event in its environment and on standard input, its
/// output in a file that the child itself creates as it starts.
/// </summary>
internal sealed class ProcessAction(ActionPlaces places, ActionSpawn spawn, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan StragglerCheck = TimeSpan.FromMilliseconds(50);

    /// <param name="run">The action; stopped or not.</param>
    /// <param name="options">The limits at its start.</param>
    /// <param name="printed">What its condition printed: the first that its output file has.</param>
    /// <param name="started">Called when the program runs.</param>
    public async Task<ActionOutcome> RunAsync(
        ActionRun run,
        ActionOptions options,
        ReadOnlyMemory<byte> printed,
        Action<ProcessIdentity> started
    )
    {
        var request = run.Request;
        var paths = spawn.WritePaths(request);
        try
        {
            using var child = spawn.Start(request, ActionCommand.For(request.Action), options, paths, marks: true);
            CrashPoint.At(CrashStep.ActionSpawned);
            using var log = ActionLog.Open(places.Output(request.Id), options.MaxOutputBytes, logger);
            var begun = time.GetTimestamp();
            log.WriteHeader(request, places.Directory(request.Action), time.GetUtcNow());
            log.Write(printed.Span);
            var output = ChildOutput.Attach(child.StandardOutput!, log.Write);
            run.Attach(child);
            started(child.Identity);
            CrashPoint.At(CrashStep.ActionNoted);

            var exit = await child.Exited;
            if (run.Stopped is not null) await EndStragglersAsync(run, child);
            output.Finish();
            CrashPoint.At(CrashStep.ActionEnded);
            var outcome = ActionOutcome
                .Of(exit, request.Action.SuccessExitCodes)
                .Because(run.Stopped, request.Action.Timeout ?? options.Timeout);
            log.WriteFooter(outcome.ToString(), time.GetElapsedTime(begun), time.GetUtcNow());
            return outcome;
        }
        finally
        {
            ActionSpawn.RemovePaths(paths);
        }
    }

    // The leader has ended after a stop; those it had started got the same SIGTERM and have the rest of the grace.
    private async Task EndStragglersAsync(ActionRun run, ChildProcess child)
    {
        var others = OthersOf(run, child);
        // The group has it already; a second one is harmless, and other groups of the session get their first.
        foreach (var other in others) Signal(run, other, ProcessSignal.Terminate);
        while (others.Count > 0 && !run.Killed.IsCompleted)
        {
            await Task.WhenAny(run.Killed, Task.Delay(StragglerCheck, time));
            others = OthersOf(run, child);
        }
        child.SignalGroup(ProcessSignal.Kill);
        foreach (var other in others) Signal(run, other, ProcessSignal.Kill);
    }

    // The session, and those that left it (setsid) with the action's id in their environment.
    private static List<ProcessIdentity> OthersOf(ActionRun run, ChildProcess child)
    {
        var others = ProcessGroup.OthersInSession(child.Pid);
        foreach (
            var (_, process) in ProcessGroup.WithVariable(
                Leftovers.Variable,
                new HashSet<string>(StringComparer.Ordinal) { run.Request.Id }
            )
        )
            if (process.Pid != child.Pid && !others.Contains(process))
                others.Add(process);
        return others;
    }

    private void Signal(ActionRun run, ProcessIdentity identity, ProcessSignal signal)
    {
        try
        {
            using var process = ProcessHandle.Open(identity);
            process?.Send(signal);
        }
        catch (UnauthorizedAccessException e)
        {
            // A set-user-id program.
            Log.NotSignalled(logger, run.Request.Id, run.Request.RuleId, e.Message);
        }
    }
}
