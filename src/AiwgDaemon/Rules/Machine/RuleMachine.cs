using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Decides what an event leads to, and keeps what every rule is about. Pure: everything comes in as an input with its time, and
/// everything that is to be done goes out as an effect. No lock, disk, clock or thread. Bounded by <see cref="RuleLimits"/>: what comes
/// beyond waits in the journal, and holds up nobody.
/// </summary>
internal sealed class RuleMachine
{
    private readonly RuleContext _context;
    private readonly Dictionary<string, RuleWork> _rules = new(StringComparer.Ordinal);
    private readonly RoutingWatermark _watermark = new();
    private readonly ManualRuns _manual;
    private readonly RuleReload _reload;

    /// <param name="set">The configuration.</param>
    /// <param name="newId">Makes the id of a run that is decided on at a time.</param>
    /// <param name="limits">How much is kept in memory.</param>
    public RuleMachine(RuleSet set, Func<DateTimeOffset, string> newId, RuleLimits limits)
    {
        _context = new RuleContext(newId, limits);
        _manual = new ManualRuns(_context);
        _reload = new RuleReload(_context, _rules);
        _reload.Apply(set);
    }

    /// <summary>False: events are let go without a run.</summary>
    public bool IsEnabled => _context.IsEnabled;

    public IReadOnlyList<RuleStatus> Status => [.. _rules.Values.Select(work => work.Status)];

    /// <summary>How many events wait in the journal for rules that are full; about, after a restart.</summary>
    public long WaitingInJournal => _context.Deferring.Sum(static work => (long)work.Backlog.Count);

    /// <summary>So many runs are decided on and have not ended.</summary>
    public int Outstanding => _context.Outstanding;

    public RuleFacts Facts(string ruleId, DateTimeOffset now) => !_rules.TryGetValue(ruleId, out var work) ? RuleFacts.None : new RuleFacts
    {
        IsDisabled = work.IsDisabled,
        IsHeld = work.Loop.Holds,
        Cooldown = _context.Cooldowns.Remaining(work.Rule, now),
        Run = work.Line.UnderWay,
        Waiting = work.Status.Waiting,
    };

    /// <summary>
    /// Takes one input. Its effects are added to those that are there; returns how many things it concerned (0: there is no such rule or
    /// run).
    /// </summary>
    public int On(RuleInput input, Moment now, RuleEffects effects)
    {
        _context.Begin(now, effects);
        var concerned = Take(input);
        // The events of a burst are judged as a whole: what they lead to is queued at its end.
        if (input is not RuleInput.Event) Conclude();
        effects.Position = _watermark.Position;
        return concerned;
    }

    private int Take(RuleInput input)
    {
        switch (input)
        {
            case RuleInput.Event e: Route(e); return e.Matching.Count;
            case RuleInput.BurstEnded: return 1;
            case RuleInput.Started e: return OnStarted(e);
            case RuleInput.Ended e: return OnEnded(e);
            case RuleInput.Gone e: return e.RunIds.Count(OnGone);
            case RuleInput.Held e: return OnRun(e.RunId, static (work, run) => work.Line.Hold(run), ManualRuns.Hold);
            case RuleInput.Released e: return OnRun(e.RunId, static (work, run) => work.Line.Release(run), _manual.Release);
            case RuleInput.TimerFired e: return OnRule(e.Timer.RuleId, work => OnTimer(work, e.Timer));
            case RuleInput.ContentsRead e: return OnRule(e.RuleId, work => work.Own.Judge(e.Events, e.Contents));
            case RuleInput.JournalRead e: return OnRule(e.Piece.Rule.Id, work => work.Backlog.Take(e.Piece));
            case RuleInput.JournalUnreadable e: return OnRule(e.RuleId, work => work.Backlog.CannotRead(e.Backlog, e.Error));
            case RuleInput.JournalCounted e: return OnRule(e.RuleId, work => work.Backlog.Counted(e.Backlog, e.Found));
            case RuleInput.MatchedAgain e: return OnRule(e.Rule.Id, work => work.Loop.JudgeAnew(e.Rule, e.Matching));
            case RuleInput.Reload e: _reload.Apply(e.Set); return e.Set.Rules.Count;
            case RuleInput.EnableRule e: return OnRule(e.RuleId, work => RuleReload.Enable(work, e.Enabled));
            case RuleInput.EnableAutomation e: _context.IsEnabled = e.Enabled; return _rules.Count;
            case RuleInput.ResumeRule e: return Resume(e.RuleId);
            case RuleInput.Repeat e: return Repeat(e);
            case RuleInput.CancelWaiting e: return CancelWaiting(e.RuleId);
            case RuleInput.CooldownsRestored e: _context.Cooldowns.Restore(e.LastRuns); return e.LastRuns.Count;
            case RuleInput.Recovered e: TakeUp(e); return 1;
            case RuleInput.Redelivered e: _watermark.LastIs(e.LastPosition); return 1;
            case RuleInput.Stop: Stop(); return 1;
            default: throw new ArgumentException($"No such input: {input.GetType().Name}", nameof(input));
        }
    }

