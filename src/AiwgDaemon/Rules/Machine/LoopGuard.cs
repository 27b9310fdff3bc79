using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// A rule that seems to keep itself going is held by its <see cref="CircuitBreaker"/>: nothing of it runs, and nothing is lost.
/// </summary>
internal sealed class LoopGuard(RuleWork work, RuleContext context)
{
    private readonly CircuitBreaker _breaker = new();
    private readonly KeptEvents _kept = new(work, context);
    private RuleTimer? _timer;
    private bool _hasLetGo;

    public BreakerState State => _breaker.State;

    public bool Holds => _breaker.Holds;

    public bool MayRun => _breaker.MayRun;

    public bool HasProbed => _breaker.HasProbed;

    public bool IsLocked => _breaker.State == BreakerState.Locked;

    /// <summary>
    /// It is open to see whether paths change by the run alone: those paths are then learnt, and the breaker is not locked.
    /// </summary>
    public bool LearnsPaths { get; private set; }

    private string LoopIssue => "rules.runaway." + work.Rule.Id;

    private string FullIssue => "rules.full." + work.Rule.Id;

    public static DateTimeOffset ChangeTime(DaemonEvent @event) => @event.Changed ?? @event.Timestamp;

    /// <summary>Whether the rule may fire for the event; false if the breaker opens by it.</summary>
    public bool Admits(DaemonEvent @event, bool mayBeOwn)
    {
        if (!KeptEvents.MayBeOwnDoing(@event)) return true;
        // Something came that the probe did not do: it shows nothing about paths.
        if (LearnsPaths && State == BreakerState.Probing) Close();
        var changed = ChangeTime(@event);
        var admitted = _breaker.Admits(new LoopSign(@event.Subject, changed, context.Now.Utc, context.Set.ChangeWindow)
        {
            MayBeOwn = mayBeOwn,
            IsViaOthers = @event.Source == EventSource.Daemon || context.Recent.AnyOther(work.Rule.Id, changed, LoopEvidence.Late),
            IsOfEarlierRun = context.Recent.Any(work.Rule.Id, changed),
        });
        if (!admitted) TellOpen();
        return admitted;
    }

    /// <summary>Keeps events for when the breaker closes, which it does if they have another cause.</summary>
    public void Keep(IReadOnlyList<DaemonEvent> events)
    {
        foreach (var @event in events)
            if (!_kept.Keep(@event)) LetGo(@event);
        foreach (var @event in events)
        {
            if (!KeptEvents.MayBeOwnDoing(@event)) continue;
            if (!_breaker.IsAcquittedBy(ChangeTime(@event), context.Now.Utc, context.Set.ChangeWindow, LearnsPaths ? 1 : 2)) continue;
            TellGoesOn("changes come without it");
            Close();
            return;
        }
    }

    /// <summary>The rule's own runs say themselves that they published the event.</summary>
    public void StopChain(DaemonEvent @event)
    {
        _breaker.Lock(context.Now.Utc);
        TellOpen();
        Keep([@event]);
    }

    /// <summary>Opens the breaker to see whether paths change by the run alone; false if it has been acquitted lately.</summary>
    public bool Experiment(TimeSpan stillness, string path)
    {
        if (Holds || !_breaker.Suspect(context.Now.Utc)) return false;
        var id = work.Rule.Id;
        context.Log(log => RuleLog.Experiments(log, id, stillness.TotalSeconds, path));
        LearnsPaths = true;
        context.Arm(ref _timer, id, TimerPurpose.Probe, stillness);
        return true;
    }

    public void Started() => _breaker.Started(context.Now.Utc);

    public void Ended()
    {
        _breaker.Finished(context.Now.Utc);
        if (HasProbed) context.Arm(ref _timer, work.Rule.Id, TimerPurpose.Verdict, LoopEvidence.Reach(context.Set.ChangeWindow));
    }

    /// <summary>A timer of the breaker fires.</summary>
    public void OnTimer(RuleTimer timer)
    {
        if (timer != _timer) return;
        _timer = null;
        if (timer.Purpose == TimerPurpose.Probe && State == BreakerState.Open)
        {
            _breaker.Probe();
            EndKeeping();
        }
        else if (timer.Purpose == TimerPurpose.Verdict && _breaker.EndProbe(context.Now.Utc))
        {
            TellGoesOn("nothing followed its run");
            Close();
        }
    }

    /// <summary>Lets the rule fire again, and queues what was kept.</summary>
    public void Close()
    {
        // Unless it has closed itself.
        if (State != BreakerState.Closed) _breaker.Close();
        _hasLetGo = LearnsPaths = false;
        context.Report(LoopIssue, null);
        context.Report(FullIssue, null);
        EndKeeping();
    }

    /// <summary>The rule was mended: goes by the rule as it is now, and closes.</summary>
    public void JudgeAnew(Rule rule, IReadOnlySet<DaemonEvent> matching)
    {
        // Mended once more since it was asked.
        if (!ReferenceEquals(rule, work.Rule)) return;
        _kept.JudgeAnew(matching);
        Close();
    }

    /// <summary>A run that was kept has ended elsewhere.</summary>
    public void Forget(PlannedRun run) => _kept.Forget(run);

    /// <summary>What was kept is given up with the rule, and the suspicion with it.</summary>
    public void GiveUp()
    {
        if (State != BreakerState.Closed) Close();
    }

    private void EndKeeping()
    {
        _kept.Clear();
        context.Disarm(ref _timer);
        context.Touch(work);
    }

    private void LetGo(DaemonEvent @event)
    {
        work.Skip(@event, "the rule is held, and as much as it keeps is waiting");
        if (_hasLetGo) return;
        _hasLetGo = true;
        var id = work.Rule.Id;
        context.Log(log => RuleLog.LetsGo(log, id, id));
        context.Report(FullIssue,
            $"Rule {id} is held, and keeps no more events; new ones are let go: aiwg-daemon rules resume {id} runs what it kept");
    }

    private void TellOpen()
    {
        var id = work.Rule.Id;
        if (State == BreakerState.Locked)
        {
            var reason = "it sets itself off again and again by what its own action does; what came meanwhile is kept; " +
                $"change its pattern or action, then: aiwg-daemon rules resume {id}, or reload";
            context.Log(log => RuleLog.Paused(log, id, reason));
            context.Report(LoopIssue, $"Rule {id} is paused: {reason}");
            context.Disarm(ref _timer);
        }
        else
        {
            context.Log(log => RuleLog.Suspected(log, id, LoopEvidence.MaxFirings, LoopEvidence.MaxInARow));
            context.Arm(ref _timer, id, TimerPurpose.Probe, CircuitBreaker.Stillness);
        }
        context.Touch(work);
    }

    private void TellGoesOn(string reason)
    {
        var id = work.Rule.Id;
        context.Log(log => RuleLog.GoesOn(log, id, reason));
    }
}
