using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>An ended run, and where in the journal the lines of its events end, with their lengths.</summary>
internal sealed record EndedRun(string Id, string RuleId, IReadOnlyList<(long Position, int Length)> Events)
{
    public int Attempt { get; init; } = 1;

    /// <summary>How it ended, as <see cref="ActionEvents.Word"/> says it; empty in what an early version wrote.</summary>
    public string Status { get; init; } = "";

    /// <summary>When; null in what an early version wrote.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Null if an event is not in the journal: then the run cannot be repeated.</summary>
    public static EndedRun? Of(LiveAction action, string status, DateTimeOffset? at) =>
        action.Events.TrueForAll(static e => e.JournalPosition > 0 && e.LineLength > 0)
            ? new EndedRun(action.Id, action.RuleId, [.. action.Events.Select(static e => (e.JournalPosition, e.LineLength))])
            {
                Attempt = action.Attempt, Status = status, At = at,
            }
            : null;

    /// <summary>About how long its line is.</summary>
    public long Bytes => 240 + (28 * Events.Count);
}
