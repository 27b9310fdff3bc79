using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>One rule at work: what runs, what waits, what is held. Survives a reload. Guarded by the router's lock.</summary>
internal sealed class RuleState(Rule rule)
{
    public Rule Rule { get; set; } = rule;

    /// <summary>With the executor: queued there or running; by action id.</summary>
    public Dictionary<string, PendingAction> Active { get; } = [];

    /// <summary>Decided on, to be submitted when the rule is no longer busy.</summary>
    public LinkedList<PendingAction> Waiting { get; } = new();

    /// <summary>Failed, to be tried again when their timer fires; by the id of the next attempt.</summary>
    public Dictionary<string, (PendingAction Run, ITimer Timer)> Retrying { get; } = [];

    /// <summary>The latest change of each path that came while the rule's own action ran, and the id it is noted under.</summary>
    public Dictionary<string, (DaemonEvent Event, string ActionId)> Held { get; } = [];

    /// <summary>What is held is noted under this id, unless each event has a run of its own.</summary>
    public string HeldId { get; set; } = "";

    /// <summary>Somebody is about to judge what is held.</summary>
    public bool IsJudging { get; set; }

    /// <summary>Held to see whether paths change by the run alone: those paths are then learnt, and the rule is not paused.</summary>
    public bool LearnsPaths { get; set; }

    /// <summary>Events of the rule that wait in the journal; null where it has seen all.</summary>
    public Backlog? Backlog { get; set; }

    /// <summary>Stands in the router's list of those that may have something to submit.</summary>
    public bool IsTouched { get; set; }

    public ITimer? Settle { get; set; }

    /// <summary>The last run has ended, and changes that it made may still be on their way.</summary>
    public bool IsSettling { get; set; }

    /// <summary>Counts the settlings, so that a timer of an earlier one is known.</summary>
    public int SettleTurn { get; set; }

    /// <summary>The run of the burst that goes on, for a rule with <c>settle_ms</c>; null if there is none.</summary>
    public PendingAction? Gathering { get; set; }

    /// <summary>When the burst began, and when its last event came, in timestamps.</summary>
    public long GatheringSince { get; set; }

    public long GatheredLast { get; set; }

    /// <summary>Fires when the burst may be over.</summary>
    public ITimer? Quiet { get; set; }

    public OwnChanges OwnChanges { get; } = new();

    public RunawayGuard Guard { get; } = new();

    /// <summary>Ends the time in which a suspected rule is watched.</summary>
    public ITimer? Trial { get; set; }

    /// <summary>What waits while the guard holds the rule; later events join it.</summary>
    public PendingAction? HeldRun { get; set; }

    /// <summary>Where the latest change of each path is kept while the guard holds the rule.</summary>
    public Dictionary<string, (PendingAction Run, int Index)> HeldBack { get; } = new(StringComparer.Ordinal);

    /// <summary>More has come than a held rule keeps, and somebody was told.</summary>
    public bool HasLetGo { get; set; }

    /// <summary>Switched off by a client until it is switched on again or the daemon ends; the file's <c>enabled</c> is another matter.</summary>
    public bool Disabled { get; set; }

    public long Matched { get; set; }

    public long Runs { get; set; }

    public long Skipped { get; set; }

    public DateTimeOffset? LastRun { get; set; }

    public bool IsBusy => Active.Count > 0 || Retrying.Count > 0;

    private int InBacklog => Backlog?.Count ?? 0;

    public RuleStatus Status => new(Rule.Id, Rule.Enabled && !Disabled, Guard.Suspicion == Suspicion.Proved, Matched, Runs, Skipped, Waiting.Count + InBacklog + (Gathering is null ? 0 : 1), Held.Count, LastRun);
}
