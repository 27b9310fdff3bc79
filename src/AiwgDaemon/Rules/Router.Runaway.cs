using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

// A rule that seems to keep itself going is held: nothing of it runs, and nothing is lost. All but Resume is under the router's lock.
internal sealed partial class Router
{
    public const int MaxHeldBack = 1000;

    /// <summary>Lets a held rule fire again, and runs what waited; false where there is no such held rule.</summary>
    public bool Resume(string ruleId)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(ruleId, out var state) || !state.Guard.Holds) return false;
            Release(state);
        }
        Flush();
        return true;
    }

    private bool IsAdmitted(RuleState state, DaemonEvent @event, DateTimeOffset now, bool mayBeOwn)
    {
        if (@event.Source is not (EventSource.Watch or EventSource.Daemon)) return true;
        var before = state.Guard.Suspicion;
        var admitted = state.Guard.Admits(@event.Subject, @event.Timestamp, now, Settle, mayBeOwn);
        if (!admitted) BeginHolding(state);
        else if (before == Suspicion.Tried && state.Guard.Suspicion == Suspicion.None) RouterLog.GoesOn(_logger, state.Rule.Id);
        return admitted;
    }

    private void BeginHolding(RuleState state)
    {
        if (state.Guard.Suspicion == Suspicion.Proved)
        {
            var reason = $"it fired more than {RunawayGuard.MaxFirings} times within a minute by what its own action did; what changed meanwhile is kept; " +
                $"change its pattern or action, then: aiwg-daemon rules resume {state.Rule.Id}, or reload";
            RouterLog.Paused(_logger, state.Rule.Id, reason);
            _report("rules.runaway." + state.Rule.Id, $"Rule {state.Rule.Id} is paused: {reason}");
            return;
        }
        RouterLog.Suspected(_logger, state.Rule.Id, RunawayGuard.MaxFirings);
        state.Trial?.Dispose();
        state.Trial = _time.CreateTimer(_ => Later(() => Try(state)), null, RunawayGuard.Stillness, Timeout.InfiniteTimeSpan);
    }

    private void Try(RuleState state)
    {
        lock (_gate)
        {
            if (_disposed || state.Guard.Suspicion != Suspicion.Watched) return;
            state.Guard.Try();
            EndHolding(state);
        }
        Flush();
    }

    private void HoldBack(RuleState state, DaemonEvent @event)
    {
        if (@event.Source is not (EventSource.Watch or EventSource.Daemon))
        {
            if (state.Waiting.Count >= MaxHeldBack) Skip(state, @event, "the rule is paused, and as much as it keeps is waiting");
            else Wait(state, Decide(state.Rule, [@event], 1));
            return;
        }
        Join(state, @event);
        if (!state.Guard.IsAcquittedBy(@event.Timestamp, _time.GetUtcNow(), Settle)) return;
        RouterLog.GoesOn(_logger, state.Rule.Id);
        Release(state);
    }

    // One run for all of them, with the latest of each path.
    private void Join(RuleState state, DaemonEvent @event)
    {
        if (state.HeldBack is not { } pending) Wait(state, state.HeldBack = Decide(state.Rule, [@event], 1));
        // A crash finds the earlier one in the ledger, which leads to the same run.
        else if (pending.Events.FindIndex(e => e.Subject == @event.Subject) is >= 0 and var earlier) pending.Events[earlier] = @event;
        else if (pending.Events.Count >= MaxHeldBack) Skip(state, @event, "the rule is paused, and as much as it keeps is waiting");
        else
        {
            pending.Events.Add(@event);
            _unrecorded.Add(new RoutedEvent(pending.Id, state.Rule.Id, pending.Attempt, @event));
        }
    }

    // The rule was mended, or is gone: what it kept is a matter of the new one.
    private void JudgeAnew(RuleState state, bool isThere)
    {
        if (state.HeldBack is not { } pending) return;
        pending.Rule = state.Rule;
        pending.Events.RemoveAll(e => !isThere || !Matcher.Matches(state.Rule.Event, e));
        if (pending.Events.Count > 0) return;
        state.Waiting.Remove(pending);
        _outstanding--;
        _outbox.Enqueue(() => _ledger.Finished(pending.Id, "dropped"));
    }

    private void Release(RuleState state)
    {
        // Unless the guard has acquitted it itself.
        if (state.Guard.Holds) state.Guard.Reset();
        _report("rules.runaway." + state.Rule.Id, null);
        EndHolding(state);
    }

    private void EndHolding(RuleState state)
    {
        state.HeldBack = null;
        state.Trial?.Dispose();
        state.Trial = null;
        Touch(state);
    }
}
