using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules;

// From an event to decided actions. Everything here runs under the router's lock.
internal sealed partial class Router
{
    private void Route(DaemonEvent @event)
    {
        IReadOnlySet<string>? done = null;
        if (@event.Redelivered) _alreadyRouted.Remove(@event.Id, out done);
        if (IsRequest(@event) && done?.Contains(RequestRule) != true) RunRequested(@event);
        foreach (var rule in _matcher.Match(@event))
        {
            var state = _states[rule.Id];
            // What comes of a rule's action never fires that rule: it would be its own cause.
            if (IsAboutOwnAction(rule, @event) || done?.Contains(rule.Id) == true) continue;
            state.Matched++;
            if (!IsDeferred(state, @event)) Route(state, @event);
        }
        @event.Shed();
    }

    private void Route(RuleState state, DaemonEvent @event)
    {
        if (!Enabled) SkipUnseen(state, @event, "automation is disabled");
        else if (state.Disabled) SkipUnseen(state, @event, "the rule was disabled by a client");
        else if (IsHeldAsOwn(state, @event)) return;
        else if (state.Guard.Holds) HoldBack(state, [@event]);
        else if (_chains.Rounds(state.Rule.Id, @event, _time.GetUtcNow()) >= Chains.MaxRounds) StopChain(state, @event);
        else Fire(state, @event);
    }

    private static bool IsAboutOwnAction(Rule rule, DaemonEvent @event) =>
        @event.Source == EventSource.Daemon && @event.Subject == rule.Id && @event.Type.StartsWith(ActionEvents.Prefix, StringComparison.Ordinal);

    private void Fire(RuleState state, DaemonEvent @event)
    {
        var now = _time.GetUtcNow();
        if (_cooldowns.Remaining(state.Rule, now) > TimeSpan.Zero && !IsWaitingToJoin(state))
        {
            Skip(state, @event, "cooldown");
            return;
        }
        // Only changes of files are told apart by who made them.
        if (!IsAdmitted(state, @event, now, mayBeOwn: @event.Source != EventSource.Watch || !state.Rule.IgnoreOwnChanges))
        {
            HoldBack(state, [@event]);
            return;
        }
        if (state.Rule.OnBusy == OnBusy.Skip && (state.IsBusy || state.Waiting.Count > 0))
        {
            Skip(state, @event, "its action is busy");
            return;
        }
        if (state.Rule.Settle > TimeSpan.Zero)
        {
            Gather(state, @event);
            return;
        }
        switch (state.Rule.OnBusy)
        {
            case OnBusy.Coalesce or OnBusy.Restart when state.Waiting.Last is { } last:
                Join(state, last.Value, @event);
                return;
            case OnBusy.Restart:
                EndRunning(state);
                break;
        }
        var pending = Decide(state.Rule, [@event], 1);
        _cooldowns.Note(state.Rule, now);
        RouterLog.Fires(_logger, @event.Id, state.Rule.Id, pending.Id);
        Wait(state, pending);
    }

    private void GiveUpRetries(RuleState state)
    {
        foreach (var (id, (_, timer)) in state.Retrying)
        {
            timer.Dispose();
            _outstanding--;
            _runs.Cancel(id, "a newer event came (on_busy: restart)");
        }
        state.Retrying.Clear();
        Touch(state);
    }

    // The run that began the cooldown has not started: what joins it makes no run of its own.
    private static bool IsWaitingToJoin(RuleState state) =>
        state.Gathering is not null || (state.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && state.Waiting.Count > 0);

    // What happened meanwhile shares one following run, but where the rule gives each event its own.
    private void FireHeld(RuleState state, List<DaemonEvent> events, HashSet<DaemonEvent> doubtful)
    {
        var now = _time.GetUtcNow();
        if (_cooldowns.Remaining(state.Rule, now) > TimeSpan.Zero && !IsWaitingToJoin(state)) events.ForEach(e => Skip(state, e, "cooldown"));
        else if (state.Guard.Holds || !events.TrueForAll(e => IsAdmitted(state, e, now, mayBeOwn: doubtful.Contains(e)))) HoldBack(state, events);
        else if (state.Rule.Settle > TimeSpan.Zero) events.ForEach(e => Gather(state, e));
        else
        {
            Wait(state, Decide(state.Rule, events, 1));
            _cooldowns.Note(state.Rule, now);
        }
    }

    private PendingAction Decide(Rule rule, List<DaemonEvent> events, int attempt, string? id = null, bool isHeldByHand = false, string? retryOf = null)
    {
        var pending = new PendingAction(id ?? ActionId.New(_time.GetUtcNow()), rule, attempt) { IsHeldByHand = isHeldByHand };
        pending.Events.AddRange(events);
        _outstanding++;
        _runs.Decide(new RunPlan
        {
            Id = pending.Id,
            RuleId = rule.Id,
            Action = rule.Action,
            Events = events,
            Attempt = attempt,
            Attempts = rule.Retries + 1,
            IsNoted = id is not null,
            IsHeldByHand = isHeldByHand,
            RetryOf = retryOf,
        });
        return pending;
    }

    // So that a burst costs what it concerns, however many rules there are.
    private void Touch(RuleState state)
    {
        if (state.IsTouched) return;
        state.IsTouched = true;
        _touched.Enqueue(state);
    }

    private void Wait(RuleState state, PendingAction pending)
    {
        state.Waiting.AddLast(pending);
        _runs.Wait(pending.Id, state.Guard.Holds ? WaitReason.CircuitBreaker : WaitReason.RuleBusy);
        Touch(state);
    }

    private void SubmitWaiting()
    {
        while (_touched.TryDequeue(out var state))
        {
            state.IsTouched = false;
            while (state.Guard.MayRun && FirstToRun(state) is { } next && (!state.IsBusy || next.Value.Rule.OnBusy == OnBusy.Allow))
            {
                state.Waiting.Remove(next);
                Submit(state, next.Value);
            }
        }
    }

    // One that a person holds lets the others pass.
    private static LinkedListNode<PendingAction>? FirstToRun(RuleState state)
    {
        var next = state.Waiting.First;
        while (next is { Value.IsHeldByHand: true }) next = next.Next;
        return next;
    }

    private void Submit(RuleState? state, PendingAction pending)
    {
        _chains.Add(pending.Id, pending.Rule.Id, pending.Events, _time.GetUtcNow());
        if (state is not null)
        {
            state.Active[pending.Id] = pending;
            state.Runs++;
        }
        _runs.Queue(pending.Id);
    }

    // What a run left in the file says nothing any more, since nobody judges this change.
    private void SkipUnseen(RuleState state, DaemonEvent @event, string reason)
    {
        state.OwnChanges.Forget(@event.Subject);
        Skip(state, @event, reason);
    }

    private void Skip(RuleState state, DaemonEvent @event, string reason)
    {
        state.Skipped++;
        RouterLog.Skipped(_logger, @event.Id, state.Rule.Id, reason);
    }
}
