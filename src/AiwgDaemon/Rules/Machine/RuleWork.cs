using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>One rule at work: its parts, each with a state of its own, and what it has done. Survives a reload.</summary>
internal sealed class RuleWork
{
    private readonly RuleContext _context;

    public RuleWork(Rule rule, RuleContext context)
    {
        (Rule, _context) = (rule, context);
        Line = new RunLine(this, context);
        Burst = new BurstWindow(this, context);
        Loop = new LoopGuard(this, context);
        Own = new OwnChangeFilter(this, context);
        Backlog = new BacklogWindow(this, context);
        Gate = new EventGate(this, context);
        SkippedFires = new SkippedFires(this, context);
    }

    public Rule Rule { get; set; }

    /// <summary>The runs of the rule in their order.</summary>
    public RunLine Line { get; }

    /// <summary>The burst of events that goes on, for a rule with <c>settle_ms</c>.</summary>
    public BurstWindow Burst { get; }

    /// <summary>Whether the rule keeps itself going.</summary>
    public LoopGuard Loop { get; }

    /// <summary>What its own runs change.</summary>
    public OwnChangeFilter Own { get; }

    /// <summary>Events that wait in the journal.</summary>
    public BacklogWindow Backlog { get; }

    /// <summary>What becomes of an event.</summary>
    public EventGate Gate { get; }

    /// <summary>Fires of a job that led to no run.</summary>
    public SkippedFires SkippedFires { get; }

    /// <summary>Switched off by a person; the file's <c>enabled</c> is another matter.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>No longer in the configuration: only what runs is waited for.</summary>
    public bool IsGone { get; set; }

    public bool IsOff => IsGone || IsDisabled || !Rule.Enabled;

    /// <summary>Nothing of the rule is under way: one that is gone can be forgotten.</summary>
    public bool IsIdle => Line.IsEmpty && !Burst.IsOpen && Own.Held == 0;

    /// <summary>Stands in the list of those that may have something to do.</summary>
    public bool IsTouched { get; set; }

    public long Matched { get; set; }

    public long Runs { get; set; }

    public long Skipped { get; set; }

    public DateTimeOffset? LastRun { get; set; }

    public RuleStatus Status => new(
        Rule.Id, !IsOff, Loop.IsLocked, Matched, Runs, Skipped, Line.Waiting + Backlog.Count + (Burst.IsOpen ? 1 : 0), Own.Held, LastRun);

    public void Skip(DaemonEvent @event, string reason)
    {
        Skipped++;
        _context.Do(new RuleEffect.Skipped(Rule.Id, @event, reason));
    }

    /// <summary>What waits for the rule is given up, what runs goes on; returns how many runs and events in the journal that are.</summary>
    public int GiveUpWaiting(string why)
    {
        var runs = Line.GiveUp() + (Burst.IsOpen ? 1 : 0) + Own.Shown;
        Burst.GiveUp();
        Loop.GiveUp();
        var inJournal = Backlog.GiveUp();
        if (runs + inJournal > 0) _context.OnRuns(new RuleEffect.CancelWaiting(Rule.Id, why, inJournal));
        // Behind it: what is seen as a run is cancelled, and not forgotten.
        Own.GiveUp(why);
        if (IsOff) SkippedFires.Clear();
        return runs + inJournal;
    }
}
