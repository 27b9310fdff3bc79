using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// Runs an action that is a program: in its own session, with the event in its environment and on standard input, its
/// output in a file that the child itself creates as it starts.
/// </summary>
internal sealed class ProcessAction(ActionPlaces places, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan StragglerCheck = TimeSpan.FromMilliseconds(50);

    /// <param name="run">The action; stopped or not.</param>
    /// <param name="options">The limits at its start.</param>
    /// <param name="started">Called when the program runs.</param>
    public async Task<ActionOutcome> RunAsync(ActionRun run, ActionOptions options, Action<ProcessIdentity> started)
    {
        var request = run.Request;
        var pathsFile = WritePaths(request);
        try
        {
            using var child = Start(request, options, pathsFile);
            CrashPoint.At(CrashStep.ActionSpawned);
            using var log = ActionLog.Open(places.Output(request.Id), options.MaxOutputBytes, logger);
            var begun = time.GetTimestamp();
            log.WriteHeader(request, places.Directory(request.Action), time.GetUtcNow());
            var output = ChildOutput.Attach(child.StandardOutput!, log.Write);
            run.Attach(child);
            started(child.Identity);
            CrashPoint.At(CrashStep.ActionNoted);

            var exit = await child.Exited;
            if (run.Stopped is not null) await EndStragglersAsync(run, child);
            output.Finish();
            CrashPoint.At(CrashStep.ActionEnded);
            var outcome = ActionOutcome.Of(exit).Because(run.Stopped, request.Action.Timeout ?? options.Timeout);
            log.WriteFooter(outcome.ToString(), time.GetElapsedTime(begun), time.GetUtcNow());
            return outcome;
        }
        finally
        {
            if (pathsFile is not null && SecureFile.IsOurs(pathsFile)) File.Delete(pathsFile);
        }
    }

    private ChildProcess Start(ActionRequest request, ActionOptions options, string? pathsFile)
    {
        var command = ActionCommand.For(request.Action);
        using var input = AnonymousFile.Create(ActionEventDocument.Json(request.Events).Span, places.Input(request.Id));
        var spawn = new SpawnOptions
        {
            Program = command.Program,
            Arguments = command.Arguments,
            ArgumentsAreRaw = command.ArgumentsAreRaw,
            Environment = ActionEnvironment.Create(request, options.SecretEnv, places.Project, pathsFile),
            WorkingDirectory = places.Directory(request.Action),
            Input = SpawnStream.Existing(input),
            Output = SpawnStream.Pipe,
            Error = SpawnStream.SameAsOutput,
            MarkerFile = places.Output(request.Id),
        };
        try
        {
            return ChildProcess.Start(spawn);
        }
        catch (SpawnException e) when (command.IsAiwg && e.Errno == Libc.ENOENT)
        {
            throw new SpawnException(
                "aiwg is not on PATH: install it (npm install -g aiwg) and restart the daemon with it on PATH, or write the action as type exec or shell", e.Errno);
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
        foreach (var (_, process) in ProcessGroup.WithVariable(Leftovers.Variable, new HashSet<string>(StringComparer.Ordinal) { run.Request.Id }))
            if (process.Pid != child.Pid && !others.Contains(process)) others.Add(process);
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

    private string? WritePaths(ActionRequest request)
    {
        var paths = ActionEventDocument.Paths(request.Events);
        if (paths.IsEmpty) return null;
        var file = places.Paths(request.Id);
        using var handle = SecureFile.Open(file, SecureOpen.Truncate);
        RandomAccess.Write(handle, paths.Span, 0);
        return file;
    }
}
