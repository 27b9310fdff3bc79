using AiwgDaemon.Bus;
using AiwgDaemon.State;

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

    /// <summary>At least one; more than one where events were coalesced. The first one is the cause that is shown.</summary>
    public required IReadOnlyList<DaemonEvent> Events { get; init; }

    /// <summary>1 for the first run, higher for a retry.</summary>
    public int Attempt { get; init; } = 1;

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>
    /// The record with which the run begins. Every record of a run is made of this one, so that a run which is lost or refused
    /// shows the same type and command as one that runs.
    /// </summary>
    public ActionRecord ToRecord() => new()
    {
        Id = Id,
        RuleId = RuleId,
        EventId = Events[0].Id,
        Type = ActionLog.TypeName(Action.Type),
        Command = ActionCommand.Describe(Action),
        Status = ActionStatus.Queued,
        Attempt = Attempt,
        QueuedAt = QueuedAt,
    };
}
