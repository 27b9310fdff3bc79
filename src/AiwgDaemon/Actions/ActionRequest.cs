using AiwgDaemon.Bus;

namespace AiwgDaemon.Actions;

/// <summary>One run that a rule asked for: the action with templates expanded, and the events that caused it.</summary>
internal sealed class ActionRequest
{
    /// <summary>Sortable by time, unique: see <see cref="ActionId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The rule, <c>job:ID</c> for a scheduled job, or <c>manual</c>.</summary>
    public required string RuleId { get; init; }

    /// <summary>Templates already expanded; shell values are in <see cref="ActionDefinition.Env"/>.</summary>
    public required ActionDefinition Action { get; init; }

    /// <summary>At least one; more than one if events were coalesced. The first one is the cause that is shown.</summary>
    public required IReadOnlyList<DaemonEvent> Events { get; init; }

    /// <summary>1 for the first run, higher for a retry.</summary>
    public int Attempt { get; init; } = 1;

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Its place in its group, from 1; zero without a group.</summary>
    public int Slot { get; init; }
}
