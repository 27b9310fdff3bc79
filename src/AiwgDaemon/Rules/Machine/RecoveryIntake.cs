using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>Takes up what an earlier daemon left: what it had decided on, what it was running, what waits in the journal.</summary>
internal sealed class RecoveryIntake(RuleContext context, IReadOnlyDictionary<string, RuleWork> rules, ManualRuns manual)
{
    private const string NoRule = "its rule is not in the configuration any more, or is disabled";

    private readonly HashSet<string> _ownerless = new(StringComparer.Ordinal);

    public void TakeUp(RuleInput.Recovered input)
    {
        var (recovery, left) = (input.Recovery, input.InJournal);
        foreach (var (rule, from) in recovery.Deferred)
        {
            TakeUp(rule, from, input.Checkpoint, left);
            // It was said of all together; each is counted soon.
            left = 0;
        }
        if (recovery.Ended.Count > 0) context.OnRuns(new RuleEffect.EndedBefore([.. recovery.Ended.Select(Known)]));
        foreach (var lost in recovery.Lost) TakeUp(lost);
        foreach (var owed in recovery.Owed) TakeUp(owed);
        foreach (var rule in _ownerless) context.OnRuns(new RuleEffect.CancelWaiting(rule, NoRule, 0));
        foreach (var work in rules.Values) work.Own.JudgeRestored();
    }

    private void TakeUp(string ruleId, long from, long checkpoint, int about)
    {
        if (rules.TryGetValue(ruleId, out var work) && !work.IsOff)
        {
            work.Backlog.Restore(from, checkpoint, about);
            return;
        }
        context.Log(log => RuleLog.CannotRun(log, ruleId, "waits in the journal", NoRule + "; its events are let go"));
        context.Defer(ruleId, 0);
    }

    private EarlierRun Known(EndedRun run)
    {
        var rule = rules.GetValueOrDefault(run.RuleId)?.Rule;
        return new EarlierRun(run, (rule?.Retries ?? 0) + 1, first => ActionOf(run.RuleId, rule, first));
    }

    private ActionDefinition ActionOf(string ruleId, Rule? rule, DaemonEvent first) =>
        rule?.Action
        ?? (ManualRuns.IsRequest(first) ? context.Set.Actions.GetValueOrDefault(first.Subject) : null)
        ?? new ActionDefinition { Name = ruleId, Type = ActionType.Exec };

    private void TakeUp(LostRun lost)
    {
        rules.TryGetValue(lost.RuleId, out var work);
        if (GoesOn(lost, work)) return;
        var again = work is { Rule.OnLost: OnLost.Rerun, IsOff: false };
        context.Log(log => RuleLog.Lost(log, lost.RuleId, lost.ActionId, again ? "runs again" : "not run again; on_lost: rerun would"));
        if (again) work!.Line.Wait(work.Line.Decide(lost.Events, WaitReason.RuleBusy));
        else if (lost.StartedAt is { } started) work?.Own.RestoreRun(started, lost.Events);
        var action = ActionOf(lost.RuleId, work?.Rule, lost.Events[0]);
        context.OnRuns(new RuleEffect.Lost(lost, action, (work?.Rule.Retries ?? 0) + 1));
    }

    // The task of an agent has its session and its files on the disk: the same run goes on with them.
    private bool GoesOn(LostRun lost, RuleWork? work)
    {
        IReadOnlyList<DaemonEvent> again = [.. lost.Events.Select(static e => e.Again())];
        if (lost.RuleId == ManualRuns.RuleId && ManualRuns.IsRequest(lost.Events[0]))
        {
            if (context.Set.Actions.GetValueOrDefault(lost.Events[0].Subject)?.Type != ActionType.Agent) return false;
            manual.Run(again[0], lost.ActionId);
            return true;
        }
        if (work is not { Rule.Action.Type: ActionType.Agent, IsOff: false }) return false;
        var run = work.Line.Decide(again, WaitReason.RuleBusy, lost.Attempt, takenUp: lost.ActionId);
        // Its prompt is written: no event joins it any more.
        run.HasStarted = true;
        work.Line.Wait(run);
        return true;
    }

    private void TakeUp(OwedAction owed)
    {
        if (owed.RuleId == ManualRuns.RuleId && ManualRuns.IsRequest(owed.Events[0]))
        {
            TellRedelivered(owed.Events[0]);
            manual.Run(owed.Events[0], owed.ActionId, owed.IsHeldByHand);
            return;
        }
        if (!rules.TryGetValue(owed.RuleId, out var work) || work.IsOff)
        {
            LetGo(owed, work?.Rule.Action);
            return;
        }
        foreach (var @event in owed.Events) TellRedelivered(@event);
        if (owed.IsHeld) work.Own.Restore(owed.ActionId, owed.Events);
        // An earlier version noted each change that was held as a run of its own; and nothing else is lost by sharing one.
        else if (work.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && owed.Attempt == 1 && work.Line.Last is { Attempt: 1 } last)
        {
            work.Line.Join(last, owed.Events);
            context.OnRuns(new RuleEffect.Drop(owed.ActionId, "joined"));
        }
        else
        {
            WaitAgain(work, work.Line.Decide(
                owed.Events, WaitReason.RuleBusy, owed.Attempt, takenUp: owed.ActionId, isHeldByHand: owed.IsHeldByHand));
        }
    }

    // A run that nobody is to make any more, for a person to see; what was held was no run yet.
    private void LetGo(OwedAction owed, ActionDefinition? action)
    {
        if (owed.IsHeld)
        {
            context.OnRuns(new RuleEffect.ForgetChange(owed.ActionId));
            return;
        }
        action ??= new ActionDefinition { Name = owed.RuleId, Type = ActionType.Exec };
        context.OnRuns(new RuleEffect.Decide(new RunPlan
        {
            Id = owed.ActionId,
            RuleId = owed.RuleId,
            Action = action,
            Events = owed.Events,
            Attempt = owed.Attempt,
            Attempts = owed.Attempt,
            IsNoted = true,
        }));
        _ownerless.Add(owed.RuleId);
    }

    // More of the same burst may be on its way.
    private static void WaitAgain(RuleWork work, PlannedRun run)
    {
        if (work.Rule.Settle > TimeSpan.Zero && !work.Burst.IsOpen && run.Attempt == 1) work.Burst.Open(run);
        else work.Line.Wait(run);
    }

    private void TellRedelivered(DaemonEvent @event) => context.Log(log => RuleLog.Redelivered(log, @event.Id));
}
