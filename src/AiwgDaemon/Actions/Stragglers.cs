using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>What the program of an action has left running: its session, and what left that (<c>setsid</c>) with the action's id in its
/// environment.</summary>
internal static class Stragglers
{
    private static readonly TimeSpan Check = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends them with SIGTERM, and with SIGKILL when <paramref name="grace"/> is over; returns when that is done.</summary>
    /// <param name="run">The action.</param>
    /// <param name="child">Its program, which has ended.</param>
    /// <param name="grace">Completes when they have had their time.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Of category actions.</param>
    public static async Task EndAsync(ActionRun run, ChildProcess child, Task grace, TimeProvider time, ILogger logger)
    {
        var others = Of(run, child);
        // After a stop the group has it already; a second one is harmless, and other groups of the session get their first.
        foreach (var other in others) Signal(run, other, ProcessSignal.Terminate, logger);
        while (others.Count > 0 && !grace.IsCompleted)
        {
            await Task.WhenAny(grace, Task.Delay(Check, time));
            others = Of(run, child);
        }
        child.SignalGroup(ProcessSignal.Kill);
        foreach (var other in others) Signal(run, other, ProcessSignal.Kill, logger);
    }

    private static List<ProcessIdentity> Of(ActionRun run, ChildProcess child)
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

    private static void Signal(ActionRun run, ProcessIdentity identity, ProcessSignal signal, ILogger logger)
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
