using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules;

// A rule that seems to keep itself going is held: nothing of it runs, and nothing is lost. All but Resume is under the router's lock.
internal sealed partial class Router
{
    /// <summary>Events that a held rule keeps for its next run.</summary>
    public const int MaxHeldBack = 10_000;

    /// <summary>Runs that a held rule keeps, where each event has its own.</summary>
    public const int MaxHeldRuns = 1000;

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

    // Nothing else comes of what an action did.
    private static bool IsGuarded(DaemonEvent @event) => @event.Source is EventSource.Watch or EventSource.Daemon;

    private bool IsAdmitted(RuleState state, DaemonEvent @event, DateTimeOffset now, bool mayBeOwn)
    {
        if (!IsGuarded(@event)) return true;
        // Something came that the one run did not do: it shows nothing about paths.
        if (state is { LearnsPaths: true, Guard.Suspicion: Suspicion.Tried })
        {
            state.Guard.Reset();
            Release(state);
        }
        var changed = ChangeTime(@event);
        var viaOthers = @event.Source == EventSource.Daemon || _recent.AnyOther(state.Rule.Id, changed, RunawayGuard.Late);
        var admitted = state.Guard.Admits(@event.Subject, changed, now, Settle, mayBeOwn, viaOthers, _recent.Any(state.Rule.Id, changed));
        if (!admitted) BeginHolding(state);
        return admitted;
    }

    private void BeginHolding(RuleState state)
    {
        if (state.Guard.Suspicion == Suspicion.Proved)
        {
            var reason = $"it sets itself off again and again by what its own action does; what came meanwhile is kept; " +
                $"change its pattern or action, then: aiwg-daemon rules resume {state.Rule.Id}, or reload";
            RouterLog.Paused(_logger, state.Rule.Id, reason);
            _report("rules.runaway." + state.Rule.Id, $"Rule {state.Rule.Id} is paused: {reason}");
            return;
        }
        RouterLog.Suspected(_logger, state.Rule.Id, RunawayGuard.MaxFirings, RunawayGuard.MaxInARow);
        AwaitStillness(state, RunawayGuard.Stillness);
    }

    private void AwaitStillness(RuleState state, TimeSpan stillness)
    {
        state.Trial?.Dispose();
        state.Trial = _time.CreateTimer(_ => Later(() => Try(state)), null, stillness, Timeout.InfiniteTimeSpan);
    }

    // Its runs say themselves that they published the event.
    private void StopChain(RuleState state, DaemonEvent @event)
    {
        state.Guard.Prove(_time.GetUtcNow());
        BeginHolding(state);
        HoldBack(state, [@event]);
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

    private void AwaitVerdict(RuleState state)
    {
        state.Trial?.Dispose();
        state.Trial = _time.CreateTimer(_ => Later(() => EndTrial(state)), null, RunawayGuard.Reach(Settle), Timeout.InfiniteTimeSpan);
    }

    private void EndTrial(RuleState state)
    {
        lock (_gate)
        {
            if (_disposed || !state.Guard.EndTrial(_time.GetUtcNow())) return;
            RouterLog.GoesOn(_logger, state.Rule.Id, "nothing followed its run");
            Release(state);
        }
        Flush();
    }

    private void HoldBack(RuleState state, IReadOnlyList<DaemonEvent> events)
    {
        foreach (var @event in events) Keep(state, @event);
        foreach (var @event in events)
        {
            if (!IsGuarded(@event) || !state.Guard.IsAcquittedBy(ChangeTime(@event), _time.GetUtcNow(), Settle, state.LearnsPaths ? 1 : 2)) continue;
            RouterLog.GoesOn(_logger, state.Rule.Id, "changes come without it");
            Release(state);
            return;
        }
    }

    // One run for all, with the latest of each path; where each event has its own run, one for each path.
    private void Keep(RuleState state, DaemonEvent @event)
    {
        if (@event.Source == EventSource.Watch && state.HeldBack.TryGetValue(@event.Subject, out var kept))
        {
            // A crash finds the earlier one in the ledger, which leads to the same run.
            kept.Run.Events[kept.Index] = @event;
            _runs.Amend(kept.Run.Id, kept.Run.Rule.Action, kept.Run.Events);
            return;
        }
        var joins = IsGuarded(@event) && state.Rule.OnBusy != OnBusy.Queue;
        var run = joins ? state.HeldRun : null;
        // Other rules must not wait for this one.
        if (run is null ? state.Waiting.Count >= MaxHeldRuns || _outstanding >= MaxOutstanding / 2 : run.Events.Count >= MaxHeldBack)
        {
            LetGo(state, @event);
            return;
        }
        if (run is null)
        {
            run = Decide(state.Rule, [@event], 1);
            run.IsHeld = true;
            if (joins) state.HeldRun = run;
            Wait(state, run);
        }
        else
        {
            Join(state, run, @event);
        }
        if (@event.Source == EventSource.Watch) state.HeldBack[@event.Subject] = (run, run.Events.Count - 1);
    }

    private void LetGo(RuleState state, DaemonEvent @event)
    {
        Skip(state, @event, "the rule is held, and as much as it keeps is waiting");
        if (state.HasLetGo) return;
        state.HasLetGo = true;
        RouterLog.LetsGo(_logger, state.Rule.Id, state.Rule.Id);
        _report("rules.full." + state.Rule.Id, $"Rule {state.Rule.Id} is held, and keeps no more events; new ones are let go: aiwg-daemon rules resume {state.Rule.Id} runs what it kept");
    }

    // The rule was mended, switched off, or is gone: what it kept is a matter of the new one.
    private void JudgeAnew(RuleState state)
    {
        foreach (var run in state.Waiting.Where(run => run.IsHeld).ToList())
        {
            run.Rule = state.Rule;
            run.Events.RemoveAll(e => !state.Rule.Enabled || !Matcher.Matches(state.Rule.Event, e));
            if (run.Events.Count > 0)
            {
                _runs.Amend(run.Id, run.Rule.Action, run.Events);
                continue;
            }
            state.Waiting.Remove(run);
            _outstanding--;
            _runs.Drop(run.Id, "dropped");
        }
    }

    private void Release(RuleState state)
    {
        // Unless the guard has acquitted it itself.
        if (state.Guard.Holds) state.Guard.Reset();
        state.HasLetGo = state.LearnsPaths = false;
        _report("rules.runaway." + state.Rule.Id, null);
        _report("rules.full." + state.Rule.Id, null);
        EndHolding(state);
    }

    private void EndHolding(RuleState state)
    {
        state.HeldBack.Clear();
        state.HeldRun = null;
        state.Trial?.Dispose();
        state.Trial = null;
        Touch(state);
    }
}
