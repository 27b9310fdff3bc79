using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

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
            if (!Enabled) Skip(state, @event, "automation is disabled");
            else if (state.Disabled) Skip(state, @event, "the rule was disabled by a client");
            else if (IsOwnChange(state, @event)) continue;
            else if (state.Guard.Holds) HoldBack(state, [@event]);
            else Fire(state, @event);
        }
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
        switch (state.Rule.OnBusy)
        {
            case OnBusy.Skip when state.IsBusy || state.Waiting.Count > 0:
                Skip(state, @event, "its action is busy");
                return;
            case OnBusy.Coalesce or OnBusy.Restart when state.Waiting.Last is { } last:
                last.Value.Events.Add(@event);
                _unrecorded.Add(new RoutedEvent(last.Value.Id, state.Rule.Id, last.Value.Attempt, @event));
                return;
            case OnBusy.Restart:
                foreach (var id in state.Active.Keys) _outbox.Enqueue(() => _cancel(id));
                GiveUpRetries(state);
                break;
        }
        var pending = Decide(state.Rule, [@event], 1);
        _cooldowns.Note(state.Rule, now);
        RouterLog.Fires(_logger, @event.Id, state.Rule.Id, pending.Id);
        if (state.Rule.OnBusy == OnBusy.Allow) Submit(state, pending);
        else Wait(state, pending);
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
        state.Rule.OnBusy is OnBusy.Coalesce or OnBusy.Restart && state.Waiting.Count > 0;

    /// <summary>Held back while the rule's own action runs and settles; judged at once where it comes later.</summary>
    private bool IsOwnChange(RuleState state, DaemonEvent @event)
    {
        if (@event.Source != EventSource.Watch || !state.Rule.IgnoreOwnChanges) return false;
        if (state.OwnChanges.IsRunning || _time.GetUtcNow() < state.SettledAt)
        {
            // Noted like a decided action, so that a crash does not lose it.
            var id = state.Held.TryGetValue(@event.Subject, out var held) ? held.ActionId : ActionId.New(_time.GetUtcNow());
            state.Held[@event.Subject] = (@event, id);
            _unrecorded.Add(new RoutedEvent(id, state.Rule.Id, 1, @event));
            return true;
        }
        if (state.OwnChanges.Judge(@event.Subject, _lastWrite(@event.Subject), @event.Timestamp) != Authorship.Own) return false;
        Skip(state, @event, "the rule's own action made the change");
        return true;
    }

    private void ReleaseHeld(RuleState state)
    {
        var held = state.Held.Values.ToList();
        state.Held.Clear();
        var foreign = new List<DaemonEvent>();
        foreach (var (@event, _) in held)
        {
            if (ReasonToIgnore(state, @event) is { } reason) Skip(state, @event, reason);
            else foreign.Add(@event);
        }
        if (state.Rule.OnBusy == OnBusy.Queue) foreign.ForEach(e => FireHeld(state, [e]));
        else if (foreign.Count > 0) FireHeld(state, foreign);
        foreach (var (_, id) in held) _outbox.Enqueue(() => _ledger.Finished(id, "dropped"));
    }

    private string? ReasonToIgnore(RuleState state, DaemonEvent @event)
    {
        var authorship = state.OwnChanges.Judge(@event.Subject, _lastWrite(@event.Subject), @event.Timestamp);
        if (!Enabled) return "automation is disabled";
        if (state.Disabled || !state.Rule.Enabled) return "the rule was disabled meanwhile";
        if (authorship == Authorship.Own) return "the rule's own action made the change";
        return state.Rule.OnBusy == OnBusy.Skip && @event.Timestamp <= state.OwnChanges.EndedAt ? "its action was busy" : null;
    }

    // What happened meanwhile shares one following run, but where the rule gives each event its own.
    private void FireHeld(RuleState state, List<DaemonEvent> events)
    {
        var now = _time.GetUtcNow();
        if (_cooldowns.Remaining(state.Rule, now) > TimeSpan.Zero) events.ForEach(e => Skip(state, e, "cooldown"));
        else if (state.Guard.Holds || !events.TrueForAll(e => IsAdmitted(state, e, now, mayBeOwn: false))) HoldBack(state, events);
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
            while (!state.IsBusy && state.Guard.MayRun && state.Waiting.First is { } first)
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
        catch (TemplateException e)
        {
            Refuse(pending, e.Message);
            return;
        }
        var request = new ActionRequest
        {
            Id = pending.Id,
            RuleId = pending.Rule.Id,
            Action = action,
            Events = pending.Events,
            Attempt = pending.Attempt,
            QueuedAt = _time.GetUtcNow(),
        };
        if (state is not null)
        {
            state.Active[request.Id] = request;
            state.Runs++;
        }
        _outbox.Enqueue(() => _submit(request));
    }

    private void Skip(RuleState state, DaemonEvent @event, string reason)
    {
        state.Skipped++;
        RouterLog.Skipped(_logger, @event.Id, state.Rule.Id, reason);
    }
}