    private void Route(RuleInput.Event input)
    {
        var @event = input.Of;
        if (ManualRuns.IsRequest(@event) && input.RoutedTo?.Contains(ManualRuns.RuleId) != true) _manual.Run(@event);
        foreach (var rule in input.Matching)
        {
            if (input.RoutedTo?.Contains(rule.Id) == true || EventGate.IsAboutOwnRun(rule, @event)) continue;
            if (!_rules.TryGetValue(rule.Id, out var work) || work.IsGone) continue;
            work.Matched++;
            if (!work.Backlog.Takes(@event)) work.Gate.Take(@event);
        }
        @event.Shed();
        _watermark.Pass(@event);
    }

    // The rules that something has happened to, and those whose events wait for room.
    private void Conclude()
    {
        while (_context.TryTakeTouched(out var work))
        {
            work.Line.QueueWhatMay();
            work.Own.ReadOn();
            if (work is { IsGone: true, IsIdle: true } && _rules.GetValueOrDefault(work.Rule.Id) == work) _rules.Remove(work.Rule.Id);
        }
        for (var i = 0; i < _context.Deferring.Count; i++) _context.Deferring[i].Backlog.Consider();
    }

    private int OnStarted(RuleInput.Started input)
    {
        if (_context.Find(input.RunId) is { } run) run.HasStarted = true;
        return OnRule(input.RuleId, work =>
        {
            _context.Recent.Begin(input.RunId, input.RuleId, _context.Now.Utc);
            work.LastRun = _context.Now.Utc;
            work.Loop.Started();
            work.Own.Started(input.Events);
            work.SkippedFires.Clear();
        });
    }

    private bool OnGone(string runId)
    {
        if (_context.Close(runId) is not { } run) return false;
        if (_rules.TryGetValue(run.RuleId, out var work)) work.Line.Gone(run);
        return true;
    }

    private int OnEnded(RuleInput.Ended input)
    {
        _context.Recent.End(input.RunId, _context.Now.Utc);
        DateTimeOffset? retryAt = null;
        if (_context.Close(input.RunId) is { } run && _rules.TryGetValue(run.RuleId, out var work))
            retryAt = work.Line.Ended(run, input.Status, input.Events);
        // No run yet: changes that waited to be judged, and were cancelled by a person.
        else _ = _rules.Values.Any(held => held.Own.LetGo(input.RunId));
        // After the retry is noted: a crash in between repeats the decision, and never forgets it.
        _context.OnRuns(new RuleEffect.Close(input.RunId, retryAt));
        return 1;
    }

    private int OnRun(string id, Action<RuleWork, PlannedRun> ofRule, Action<PlannedRun> ofPerson)
    {
        if (_context.Find(id) is not { } run) return 0;
        if (_rules.TryGetValue(run.RuleId, out var work)) ofRule(work, run);
        else if (run.RuleId == ManualRuns.RuleId) ofPerson(run);
        return 1;
    }

    private int OnRule(string id, Action<RuleWork> action)
    {
        if (!_rules.TryGetValue(id, out var work)) return 0;
        action(work);
        return 1;
    }

    private static void OnTimer(RuleWork work, RuleTimer timer)
    {
        switch (timer.Purpose)
        {
            case TimerPurpose.Quiet: work.Burst.MayBeOver(timer); break;
            case TimerPurpose.ChangeWindow: work.Own.OnTimer(timer); break;
            case TimerPurpose.Retry: work.Line.Retry(timer); break;
            case TimerPurpose.Reread: work.Backlog.ReadAgain(timer); break;
            default: work.Loop.OnTimer(timer); break;
        }
    }

    private int CancelWaiting(string? ruleId)
    {
        const string Why = "cancelled by hand";
        var count = _rules.Values.Where(work => ruleId is null || work.Rule.Id == ruleId).Sum(work => work.GiveUpWaiting(Why));
        return ruleId is null or ManualRuns.RuleId ? count + _manual.GiveUpWaiting(Why) : count;
    }

    private int Resume(string ruleId)
    {
        if (!_rules.TryGetValue(ruleId, out var work) || !work.Loop.Holds) return 0;
        work.Loop.Close();
        return 1;
    }

    // A person asks: no cooldown and no breaker, but the rule may be busy.
    private int Repeat(RuleInput.Repeat input)
    {
        string id;
        if (_rules.TryGetValue(input.RuleId, out var work) && !work.IsGone)
        {
            var run = work.Line.Decide(input.Events, WaitReason.RuleBusy, retryOf: input.RunId);
            work.Line.Wait(run);
            id = run.Id;
        }
        else if (ManualRuns.IsRequest(input.Events[0]) && _context.Set.Actions.ContainsKey(input.Events[0].Subject))
            id = _manual.Run(input.Events[0].Subject, input.Events, retryOf: input.RunId);
        else return 0;
        _context.Do(new RuleEffect.Answer(input.Key, id));
        return 1;
    }

    private void TakeUp(RuleInput.Recovered input)
    {
        _watermark.BeginRedelivery();
        new RecoveryIntake(_context, _rules, _manual).TakeUp(input);
    }

    private void Stop()
    {
        _context.IsStopping = true;
        foreach (var work in _rules.Values) work.Own.Stop();
    }
}
