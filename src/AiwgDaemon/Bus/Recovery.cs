using AiwgDaemon.Platform;

namespace AiwgDaemon.Bus;

/// <summary>What an earlier daemon left undone, as the delivery ledger and the journal tell it.</summary>
/// <param name="Unrouted">Accepted and perhaps not seen by the router: to be published again, oldest first.</param>
/// <param name="Owed">Actions that were decided on and not started: to be run under the id they have.</param>
/// <param name="Lost">Actions that were started and whose end nobody saw.</param>
internal sealed record Recovery(IReadOnlyList<Redelivery> Unrouted, IReadOnlyList<OwedAction> Owed, IReadOnlyList<LostRun> Lost)
{
    public static Recovery Nothing { get; } = new([], [], []);
}

/// <summary>An event to deliver again, but not to the rules that have an action for it already.</summary>
internal sealed record Redelivery(DaemonEvent Event, IReadOnlySet<string> RoutedTo);

internal sealed record OwedAction(string ActionId, string RuleId, int Attempt, IReadOnlyList<DaemonEvent> Events);

/// <param name="Process">Null where the daemon was killed in the instant between the start and the note of it.</param>
internal sealed record LostRun(
    string ActionId, string RuleId, int Attempt, IReadOnlyList<DaemonEvent> Events, ProcessIdentity? Process, DateTimeOffset? StartedAt);

/// <summary>One event that became part of one action.</summary>
internal sealed record RoutedEvent(string ActionId, string RuleId, int Attempt, DaemonEvent Event);
