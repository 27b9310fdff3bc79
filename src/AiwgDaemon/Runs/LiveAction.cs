using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Runs;

/// <summary>An action that was decided on and is not known to have ended.</summary>
internal sealed class LiveAction(string id, string ruleId, int attempt, bool isHeld = false)
{
    public string Id { get; } = id;

    public string RuleId { get; } = ruleId;

    public int Attempt { get; } = attempt;

    /// <summary>Not a run yet: its events wait for the rule's own action to end.</summary>
    public bool IsHeld { get; } = isHeld;

    public List<DaemonEvent> Events { get; } = [];

    /// <summary>A person holds the run.</summary>
    public bool IsHeldByHand { get; set; }

    public ProcessIdentity? Process { get; set; }

    public DateTimeOffset? StartedAt { get; set; }
}
