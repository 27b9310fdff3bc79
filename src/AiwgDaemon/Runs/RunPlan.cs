using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>What a rule has decided: one execution of an action for these events.</summary>
internal sealed record RunPlan
{
    /// <summary>See <see cref="ActionId"/>; of what an earlier daemon left undone, the id that it has.</summary>
    public required string Id { get; init; }

    /// <summary>The rule, <c>job:ID</c> for a scheduled job, or <c>manual</c>.</summary>
    public required string RuleId { get; init; }

    /// <summary>As the configuration says it; placeholders are filled in at the start of the run.</summary>
    public required ActionDefinition Action { get; init; }

    /// <summary>At least one; the first is the cause that is shown, and whose values fill the placeholders.</summary>
    public required IReadOnlyList<DaemonEvent> Events { get; init; }

    /// <summary>1 for the first run, higher for a retry.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>How many attempts there are at most.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The ended run that a person asked to repeat.</summary>
    public string? RetryOf { get; init; }

    /// <summary>Taken up from the store, where it stands already.</summary>
    public bool IsNoted { get; init; }

    /// <summary>A person had held it when the daemon before ended.</summary>
    public bool IsHeldByHand { get; init; }

    /// <summary>Why it does not start at once.</summary>
    public WaitReason Reason { get; init; } = WaitReason.RuleBusy;

    /// <summary>When the reason ends; null if that is not known.</summary>
    public DateTimeOffset? Until { get; init; }
}
