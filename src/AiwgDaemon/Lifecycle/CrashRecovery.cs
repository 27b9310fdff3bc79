using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Lifecycle;

/// <summary>What a daemon that was killed left behind: actions that still run. They are ended before anything starts anew.</summary>
internal static class CrashRecovery
{
    public static bool OutputExists(ProjectPaths paths, string actionId) =>
        ActionId.IsWellFormed(actionId) && File.Exists(Path.Combine(paths.Actions, actionId + ".log"));

    /// <summary>For a ledger that is lost: which rule has run for which event, as far as the output files that are kept say.</summary>
    public static IEnumerable<(Guid Event, string Rule)> Started(ProjectPaths paths)
    {
        if (!Directory.Exists(paths.Actions)) yield break;
        foreach (var path in Directory.EnumerateFiles(paths.Actions, "*.log"))
            if (ActionCause.Read(path) is { } cause) yield return (cause.Event, cause.RuleId);
    }

    /// <summary>At start: ends what the lost actions left running, unless it may be another place's.</summary>
    public static async Task EndAsync(Recovery recovery, TimeSpan grace, TimeProvider time, ILogger logger)
    {
        if (!recovery.MayEndProcesses) return;
        foreach (var lost in recovery.Lost)
            logger.ActionLost(lost.ActionId, lost.RuleId, lost.Process?.Pid ?? 0, "what is left of it is ended");
        await Leftovers.EndAsync(
            [.. recovery.Lost.Select(l => new Leftover(l.ActionId, l.Process))],
            grace,
            time,
            logger,
            CancellationToken.None
        );
    }

    /// <summary>After a daemon was killed by 'stop': ends what its actions left running. The ledger is only read; the next start takes it
    /// up.</summary>
    public static void EndAfterKill(ProjectPaths paths)
    {
        var ledger = new LedgerReader();
        foreach (var (line, _) in JsonLines.Read(Path.Combine(paths.Events, RunStore.FileName)))
            ledger.Apply(line.Span, static _ => { }, out _);
        // Killed before it had made the ledger of a copy its own.
        if (ledger.Origin is { } origin && ProjectOrigin.RelationTo(origin, paths) != OriginRelation.Same) return;
        Leftover[] left = [.. ledger.State.Live
            .Where(action => action.Process is not null || OutputExists(paths, action.Id))
            .Select(action => new Leftover(action.Id, action.Process))];
        Leftovers.EndAsync(left, TimeSpan.Zero, new AlarmClock(), NullLogger.Instance, CancellationToken.None).GetAwaiter().GetResult();
    }
}
