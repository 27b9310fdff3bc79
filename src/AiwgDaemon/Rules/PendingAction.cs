using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>A run that is decided on and has its id, but is not with the executor yet; more events may join it.</summary>
internal sealed class PendingAction(string id, Rule rule, int attempt)
{
    public string Id { get; } = id;

    /// <summary>As it was when the run was decided on, but for what a held rule kept: that goes by the rule as it was mended.</summary>
    public Rule Rule { get; set; } = rule;

    public int Attempt { get; } = attempt;

    public List<DaemonEvent> Events { get; } = [];

    /// <summary>A person holds it.</summary>
    public bool IsHeldByHand { get; set; }

    /// <summary>Came while the rule was held.</summary>
    public bool IsHeld { get; set; }
}

/// <summary>What one rule is about and has done.</summary>
internal sealed record RuleStatus(
    string Id, bool Enabled, bool Paused, long Matched, long Runs, long Skipped, int Waiting, int Held, DateTimeOffset? LastRun);
