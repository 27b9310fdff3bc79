using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>An action that an earlier daemon had started and not seen end; the leader if it was recorded in time.</summary>
internal sealed record Leftover(string Id, ProcessIdentity? Leader);

/// <summary>
/// Ends what the actions of a killed daemon left running. A process counts as theirs only if it is the recorded leader
/// (pid and start time) or, on Linux, if its environment holds the action's id: a pid alone is never enough.
/// </summary>
internal static class Leftovers
{
    /// <summary>Holds the action's id in the environment of all that it starts.</summary>
    public const string Variable = "AIWG_ACTION_ID";

    private const int Rounds = 5;
    private static readonly TimeSpan Check = TimeSpan.FromMilliseconds(20);

    /// <summary>SIGTERM, the grace, SIGKILL. Returns when none is left; the grace only passes if some do not end.</summary>
    public static async Task EndAsync(
        IReadOnlyCollection<Leftover> lost,
        TimeSpan grace,
        TimeProvider time,
        ILogger logger,
        CancellationToken token
    )
    {
        if (lost.Count == 0) return;
        var found = Signal(lost, ProcessSignal.Terminate, logger);
        foreach (var action in found.GroupBy(static f => f.Action, StringComparer.Ordinal))
            Log.OrphansEnded(logger, action.Key, action.Count());
        var begun = time.GetTimestamp();
        while (found.Exists(static f => f.Process.IsAlive()) && time.GetElapsedTime(begun) < grace) await Task.Delay(Check, time, token);
        // Again for those that were just being forked; a process that forks without end is not chased for ever.
        for (var round = 0; round < Rounds && found.Count > 0; round++)
        {
            found = Signal(lost, ProcessSignal.Kill, logger);
            if (found.Count > 0) await Task.Delay(Check, time, token);
        }
    }

    private static List<(string Action, ProcessIdentity Process)> Signal(
        IReadOnlyCollection<Leftover> lost,
        ProcessSignal signal,
        ILogger logger
    )
    {
        var found = Find(lost);
        foreach (var (action, identity) in found)
        {
            try
            {
                using var process = ProcessHandle.Open(identity);
                process?.Send(signal);
            }
            catch (UnauthorizedAccessException e)
            {
                Log.NotSignalled(logger, action, "an earlier daemon", e.Message);
            }
        }
        return found;
    }

    private static List<(string Action, ProcessIdentity Process)> Find(IReadOnlyCollection<Leftover> lost)
    {
        var ids = lost.Select(static l => l.Id).ToHashSet(StringComparer.Ordinal);
        var found = ProcessGroup.WithVariable(Variable, ids);
        foreach (var action in lost)
        {
            if (action.Leader is not { } leader || leader == ProcessIdentity.Current || !leader.IsAlive()) continue;
            if (!found.Exists(f => f.Process == leader)) found.Add((action.Id, leader));
        }
        return found;
    }
}
