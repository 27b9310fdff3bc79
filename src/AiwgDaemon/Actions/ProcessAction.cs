using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// Runs an action that is a program: in its own session, with the event in its environment and on standard input, its
/// output in a file that the child itself creates as it starts.
/// </summary>
internal sealed class ProcessAction(ActionPlaces places, ActionSpawn spawn, TimeProvider time, ILogger logger)
{
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
            if (run.Stopped is not null) await Stragglers.EndAsync(run, child, run.Killed, time, logger);
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
}
