using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Rules;

// What becomes of actions: starts, ends, retries, and what a killed daemon left.
internal sealed partial class Router
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private void Starting(ActionRequest request)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(request.RuleId, out var state)) return;
            var now = _time.GetUtcNow();
            _recent.Begin(request.Id, request.RuleId, now);
            state.LastRun = now;
            state.Guard.Started(now);
            state.OwnChanges.Begin(now, request.Events.Where(e => e.Source == EventSource.Watch).Select(e => e.Subject));
        }
    }

    private void Finished(ActionRequest request, ActionRecord record)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _recent.End(request.Id, now);
            if (_states.TryGetValue(request.RuleId, out var state) && state.Active.Remove(request.Id))
            {
                Touch(state);
                state.Guard.Finished(now);
                if (state.Guard.HasTried) AwaitVerdict(state);
                if (state.OwnChanges.IsRunning && state.Active.Count == 0)
                {
                    BeginSettling(state, now);
                    if (_disposed) JudgeAtEnd(state);
                }
                if (record.Status is ActionStatus.Failed or ActionStatus.Timeout && request.Attempt <= state.Rule.Retries) ScheduleRetry(state, request);
            }
            // After the retry is noted: a crash in between repeats the decision, and never forgets it.
            _outbox.Enqueue(() => _ledger.Finished(request.Id, ActionEvents.Word(record.Status)));
            Settled(record);
        }
        Flush();
    }

    private void ScheduleRetry(RuleState state, ActionRequest request)
    {
        var pending = Decide(state.Rule, [.. request.Events], request.Attempt + 1);
        var delay = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(request.Attempt - 1, 16)), LongestDelay.TotalSeconds));
        RouterLog.Retries(_logger, state.Rule.Id, pending.Attempt, state.Rule.Retries + 1, delay.TotalSeconds);
        state.Retrying[pending.Id] = _time.CreateTimer(_ => Later(() => Retry(state, pending)), null, delay, Timeout.InfiniteTimeSpan);
    }

    private void Retry(RuleState state, PendingAction pending)
    {
        lock (_gate)
        {
            if (_disposed || !state.Retrying.Remove(pending.Id, out var timer)) return;
            timer.Dispose();
            if (state.Guard.Holds) Wait(state, pending);
            else Submit(state, pending);
            // Where it could not be made a request, what waits behind it is next.
            Touch(state);
        }
        Flush();
    }

    /// <summary>Timers fire on the alarm thread, which must not be held up.</summary>
    private static void Later(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);

    private void Refuse(PendingAction pending, string reason)
    {
        RouterLog.CannotRun(_logger, pending.Rule.Id, pending.Rule.Action.Name, reason);
        _outbox.Enqueue(() => _ledger.Finished(pending.Id, "failed"));
        var record = Record(pending.Id, pending.Rule.Id, pending.Rule.Action, pending.Events, pending.Attempt, ActionStatus.Failed, reason);
        _outbox.Enqueue(() => _remember(record));
        Settled(record);
    }

    private void Settled(ActionRecord record)
    {
        _outstanding--;
        _outbox.Enqueue(() => Publish(ActionEvents.Create(record, _time.GetUtcNow())));
    }

    // Not waited for: the caller may be the executor, and the bus may be waiting for the router.
    private void Publish(DaemonEvent @event)
    {
        if (_bus.TryPublish(@event)) return;
        _ = PublishLaterAsync(@event);
    }

    private async Task PublishLaterAsync(DaemonEvent @event)
    {
        try
        {
            await _bus.PublishAsync(@event, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // The bus is closed: the daemon stops, and nobody is left to be told.
        }
    }

    private void TakeUp(OwedAction owed)
    {
        if (owed.RuleId == RequestRule && IsRequest(owed.Events[0]))
        {
            RouterLog.Redelivered(_logger, owed.Events[0].Id);
            RunRequested(owed.Events[0], owed.ActionId);
            return;
        }
        if (!_states.TryGetValue(owed.RuleId, out var state) || !state.Rule.Enabled)
        {
            // Its rule is gone from the configuration.
            RouterLog.CannotRun(_logger, owed.RuleId, owed.ActionId, "its rule is no longer there; the events of the earlier daemon are let go");
            _outbox.Enqueue(() => _ledger.Finished(owed.ActionId, "dropped"));
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
            foreach (var @event in owed.Events) _unrecorded.Add(new RoutedEvent(last.Value.Id, state.Rule.Id, 1, @event));
            _outbox.Enqueue(() => _ledger.Finished(owed.ActionId, "joined"));
            return;
        }
        WaitAgain(state, Decide(state.Rule, [.. owed.Events], owed.Attempt, owed.ActionId));
    }

    private void TakeUp(LostRun lost)
    {
        _states.TryGetValue(lost.RuleId, out var state);
        var rerun = state is { Rule: { OnLost: OnLost.Rerun, Enabled: true } };
        RouterLog.Lost(_logger, lost.RuleId, lost.ActionId, rerun ? "runs again" : "not run again; on_lost: rerun would");
        if (rerun) Wait(state!, Decide(state!.Rule, [.. lost.Events], 1));
        // What is held was held because of this run.
        else if (lost.StartedAt is { } started) state?.OwnChanges.Begin(started, lost.Events.Where(e => e.Source == EventSource.Watch).Select(e => e.Subject));
        var action = state?.Rule.Action ?? (IsRequest(lost.Events[0]) ? Named(lost.Events[0].Subject) : null) ?? new ActionDefinition { Name = lost.RuleId, Type = ActionType.Exec };
        var record = Record(lost.ActionId, lost.RuleId, action, lost.Events, lost.Attempt, ActionStatus.Lost, "The daemon was killed while it ran");
        record = record with { StartedAt = lost.StartedAt, Pid = lost.Process?.Pid };
        _outbox.Enqueue(() => _remember(record));
        _outbox.Enqueue(() => Publish(ActionEvents.Create(record, _time.GetUtcNow())));
        // Last: a crash in between finds it lost once more.
        _outbox.Enqueue(() => _ledger.Finished(lost.ActionId, "lost"));
    }

    private ActionRecord Record(
        string id, string ruleId, ActionDefinition action, IReadOnlyList<DaemonEvent> events, int attempt, ActionStatus status, string error)
    {
        var request = new ActionRequest { Id = id, RuleId = ruleId, Action = Expanded(action, events[0]), Events = events, Attempt = attempt, QueuedAt = events[0].Timestamp };
        return request.ToRecord() with { Status = status, CompletedAt = _time.GetUtcNow(), Error = error };
    }

    /// <summary>The action as it runs, or as the configuration has it if its templates cannot be expanded for this event.</summary>
    private static ActionDefinition Expanded(ActionDefinition action, DaemonEvent @event)
    {
        try
        {
            return Templates.Expand(action, @event, out _);
        }
        catch (TemplateException)
        {
            // The record itself says why: this is the run that was refused for it.
            return action;
        }
    }
}
