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
        foreach (var (id, timer) in state.Retrying)
        {
            timer.Dispose();
            _outstanding--;
            _outbox.Enqueue(() => _ledger.Finished(id, "cancelled"));
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

    private PendingAction Decide(Rule rule, List<DaemonEvent> events, int attempt, string? id = null)
    {
        var pending = new PendingAction(id ?? ActionId.New(_time.GetUtcNow()), rule, attempt);
        pending.Events.AddRange(events);
        _outstanding++;
        if (id is null) _unrecorded.AddRange(events.Select(e => new RoutedEvent(pending.Id, rule.Id, attempt, e)));
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
        Touch(state);
    }

    private void SubmitWaiting()
    {
        while (_touched.TryDequeue(out var state))
        {
            state.IsTouched = false;
            while (state.Waiting.First is { } first && state.Guard.MayRun && (!state.IsBusy || first.Value.Rule.OnBusy == OnBusy.Allow))
            {
                state.Waiting.RemoveFirst();
                Submit(state, first.Value);
            }
        }
    }

    private void Submit(RuleState? state, PendingAction pending)
    {
        ActionDefinition action;
        try
        {
            action = Templates.Expand(pending.Rule.Action, pending.Events[0], out var missing);
            foreach (var name in missing) RouterLog.MissingValue(_logger, pending.Rule.Id, name);
        }
        catch (Exception e) when (e is TemplateException or IOException or UnauthorizedAccessException)
        {
            // The last two: the payload is in the journal only, and is not there any more.
            Refuse(pending, e.Message);
            return;
        }
        pending.Events[0].Shed();
        var request = new ActionRequest
        {
            Id = pending.Id,
            RuleId = pending.Rule.Id,
            Action = action,
            Events = pending.Events,
            Attempt = pending.Attempt,
            QueuedAt = _time.GetUtcNow(),
        };
        _chains.Add(request.Id, request.RuleId, request.Events, request.QueuedAt);
        if (state is not null)
        {
            state.Active[request.Id] = request;
            state.Runs++;
        }
        _outbox.Enqueue(() => _submit(request));
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
