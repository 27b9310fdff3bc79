using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>How far a run has come.</summary>
internal enum RunState
{
    /// <summary>Decided on; its rule does not let it go yet, or a person holds it.</summary>
    Waiting,

    /// <summary>May start as soon as there is a slot.</summary>
    Queued,

    Running,

    /// <summary>Its end is known, and what follows from it is being decided.</summary>
    Ended,
}

/// <summary>
/// One execution of an action, from the decision to the end. It has one id from the start. Only <see cref="RunDispatcher"/> changes it,
/// under its lock; the events are fixed when it starts.
/// </summary>
internal sealed class Run(RunPlan plan, DateTimeOffset decidedAt)
{
    private volatile ActionRecord? _record;

    public string Id { get; } = plan.Id;

    public string RuleId { get; } = plan.RuleId;

    public int Attempt { get; } = plan.Attempt;

    public int Attempts { get; } = plan.Attempts;

    public string? RetryOf { get; } = plan.RetryOf;

    public DateTimeOffset DecidedAt { get; } = decidedAt;

    /// <summary>As the configuration says it; from the start on with the values of the first event.</summary>
    public ActionDefinition Action { get; set; } = plan.Action;

    /// <summary>More may join while it waits.</summary>
    public List<DaemonEvent> Events { get; set; } = [.. plan.Events];

    public RunState State { get; set; }

    /// <summary>A task of an agent has its group's place and none of the slots, for it runs for hours.</summary>
    public bool TakesSlot => Action.Type != ActionType.Agent;

    /// <summary>What its rule says; <see cref="RunReason"/> tells what is shown.</summary>
    public WaitReason Reason { get; set; } = plan.Reason;

    public DateTimeOffset? Until { get; set; } = plan.Until;

    public bool IsHeldByHand { get; set; } = plan.IsHeldByHand;

    /// <summary>It has waited after its start at least once: to its rule it runs, whatever it waits for.</summary>
    public bool HasBegun { get; set; }

    /// <summary>It has begun and waits; its rule takes it for running. Null otherwise.</summary>
    public ActionWait? Parked { get; set; }

    /// <summary>Ends its wait.</summary>
    public ITimer? Alarm { get; set; }

    /// <summary>Somebody ended its wait before it had begun.</summary>
    public bool IsWakeAsked { get; set; }

    /// <summary>The values of the first event are in <see cref="Action"/>.</summary>
    public bool IsExpanded { get; set; }

    /// <summary>Its place in its group while it runs, from 1; zero without a group.</summary>
    public int Slot { get; set; }

    /// <summary>The process; null while it is not with the executor.</summary>
    public ActionRun? Work { get; set; }

    /// <summary>Asked to end before there was a process.</summary>
    public StopReason? StopAsked { get; set; }

    /// <summary>Is to start after this one, which came of the same event; null if it need not wait.</summary>
    public Run? StartsAfter { get; set; }

    /// <summary>Completes when the program runs, or is not going to.</summary>
    public StartSignal Start { get; } = new();

    /// <summary>From the start on; before it, <see cref="RunRecords"/> makes one when somebody asks.</summary>
    public ActionRecord? Record
    {
        get => _record;
        set => _record = value;
    }
}
