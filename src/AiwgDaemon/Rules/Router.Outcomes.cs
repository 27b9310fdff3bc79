using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Rules;

// What becomes of actions: starts, ends, retries, and what a killed daemon left.
internal sealed partial class Router
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    public void Starting(Run run)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(run.RuleId, out var state)) return;
            var now = _time.GetUtcNow();
            _recent.Begin(run.Id, run.RuleId, now);
            state.LastRun = now;
            state.Guard.Started(now);
            state.OwnChanges.Begin(now, run.Events.Where(e => e.Source == EventSource.Watch).Select(e => e.Subject));
        }
    }

    public void Ended(Run run, ActionRecord record)
    {
        DateTimeOffset? retryAt = null;
        lock (_gate)
        {
            _outstanding--;
            var now = _time.GetUtcNow();
            _recent.End(run.Id, now);
            if (_states.TryGetValue(run.RuleId, out var state))
            {
                if (state.Active.Remove(run.Id))
                {
                    Touch(state);
                    if (run.Work is not null) AfterRun(state, now);
                    if (record.Status is ActionStatus.Failed or ActionStatus.Timeout && run.Attempt <= state.Rule.Retries) retryAt = ScheduleRetry(state, run);
                }
                else Forget(state, run.Id);
            }
        }
        _runs.Close(run.Id, retryAt);
        Flush();
    }

    public void Held(Run run)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(run.RuleId, out var state)) return;
            if (state.Active.Remove(run.Id, out var taken))
            {
                taken.IsHeldByHand = true;
                state.Runs--;
                state.Waiting.AddFirst(taken);
                Touch(state);
            }
            else if (Unstarted(state, run.Id) is { } waiting) waiting.IsHeldByHand = true;
        }
        Flush();
    }

    public void Released(Run run)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(run.RuleId, out var state))
            {
                // Asked for by name: no rule keeps it.
                _runs.Queue(run.Id);
            }
            else if (Unstarted(state, run.Id) is { } waiting)
            {
                waiting.IsHeldByHand = false;
                Touch(state);
            }
        }
        Flush();
    }

    private void AfterRun(RuleState state, DateTimeOffset now)
    {
        state.Guard.Finished(now);
        if (state.Guard.HasTried) AwaitVerdict(state);
        if (!state.OwnChanges.IsRunning || state.Active.Count > 0) return;
        BeginSettling(state, now);
        if (_disposed) JudgeAtEnd(state);
    }

    private static PendingAction? Unstarted(RuleState state, string id) =>
        state.Retrying.TryGetValue(id, out var retrying) ? retrying.Run
        : state.Gathering?.Id == id ? state.Gathering
        : state.Waiting.FirstOrDefault(run => run.Id == id);

    // It was cancelled before it started.
    private void Forget(RuleState state, string id)
    {
        if (state.Retrying.Remove(id, out var retrying)) retrying.Timer.Dispose();
        if (state.Gathering?.Id == id) EndGathering(state, state.Gathering);
        if (state.HeldRun?.Id == id) state.HeldRun = null;
        foreach (var path in state.HeldBack.Where(kept => kept.Value.Run.Id == id).Select(kept => kept.Key).ToList()) state.HeldBack.Remove(path);
        for (var node = state.Waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Id != id) continue;
            state.Waiting.Remove(node);
            break;
        }
        Touch(state);
    }

    private DateTimeOffset ScheduleRetry(RuleState state, Run failed)
    {
        var pending = Decide(state.Rule, [.. failed.Events], failed.Attempt + 1);
        var delay = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(failed.Attempt - 1, 16)), LongestDelay.TotalSeconds));
        RouterLog.Retries(_logger, state.Rule.Id, pending.Attempt, state.Rule.Retries + 1, delay.TotalSeconds);
        var at = _time.GetUtcNow() + delay;
        _runs.Wait(pending.Id, WaitReason.Retry, at);
        state.Retrying[pending.Id] = (pending, _time.CreateTimer(_ => Later(() => Retry(state, pending)), null, delay, Timeout.InfiniteTimeSpan));
        return at;
    }

    private void Retry(RuleState state, PendingAction pending)
    {
        lock (_gate)
        {
            if (_disposed || !state.Retrying.Remove(pending.Id, out var retrying)) return;
            retrying.Timer.Dispose();
            if (state.Guard.Holds || pending.IsHeldByHand) Wait(state, pending);
            else Submit(state, pending);
            // If it could not be started, what waits behind it is next.
            Touch(state);
        }
        Flush();
    }

    /// <summary>Timers fire on the alarm thread, which must not be held up.</summary>
    private static void Later(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);

    private void Refuse(PendingAction pending, string reason)
    {
        RouterLog.CannotRun(_logger, pending.Rule.Id, pending.Rule.Action.Name, reason);
        _outstanding--;
        _runs.Refuse(pending.Id, reason);
    }

    private void TakeUp(OwedAction owed)
    {
        if (owed.RuleId == RequestRule && IsRequest(owed.Events[0]))
        {
            RouterLog.Redelivered(_logger, owed.Events[0].Id);
            RunRequested(owed.Events[0], owed.ActionId, owed.IsHeldByHand);
            return;
        }
        if (!_states.TryGetValue(owed.RuleId, out var state) || !state.Rule.Enabled)
        {
            // Its rule is gone from the configuration. What was held was no run yet.
            var rule = state?.Rule ?? new Rule { Id = owed.RuleId, Event = new EventMatch(), Action = new ActionDefinition { Name = owed.RuleId, Type = ActionType.Exec } };
            if (owed.IsHeld) _runs.ForgetChange(owed.ActionId);
            else Decide(rule, [.. owed.Events], owed.Attempt, owed.ActionId);
            return;
        }
        foreach (var @event in owed.Events) RouterLog.Redelivered(_logger, @event.Id);
        if (owed.IsHeld)
        {
            state.HeldId = owed.ActionId;
            foreach (var @event in owed.Events) state.Held[@event.Subject] = (@event, owed.ActionId);
            return;
        }
        // An earlier version noted each change that was held as a run of its own; and nothing else is lost by sharing one.
        if (state.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && owed.Attempt == 1 && state.Waiting.Last is { Value.Attempt: 1 } last)
        {
            last.Value.Events.AddRange(owed.Events);
            _runs.Join(last.Value.Id, owed.Events);
            _runs.Drop(owed.ActionId, "joined");
            return;
        }
        WaitAgain(state, Decide(state.Rule, [.. owed.Events], owed.Attempt, owed.ActionId, owed.IsHeldByHand));
    }

    private void TakeUp(LostRun lost)
    {
        _states.TryGetValue(lost.RuleId, out var state);
        var rerun = state is { Rule: { OnLost: OnLost.Rerun, Enabled: true } };
        RouterLog.Lost(_logger, lost.RuleId, lost.ActionId, rerun ? "runs again" : "not run again; on_lost: rerun would");
        if (rerun) Wait(state!, Decide(state!.Rule, [.. lost.Events], 1));
        // What is held was held because of this run.
        else if (lost.StartedAt is { } started) state?.OwnChanges.Begin(started, lost.Events.Where(e => e.Source == EventSource.Watch).Select(e => e.Subject));
        var action = state?.Rule.Action ?? (IsRequest(lost.Events[0]) ? _named(lost.Events[0].Subject) : null) ?? new ActionDefinition { Name = lost.RuleId, Type = ActionType.Exec };
        _runs.Lost(lost, action, (state?.Rule.Retries ?? 0) + 1);
    }
}
