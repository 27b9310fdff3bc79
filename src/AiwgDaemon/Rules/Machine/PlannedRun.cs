using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>Where a run is that a rule has decided on.</summary>
internal enum RunPhase
{
    /// <summary>The burst of events that it is for goes on (<c>settle_ms</c>).</summary>
    Gathering,

    /// <summary>Its rule is busy, or the rule's circuit breaker is open, or a person holds it.</summary>
    Waiting,

    /// <summary>The attempt before failed, and the time of this one has not come.</summary>
    Retrying,

    /// <summary>Handed over: it is queued or runs, and makes its rule busy.</summary>
    Queued,
}

/// <summary>A run that is decided on and has not ended. Until it is queued, more events may join it.</summary>
internal sealed class PlannedRun(string id, string ruleId, ActionDefinition action, int attempt)
{
    public string Id { get; } = id;

    /// <summary>The rule, <c>job:ID</c>, or <c>manual</c>.</summary>
    public string RuleId { get; } = ruleId;

    /// <summary>As it was when the run was decided on; what was kept while a breaker was open goes by the rule as it was mended.</summary>
    public ActionDefinition Action { get; set; } = action;

    public int Attempt { get; } = attempt;

    /// <summary>Empty once it is queued.</summary>
    public List<DaemonEvent> Events { get; } = [];

    public RunPhase Phase { get; set; } = RunPhase.Waiting;

    /// <summary>Why it waits, as <c>Runs</c> was told last.</summary>
    public WaitReason Told { get; set; }

    /// <summary>It began before its rule's breaker opened, or since: this one is kept, and its events change with what comes.</summary>
    public bool IsKept { get; set; }

    /// <summary>A person keeps it back: it holds up no other run, and nothing joins it.</summary>
    public bool IsHeldByHand { get; set; }

    /// <summary>Its program was about to be started, at least.</summary>
    public bool HasStarted { get; set; }

    /// <summary>May run beside others of its rule.</summary>
    public bool RunsBeside { get; init; }

    /// <summary>Fires when the next attempt is due.</summary>
    public RuleTimer? Due { get; set; }
}
