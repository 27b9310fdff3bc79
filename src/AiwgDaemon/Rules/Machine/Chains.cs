using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Counts how often a rule has set itself off by events that its runs published (<c>emit</c>, <c>action.*</c>), directly or over other
/// rules. Here the cause is known, so no experiment is needed. A chain whose links are a minute or more apart is deliberate and is not
/// counted. Remembers the newest 4,096 runs. Pure; not thread-safe.
/// </summary>
internal sealed class Chains
{
    /// <summary>So many times in a row a rule may set itself off.</summary>
    public const int MaxRounds = 15;

    private const int Most = 4096;
    private static readonly TimeSpan Deliberate = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Link> _links = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>How many runs of the rule lie behind the event, without a gap of a minute.</summary>
    public int Rounds(string ruleId, DaemonEvent @event, DateTimeOffset now)
    {
        var rounds = 0;
        for (var link = CauseOf(@event, now); link is not null; link = link.Cause)
            if (link.RuleId == ruleId) rounds++;
        return rounds;
    }

    /// <summary>A run begins for these events. One that nobody's run published makes it the first of a new chain.</summary>
    public void Add(string actionId, string ruleId, IReadOnlyList<DaemonEvent> events, DateTimeOffset now)
    {
        var cause = events.Any(e => CauseOf(e, now) is null) ? null : CauseOf(events.MinBy(e => Rounds(ruleId, e, now))!, now);
        if (!_links.TryAdd(actionId, new Link(ruleId, now, cause))) return;
        _order.Enqueue(actionId);
        if (_order.Count > Most) _links.Remove(_order.Dequeue());
    }

    private Link? CauseOf(DaemonEvent @event, DateTimeOffset now) =>
        @event.CausedBy is { } id && _links.TryGetValue(id, out var link) && now - link.Since < Deliberate ? link : null;

    private sealed record Link(string RuleId, DateTimeOffset Since, Link? Cause);
}
