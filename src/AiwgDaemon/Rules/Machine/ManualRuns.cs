using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Runs that somebody asks for by the action's name. The request is an event like any other, so that a crash forgets none of them.
/// </summary>
internal sealed class ManualRuns(RuleContext context)
{
    /// <summary>The rule that the record of such a run names.</summary>
    public const string RuleId = "manual";

    private const string Endless =
        "The action runs itself with 'actions run', and has done so 15 times in a row, less than a minute apart: it is not run again";

    /// <summary>The type of the event that asks for an action by name.</summary>
    public const string RequestType = EventTypes.ActionRun;

    // Events that are emitted have no subject, whatever their type.
    public static bool IsRequest(DaemonEvent @event) => @event is { Source: EventSource.Manual, Type: RequestType, Subject.Length: > 0 };

    /// <summary>Runs the action that the request names, as the configuration has it now.</summary>
    public void Run(DaemonEvent request, string? takenUp = null, bool isHeldByHand = false)
    {
        var id = Run(request.Subject, [request], takenUp, isHeldByHand: isHeldByHand);
        // Behind the note of it: who is told can ask for it.
        context.Do(new RuleEffect.Answer(request.Id, id));
    }

    public string Run(
        string name, IReadOnlyList<DaemonEvent> events, string? takenUp = null, string? retryOf = null, bool isHeldByHand = false)
    {
        var known = context.Set.Actions.GetValueOrDefault(name);
        var action = known ?? new ActionDefinition { Name = name, Type = ActionType.Exec };
        if (action.Type == ActionType.Agent) action = action with { Priority = AgentRequest.Of(events[0])?.Priority ?? 0 };
        var isLoop = retryOf is null && context.Chains.Rounds(RuleId, events[0], context.Now.Utc) >= Chains.MaxRounds;
        var run = new PlannedRun(takenUp ?? context.NewId(), RuleId, action, 1) { IsHeldByHand = isHeldByHand };
        context.Open(run);
        context.Chains.Add(run.Id, RuleId, events, context.Now.Utc);
        context.OnRuns(new RuleEffect.Decide(new RunPlan
        {
            Id = run.Id,
            RuleId = RuleId,
            Action = action,
            Events = events,
            Reason = WaitReason.Slot,
            RetryOf = retryOf,
            IsNoted = takenUp is not null,
            IsHeldByHand = isHeldByHand,
        }));
        if (known is null) Refuse(run, $"The configuration has no action '{name}' any more");
        else if (isLoop) Refuse(run, Endless);
        else if (!isHeldByHand) Queue(run);
        return run.Id;
    }

    public static void Hold(PlannedRun run) => (run.IsHeldByHand, run.Phase) = (true, RunPhase.Waiting);

    public void Release(PlannedRun run)
    {
        run.IsHeldByHand = false;
        if (run.Phase != RunPhase.Queued) Queue(run);
    }

    /// <summary>What has not started is given up; returns how many runs that are.</summary>
    public int GiveUpWaiting(string why)
    {
        var count = context.OpenRuns.Count(run => run.RuleId == RuleId && !run.HasStarted);
        if (count > 0) context.OnRuns(new RuleEffect.CancelWaiting(RuleId, why, 0));
        return count;
    }

    private void Refuse(PlannedRun run, string why)
    {
        context.OnRuns(new RuleEffect.Refuse(run.Id, why));
        context.Close(run.Id);
    }

    private void Queue(PlannedRun run)
    {
        run.Phase = RunPhase.Queued;
        context.OnRuns(new RuleEffect.Queue(run.Id));
    }
}
