using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Rules;

// Changes that may be the doing of a rule's own run: held until it has ended and its changes have been reported, then judged.
internal sealed partial class Router
{
    private const int MostNamed = 5;
    private static readonly TimeSpan ShortestExperiment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestExperiment = TimeSpan.FromMinutes(1);

    private static DateTimeOffset ChangeTime(DaemonEvent @event) => @event.Changed ?? @event.Timestamp;

    /// <summary>True if the change is held; somebody else's is let through.</summary>
    private bool IsHeldAsOwn(RuleState state, DaemonEvent @event)
    {
        if (@event.Source != EventSource.Watch || !state.Rule.IgnoreOwnChanges) return false;
        var settling = state.OwnChanges.IsRunning || state.IsSettling;
        // One that was long on its way, or comes while others are being judged.
        var late = !settling && (state.IsJudging || state.OwnChanges.IsInRun(ChangeTime(@event)));
        if (!settling && !late)
        {
            state.OwnChanges.Forget(@event.Subject);
            return false;
        }
        // Noted like a decided action, so that a crash does not lose it: as one, unless each event has a run of its own.
        if (state.Held.Count == 0) state.HeldId = ActionId.New(_time.GetUtcNow());
        var id = state.Held.TryGetValue(@event.Subject, out var held) ? held.ActionId
            : state.Rule.OnBusy == OnBusy.Queue ? ActionId.New(_time.GetUtcNow()) : state.HeldId;
        state.Held[@event.Subject] = (@event, id);
        _runs.NoteChange(id, state.Rule.Id, @event);
        if (late && !state.IsJudging)
        {
            state.IsJudging = true;
            Later(() => JudgeHeld(state));
        }
        return true;
    }

    private void BeginSettling(RuleState state, DateTimeOffset now)
    {
        state.OwnChanges.End(now);
        if (!state.Rule.IgnoreOwnChanges || state.Rule.Event.Source is not (null or EventSource.Watch)) return;
        state.IsSettling = true;
        var turn = ++state.SettleTurn;
        state.Settle?.Dispose();
        state.Settle = _time.CreateTimer(_ => Later(() => EndSettling(state, turn)), null, Settle, Timeout.InfiniteTimeSpan);
    }

    private void EndSettling(RuleState state, int turn)
    {
        lock (_gate)
        {
            // Another run began meanwhile, and has the settling to itself.
            if (turn != state.SettleTurn || state.OwnChanges.IsRunning) return;
            state.IsSettling = false;
            if (state.IsJudging) return;
            state.IsJudging = true;
        }
        JudgeHeld(state);
    }

    // The files are read without the lock: a file system that hangs holds up this rule alone.
    private void JudgeHeld(RuleState state)
    {
        while (true)
        {
            List<DaemonEvent> held;
            lock (_gate)
            {
                // Another run began meanwhile: what is held is judged after it.
                if (_disposed || state.OwnChanges.IsRunning || state.IsSettling || state.Held.Count == 0)
                {
                    state.IsJudging = false;
                    return;
                }
                held = [.. state.Held.Values.Select(h => h.Event)];
            }
            var contents = held.ConvertAll(e => _contentOf(e));
            lock (_gate)
            {
                if (!_disposed && !state.OwnChanges.IsRunning && !state.IsSettling) ReleaseHeld(state, held, contents);
            }
            Flush();
        }
    }

    // The daemon stops: what is held is judged at once, since nobody remembers the run at the next start. The watcher reports nothing more.
    private void JudgeAtEnd(RuleState state)
    {
        if (state.Held.Count == 0 || state.IsJudging) return;
        List<DaemonEvent> held = [.. state.Held.Values.Select(h => h.Event)];
        ReleaseHeld(state, held, held.ConvertAll(e => _contentOf(e)));
    }

    /// <summary>What was held when an earlier daemon was killed: judged as if the run that was lost with it had ended now.</summary>
    private void JudgeWhatWasHeld()
    {
        foreach (var state in _states.Values)
        {
            if (state.OwnChanges.IsRunning) BeginSettling(state, _time.GetUtcNow());
            if (state.IsSettling || state.Held.Count == 0) continue;
            state.IsJudging = true;
            Later(() => JudgeHeld(state));
        }
    }

