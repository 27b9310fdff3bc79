using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules.Machine;

/// <summary>Where a rule is with the changes that its own run may have made.</summary>
internal enum OwnChangeState
{
    /// <summary>No run goes on, and nothing is held.</summary>
    Idle,

    /// <summary>A run goes on: changes are held until it has ended.</summary>
    Running,

    /// <summary>The last run has ended, and changes that it made may still be on their way.</summary>
    Settling,

    /// <summary>What is held is being judged; the files are being read for it.</summary>
    Judging,
}

/// <summary>
/// Holds changes that may be the doing of the rule's own run until it has ended and its changes have been reported, then judges them.
/// </summary>
internal sealed class OwnChangeFilter(RuleWork work, RuleContext context)
{
    private readonly OwnChanges _changes = new();
    private readonly Dictionary<string, (DaemonEvent Event, string ChangeId)> _held = new(StringComparer.Ordinal);
    private string _sharedId = "";
    private RuleTimer? _window;
    private bool _isReading;

    public OwnChangeState State { get; private set; }

    /// <summary>The latest change of so many paths is held.</summary>
    public int Held => _held.Count;

    /// <summary>True if the change is held; somebody else's is let through.</summary>
    public bool Holds(DaemonEvent @event)
    {
        if (@event.Source != EventSource.Watch || !work.Rule.IgnoreOwnChanges) return false;
        // One that was long on its way comes when the run is over.
        if (State == OwnChangeState.Idle && !_changes.IsInRun(LoopGuard.ChangeTime(@event)))
        {
            _changes.Forget(@event.Subject);
            return false;
        }
        // Noted like a decided run, so that a crash does not lose it: as one, unless each event has a run of its own.
        if (_held.Count == 0) _sharedId = context.NewId();
        var id = _held.TryGetValue(@event.Subject, out var held) ? held.ChangeId
            : work.Rule.OnBusy == OnBusy.Queue ? context.NewId()
            : _sharedId;
        _held[@event.Subject] = (@event, id);
        context.OnRuns(new RuleEffect.NoteChange(id, work.Rule.Id, work.Rule.Action, @event));
        if (State == OwnChangeState.Idle) BeginJudging();
        return true;
    }

    /// <summary>Somebody else changed the path: what a run left there says nothing any more.</summary>
    public void Forget(string path) => _changes.Forget(path);

    public void Started(IReadOnlyList<DaemonEvent> events)
    {
        _changes.Begin(context.Now.Utc, Paths(events));
        State = OwnChangeState.Running;
        context.Disarm(ref _window);
    }

    /// <summary>
    /// The last run that was queued has ended. While the daemon stops, what is held is judged at once: nobody remembers the run at the
    /// next start.
    /// </summary>
    public void Ended()
    {
        if (State != OwnChangeState.Running) return;
        _changes.End(context.Now.Utc);
        BeginSettling();
    }

    /// <summary>What was held when an earlier daemon was killed; <see cref="JudgeRestored"/> follows.</summary>
    public void Restore(string changeId, IReadOnlyList<DaemonEvent> events)
    {
        _sharedId = changeId;
        foreach (var @event in events) _held[@event.Subject] = (@event, changeId);
    }

    /// <summary>The run that was lost with the earlier daemon: what is held was held because of it.</summary>
    public void RestoreRun(DateTimeOffset started, IReadOnlyList<DaemonEvent> events)
    {
        _changes.Begin(started, Paths(events));
        State = OwnChangeState.Running;
    }

    /// <summary>Judges what was held as if the run that was lost had ended now.</summary>
    public void JudgeRestored()
    {
        if (State == OwnChangeState.Running)
        {
            _changes.End(context.Now.Utc);
            BeginSettling();
        }
        if (State == OwnChangeState.Idle && _held.Count > 0) BeginJudging();
    }

    /// <summary>The changes of the last run have been reported by now.</summary>
    public void OnTimer(RuleTimer timer)
    {
        if (timer != _window) return;
        _window = null;
        if (State == OwnChangeState.Settling) BeginJudging();
    }

    /// <summary>The daemon stops, and the watcher reports nothing more.</summary>
    public void Stop()
    {
        context.Disarm(ref _window);
        if (State == OwnChangeState.Settling) BeginJudging();
    }

