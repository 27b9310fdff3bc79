using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Runs;

/// <summary>What an earlier daemon left undone, as the delivery ledger and the journal tell it.</summary>
/// <param name="Unrouted">
/// Accepted and perhaps not seen by the router: to be published again, oldest first. Read from the journal while it is enumerated,
/// for it may be much.
/// </param>
/// <param name="Owed">Actions that were decided on and not started: to be run under the id they have.</param>
/// <param name="Lost">Actions that were started and whose end nobody saw.</param>
internal sealed record Recovery(IEnumerable<Redelivery> Unrouted, IReadOnlyList<OwedAction> Owed, IReadOnlyList<LostRun> Lost)
{
    public static Recovery Nothing { get; } = new([], [], []);

    /// <summary>Rules whose events wait in the journal, and from where on.</summary>
    public IReadOnlyDictionary<string, long> Deferred { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The runs that ended last, oldest first: the last state.json may not have known of some.</summary>
    public IReadOnlyList<EndedRun> Ended { get; init; } = [];

    /// <summary>Whether a run of the rule came of the event already.</summary>
    public Func<Guid, string, bool> WasRouted { get; init; } = static (_, _) => false;

    /// <summary>False if the processes that <see cref="Lost"/> names may belong to another place: then they are not ended.</summary>
    public bool MayEndProcesses { get; init; } = true;
}

/// <summary>What a recovery asks besides the ledger and the journal.</summary>
/// <param name="OutputExists">
/// Whether an action's output file is there: its child creates it in the instant before it becomes the program, so that an action counts
/// as started although no line could say so any more.
/// </param>
internal sealed record RecoverySources(Func<string, bool> OutputExists)
{
    /// <summary>Up to where in the journal nothing is owed, as state.json says; zero if it does not.</summary>
    public long Settled { get; init; }

    /// <summary>Asked only if the ledger is lost or damaged: which rule has had which event, as the output files of the actions
    /// say.</summary>
    public Func<IEnumerable<(Guid Event, string Rule)>> Started { get; init; } = static () => [];

    /// <summary>How the place that a ledger was written in is related to this one.</summary>
    public Func<LedgerOrigin, OriginRelation> RelationTo { get; init; } = static _ => OriginRelation.Same;
}

/// <summary>From where on in the journal a rule has seen nothing; zero: it has seen all that the checkpoint covers.</summary>
internal sealed record Deferral(string RuleId, long From);

/// <summary>Where a ledger was written: the project's path, and the inode number of that directory (zero if there is none).</summary>
internal sealed record LedgerOrigin(string Project, ulong Inode);

/// <summary>How the place that a ledger names is related to the place that it is found in.</summary>
internal enum OriginRelation
{
    /// <summary>This place: what was left undone is this daemon's to do.</summary>
    Same,

    /// <summary>The same project in another place, and what it came from is still there: its events are taken up, its processes left
    /// alone.</summary>
    Twin,

    /// <summary>This is a copy: what the original left undone is the original's.</summary>
    Copy,
}

/// <summary>An event to deliver again, but not to the rules that have an action for it already.</summary>
internal sealed record Redelivery(DaemonEvent Event, IReadOnlySet<string> RoutedTo);

/// <param name="IsHeld">Came while the rule's own action ran: not a run yet, to be judged.</param>
/// <param name="IsHeldByHand">A person holds the run.</param>
internal sealed record OwedAction(
    string ActionId, string RuleId, int Attempt, IReadOnlyList<DaemonEvent> Events, bool IsHeld = false, bool IsHeldByHand = false);

/// <param name="Process">Null if the daemon was killed in the instant between the start and the note of it.</param>
internal sealed record LostRun(
    string ActionId, string RuleId, int Attempt, IReadOnlyList<DaemonEvent> Events, ProcessIdentity? Process, DateTimeOffset? StartedAt);

/// <summary>One event that became part of one action, or (<paramref name="IsHeld"/>) waits for the rule's own action to end.</summary>
internal sealed record RoutedEvent(string ActionId, string RuleId, int Attempt, DaemonEvent Event, bool IsHeld = false);