    private void ReleaseHeld(RuleState state, List<DaemonEvent> held, List<ulong?> contents)
    {
        var (firing, doubtful, suspects, own) = (new List<DaemonEvent>(), new HashSet<DaemonEvent>(), new List<DaemonEvent>(), new List<DaemonEvent>());
        var noted = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < held.Count; i++)
        {
            var @event = held[i];
            noted.Add(state.Held[@event.Subject].ActionId);
            // Changed once more while the file was read: judged in the next round.
            if (state.Held[@event.Subject].Event != @event) continue;
            state.Held.Remove(@event.Subject);
            var authorship = state.OwnChanges.Judge(@event.Subject, ChangeTime(@event), contents[i]);
            if (ReasonToIgnore(state, @event) is { } reason) Skip(state, @event, reason);
            else if (authorship == Authorship.Own) own.Add(@event);
            else
            {
                firing.Add(@event);
                if (authorship != Authorship.Foreign) doubtful.Add(@event);
                if (authorship == Authorship.Suspect) suspects.Add(@event);
            }
        }
        IgnoreOwn(state, own);
        if (!IsExperiment(state, firing, suspects))
        {
            if (state.Rule.OnBusy == OnBusy.Queue) firing.ForEach(e => FireHeld(state, [e], doubtful));
            else if (firing.Count > 0) FireHeld(state, firing, doubtful);
        }
        // What is held on is noted under the same id.
        noted.ExceptWith(state.Held.Values.Select(h => h.ActionId));
        foreach (var id in noted) _runs.ForgetChange(id);
    }

    private string? ReasonToIgnore(RuleState state, DaemonEvent @event)
    {
        if (!Enabled) return "automation is disabled";
        if (state.Disabled || !state.Rule.Enabled) return "the rule was disabled meanwhile";
        return state.Rule.OnBusy == OnBusy.Skip && @event.Timestamp <= state.OwnChanges.EndedAt ? "its action was busy" : null;
    }

    private void IgnoreOwn(RuleState state, List<DaemonEvent> own)
    {
        if (own.Count == 0) return;
        state.Skipped += own.Count;
        RouterLog.OwnChanges(_logger, state.Rule.Id, own.Count, Names(own));
    }

    /// <summary>
    /// Paths that change in each run, to something else each time, are either the run's doing or saved again and again. The rule is held until
    /// nothing has changed for longer than a run takes, then it runs once: a path that changes in that run too is its own.
    /// </summary>
    private bool IsExperiment(RuleState state, List<DaemonEvent> firing, List<DaemonEvent> suspects)
    {
        if (state.LearnsPaths && state.Guard.HasTried)
        {
            if (firing.Count == 0) return true;
            var proved = suspects.Count == firing.Count;
            if (proved) Learn(state, suspects);
            state.Guard.Reset();
            Release(state);
            return proved;
        }
        if (suspects.Count == 0 || suspects.Count < firing.Count || state.Guard.Holds || !state.Guard.Suspect(_time.GetUtcNow())) return false;
        var stillness = TimeSpan.FromTicks(Math.Clamp((long)(1.5 * state.OwnChanges.Duration.Ticks), ShortestExperiment.Ticks, LongestExperiment.Ticks));
        RouterLog.Experiments(_logger, state.Rule.Id, stillness.TotalSeconds, suspects[0].Subject);
        state.LearnsPaths = true;
        AwaitStillness(state, stillness);
        HoldBack(state, firing);
        return true;
    }

    private void Learn(RuleState state, List<DaemonEvent> suspects)
    {
        foreach (var @event in suspects) state.OwnChanges.Learn(@event.Subject, ChangeTime(@event));
        state.Skipped += suspects.Count;
        RouterLog.Learnt(_logger, state.Rule.Id, Names(suspects));
    }

    private static string Names(List<DaemonEvent> events) =>
        string.Join(", ", events.Take(MostNamed).Select(e => e.Subject)) + (events.Count > MostNamed ? " …" : "");
}