    /// <summary>Asks for what the held paths hold now, once for a burst.</summary>
    public void ReadOn()
    {
        if (State != OwnChangeState.Judging || _isReading) return;
        if (_held.Count == 0)
        {
            State = OwnChangeState.Idle;
            return;
        }
        _isReading = true;
        context.Do(new RuleEffect.ReadContents(work.Rule.Id, [.. _held.Values.Select(h => h.Event)]));
    }

    /// <summary>Judges what was read, unless another run has begun: then it is judged after that one.</summary>
    public void Judge(IReadOnlyList<DaemonEvent> events, IReadOnlyList<ulong?> contents)
    {
        _isReading = false;
        context.Touch(work);
        if (State != OwnChangeState.Judging) return;
        var verdicts = new ChangeVerdicts();
        var noted = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < events.Count; i++)
        {
            var @event = events[i];
            // Given up meanwhile, or changed once more while the file was read: judged in the next round.
            if (!_held.TryGetValue(@event.Subject, out var held) || held.Event != @event) continue;
            noted.Add(held.ChangeId);
            _held.Remove(@event.Subject);
            var authorship = _changes.Judge(@event.Subject, LoopGuard.ChangeTime(@event), contents[i]);
            if (ReasonToIgnore(@event) is { } reason) work.Skip(@event, reason);
            else verdicts.Add(@event, authorship);
        }
        Apply(verdicts);
        // What is held on is noted under the same id.
        noted.ExceptWith(_held.Values.Select(h => h.ChangeId));
        foreach (var id in noted) context.OnRuns(new RuleEffect.ForgetChange(id));
    }

    /// <summary>A person lets go of what is held under the id; false if nothing is.</summary>
    public bool LetGo(string changeId)
    {
        var paths = _held.Where(held => held.Value.ChangeId == changeId).Select(held => held.Key).ToList();
        foreach (var path in paths)
        {
            work.Skip(_held[path].Event, "cancelled by hand");
            _held.Remove(path);
        }
        return paths.Count > 0;
    }

    /// <summary>So many runs that wait are shown for what is held.</summary>
    public int Shown => _held.Values.Select(h => h.ChangeId).Distinct(StringComparer.Ordinal).Count();

    /// <summary>What is held is let go with its rule, or by a person.</summary>
    public void GiveUp(string why)
    {
        foreach (var (@event, _) in _held.Values) work.Skip(@event, why);
        foreach (var id in _held.Values.Select(h => h.ChangeId).Distinct(StringComparer.Ordinal))
            context.OnRuns(new RuleEffect.ForgetChange(id));
        _held.Clear();
    }

    private void BeginSettling()
    {
        if (!work.Rule.IgnoreOwnChanges || work.Rule.Event.Source is not (null or EventSource.Watch))
        {
            // Something is held if the rule was another one before a reload.
            BeginJudging();
            return;
        }
        State = OwnChangeState.Settling;
        if (context.IsStopping) BeginJudging();
        else context.Arm(ref _window, work.Rule.Id, TimerPurpose.ChangeWindow, context.Set.ChangeWindow);
    }

    private void BeginJudging()
    {
        State = OwnChangeState.Judging;
        context.Touch(work);
    }

    private void Apply(ChangeVerdicts verdicts)
    {
        if (verdicts.Own.Count > 0)
        {
            work.Skipped += verdicts.Own.Count;
            context.Do(new RuleEffect.IgnoredAsOwn(work.Rule.Id, verdicts.Own, Learnt: false));
        }
        if (new PathExperiment(work, context, _changes).Takes(verdicts)) return;
        if (work.Rule.OnBusy == OnBusy.Queue) verdicts.Firing.ForEach(e => work.Gate.FireHeld([e], verdicts.Doubtful));
        else if (verdicts.Firing.Count > 0) work.Gate.FireHeld(verdicts.Firing, verdicts.Doubtful);
    }

    private string? ReasonToIgnore(DaemonEvent @event)
    {
        if (!context.IsEnabled) return "automation is disabled";
        if (work.IsOff) return "the rule was disabled meanwhile";
        return work.Rule.OnBusy == OnBusy.Skip && @event.Timestamp <= _changes.EndedAt ? "its action was busy" : null;
    }

    private static IEnumerable<string> Paths(IReadOnlyList<DaemonEvent> events) =>
        events.Where(e => e.Source == EventSource.Watch).Select(e => e.Subject);
}
