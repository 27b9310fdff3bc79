using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// The runs of one rule: those that wait in their order, those that are to be tried again, and those that make the rule busy.
/// </summary>
internal sealed class RunLine(RuleWork work, RuleContext context)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private readonly LinkedList<PlannedRun> _waiting = new();
    private readonly Dictionary<string, PlannedRun> _retrying = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlannedRun> _queued = new(StringComparer.Ordinal);
    private WaitReason _told = WaitReason.RuleBusy;

    public int Waiting => _waiting.Count;

    public int Queued => _queued.Count;

    public bool IsBusy => _queued.Count > 0 || _retrying.Count > 0;

    /// <summary>A run that makes the rule busy; null if there is none.</summary>
    public string? UnderWay => _queued.Keys.Concat(_retrying.Keys).FirstOrDefault();

    public bool IsEmpty => !IsBusy && _waiting.Count == 0;

    public IEnumerable<PlannedRun> Kept => _waiting.Where(run => run.IsKept);

    /// <summary>The last run that waits and that more events may join; null if there is none.</summary>
    public PlannedRun? Last
    {
        get
        {
            var node = _waiting.Last;
            while (node is { Value: { IsHeldByHand: true } or { HasStarted: true } }) node = node.Previous;
            return node?.Value;
        }
    }

    public PlannedRun Decide(
        IReadOnlyList<DaemonEvent> events, WaitReason reason, int attempt = 1, string? takenUp = null, string? retryOf = null,
        TimeSpan? delay = null, bool isHeldByHand = false)
    {
        var rule = work.Rule;
        var run = new PlannedRun(takenUp ?? context.NewId(), rule.Id, rule.Action, attempt)
        {
            Told = reason, RunsBeside = rule.OnBusy == OnBusy.Allow, IsHeldByHand = isHeldByHand,
        };
        run.Events.AddRange(events);
        context.Open(run);
        context.OnRuns(new RuleEffect.Decide(new RunPlan
        {
            Id = run.Id,
            RuleId = rule.Id,
            Action = rule.Action,
            Events = [.. events],
            Attempt = attempt,
            Attempts = rule.Retries + 1,
            Reason = reason,
            Until = context.Now.Utc + delay,
            RetryOf = retryOf,
            IsNoted = takenUp is not null,
            IsHeldByHand = isHeldByHand,
        }));
        return run;
    }

    public void Join(PlannedRun run, IReadOnlyList<DaemonEvent> events)
    {
        run.Events.AddRange(events);
        context.OnRuns(new RuleEffect.Join(run.Id, [.. events]));
    }

    /// <summary>The run is next when those before it have ended.</summary>
    public void Wait(PlannedRun run)
    {
        run.Phase = RunPhase.Waiting;
        _waiting.AddLast(run);
        Tell(run, Reason);
        context.Touch(work);
    }

    /// <summary>Takes a run out of the line, for more events to be gathered.</summary>
    public void Remove(PlannedRun run) => _waiting.Remove(run);

    /// <summary>Forgets a run that nobody has seen as one.</summary>
    public void Drop(PlannedRun run)
    {
        _waiting.Remove(run);
        context.Close(run.Id);
        context.OnRuns(new RuleEffect.Drop(run.Id, "dropped"));
    }

    /// <summary>Queues what nothing holds back any more.</summary>
    public void QueueWhatMay()
    {
        var node = _waiting.First;
        while (node is not null && !context.IsStopping)
        {
            var next = node.Next;
            var run = node.Value;
            if (!run.IsHeldByHand)
            {
                if (!work.Loop.MayRun || (IsBusy && !run.RunsBeside)) break;
                _waiting.Remove(node);
                Queue(run);
            }
            node = next;
        }
        if (_told == Reason) return;
        _told = Reason;
        foreach (var run in _waiting) Tell(run, Reason);
    }

    /// <summary>A run has ended, wherever it was; when it is tried again, if it is.</summary>
    public DateTimeOffset? Ended(PlannedRun run, ActionStatus status, IReadOnlyList<DaemonEvent> events)
    {
        Gone(run);
        if (run.HasStarted) work.Loop.Ended();
        var failed = status is ActionStatus.Failed or ActionStatus.Timeout;
        return failed && run.Attempt <= work.Rule.Retries && !work.IsOff ? RetryLater(run, events) : null;
    }

    /// <summary>A run is no longer there, wherever it was.</summary>
    public void Gone(PlannedRun run)
    {
        context.Touch(work);
        if (Unqueue(run)) return;
        _waiting.Remove(run);
        if (_retrying.Remove(run.Id)) Disarm(run);
        work.Burst.Forget(run);
        work.Loop.Forget(run);
    }

    /// <summary>The time of another attempt has come.</summary>
    public void Retry(RuleTimer timer)
    {
        if (!_retrying.TryGetValue(timer.RunId!, out var run) || run.Due != timer) return;
        _retrying.Remove(run.Id);
        run.Due = null;
        if (work.Loop.Holds || run.IsHeldByHand) Wait(run);
        else Queue(run);
        context.Touch(work);
    }

    /// <summary>A newer event makes what runs obsolete, and what was to be tried again.</summary>
    public void EndRunning()
    {
        const string Why = "a newer event came (on_busy: restart)";
        foreach (var id in _queued.Keys) context.OnRuns(new RuleEffect.Cancel(id, Why));
        foreach (var run in _retrying.Values)
        {
            Disarm(run);
            context.OnRuns(new RuleEffect.Cancel(run.Id, Why));
        }
        _retrying.Clear();
        context.Touch(work);
    }

    /// <summary>A person holds the run: it makes nothing busy, and those behind it go on.</summary>
    public void Hold(PlannedRun run)
    {
        run.IsHeldByHand = true;
        if (Unqueue(run))
        {
            work.Runs--;
            _waiting.AddFirst(run);
        }
        run.Phase = run.Phase == RunPhase.Queued ? RunPhase.Waiting : run.Phase;
        context.Touch(work);
    }

    public void Release(PlannedRun run)
    {
        run.IsHeldByHand = false;
        run.Told = WaitReason.HeldByHand;
        Tell(run, run.Phase == RunPhase.Retrying ? WaitReason.Retry : Reason);
        context.Touch(work);
    }

    /// <summary>Forgets what waits: whoever gave it up ends it. Returns how many runs have not started.</summary>
    public int GiveUp()
    {
        foreach (var run in _retrying.Values) Disarm(run);
        var count = _waiting.Count + _retrying.Count + _queued.Values.Count(run => !run.HasStarted);
        _waiting.Clear();
        _retrying.Clear();
        return count;
    }

    private WaitReason Reason => work.Loop.Holds ? WaitReason.CircuitBreaker : WaitReason.RuleBusy;

    private bool Unqueue(PlannedRun run)
    {
        if (!_queued.Remove(run.Id)) return false;
        if (_queued.Count == 0) work.Own.Ended();
        return true;
    }

    private void Queue(PlannedRun run)
    {
        if (run.IsKept) context.OnRuns(new RuleEffect.Amend(run.Id, run.Action, [.. run.Events]));
        // None of one that was queued before and held by hand since.
        if (run.Events.Count > 0) context.Chains.Add(run.Id, run.RuleId, run.Events, context.Now.Utc);
        run.Events.ForEach(static e => e.Shed());
        run.Events.Clear();
        (run.Phase, run.IsKept) = (RunPhase.Queued, false);
        _queued[run.Id] = run;
        work.Runs++;
        context.OnRuns(new RuleEffect.Queue(run.Id));
    }

    private DateTimeOffset RetryLater(PlannedRun failed, IReadOnlyList<DaemonEvent> events)
    {
        var doubled = Math.Pow(2, Math.Min(failed.Attempt - 1, 16));
        var delay = work.Rule.RetryDelay ?? TimeSpan.FromSeconds(Math.Min(doubled, LongestDelay.TotalSeconds));
        var run = Decide(events, WaitReason.Retry, failed.Attempt + 1, delay: delay);
        run.Phase = RunPhase.Retrying;
        _retrying[run.Id] = run;
        var (id, attempt, attempts) = (work.Rule.Id, run.Attempt, work.Rule.Retries + 1);
        context.Log(log => RuleLog.Retries(log, id, attempt, attempts, delay.TotalSeconds));
        RuleTimer? due = null;
        context.Arm(ref due, id, TimerPurpose.Retry, delay, run.Id);
        run.Due = due;
        return context.Now.Utc + delay;
    }

    private void Disarm(PlannedRun run)
    {
        var due = run.Due;
        context.Disarm(ref due);
        run.Due = null;
    }

    private void Tell(PlannedRun run, WaitReason reason)
    {
        if (run.Told == reason || run.IsHeldByHand) return;
        run.Told = reason;
        context.OnRuns(new RuleEffect.Wait(run.Id, reason, null));
    }
}
