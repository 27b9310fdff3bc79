using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// The home of every run: rules decide on one, let it go and take it back here; it starts when there is a slot. All but
/// <see cref="Commit"/> take a
/// lock for an instant only and may be called under a lock of the rules. Lock order: rules, commit, gate, store. Thread-safe.
/// </summary>
internal sealed class RunDispatcher
{
    private readonly RunStore _store;
    private readonly RunBook _book;
    private readonly RunLanes _lanes;
    private readonly ExpandAction _expand;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Dictionary<string, ActionRecord> _activeBefore = [];
    private RunReason? _pause;

    /// <param name="store">Remembers decisions over a crash.</param>
    /// <param name="bus">Carries <c>action.*</c>.</param>
    /// <param name="limits">Slots, groups, timeouts.</param>
    /// <param name="execute">Does the work of one run.</param>
    /// <param name="expand">Puts the values of events into actions.</param>
    /// <param name="changed">Something that state.json shows has changed.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Category <c>actions</c>.</param>
    public RunDispatcher(
        RunStore store,
        EventBus bus,
        ActionOptions limits,
        ExecuteAction execute,
        ExpandAction expand,
        Action changed,
        TimeProvider time,
        ILogger logger
    )
    {
        (_store, _expand, _time, _logger) = (store, expand, time, logger);
        _book = new RunBook(store, bus, limits, changed, time, logger);
        _lanes = new RunLanes(_book.Gate, _book, limits, execute, expand, time, logger);
    }

    /// <summary>Up to where in the journal everything has been decided on, or is noted as waiting there.</summary>
    public long Checkpoint => _store.Checkpoint;

    /// <summary>Running ones, in the order of their start.</summary>
    public IReadOnlyList<ActionRecord> Active
    {
        get
        {
            lock (_book.Gate)
                return
                [
                    .. _lanes
                        .Active.Where(static run => run.State == RunState.Running)
                        .Select(run => run.Record ?? RunRecords.Of(run, run.Action, null)),
                ];
        }
    }

    /// <summary>The last 50 that have ended, newest first.</summary>
    public IReadOnlyList<ActionRecord> Recent
    {
        get { lock (_book.Gate) return _book.History.Last(RunBook.RecentCount); }
    }

    /// <summary>In numbers: what has not started, by the word for what it waits for, and how runs have ended.</summary>
    public RunsState Numbers
    {
        get
        {
            lock (_book.Gate)
            {
                var waiting = _book
                    .Runs.All.Select(WaitsFor)
                    .Where(static reason => reason is not null)
                    .CountBy(static reason => RunReason.WordOf(reason!.Value));
                return new RunsState { Waiting = waiting.ToDictionary(StringComparer.Ordinal), Totals = _book.Totals.State };
            }
        }
    }

    /// <summary>The runs that are known, newest decision first.</summary>
    public IReadOnlyList<ActionRecord> List(RunFilter filter)
    {
        (string Id, Run? Run, RunReason? Reason, ActionRecord? Ended)[] page;
        lock (_book.Gate)
        {
            page =
            [
                .. _book
                    .Runs.All.Where(filter.Takes)
                    .Select(static run => (run.Id, (Run?)run, (RunReason?)null, (ActionRecord?)null))
                    .Concat(
                        _book
                            .History.All.Where(filter.Takes)
                            .Select(static record => (record.Id, (Run?)null, (RunReason?)null, (ActionRecord?)record))
                    )
                    .OrderByDescending(static r => r.Id, StringComparer.Ordinal)
                    .Take(filter.Limit),
            ];
            for (var i = 0; i < page.Length; i++)
                if (page[i].Run is { } run) page[i].Reason = ReasonOf(run);
        }
        return [.. page.Select(item => item.Ended ?? Show(item.Run!, item.Reason))];
    }

    /// <summary>Null if no run has the id, or it ended so long ago that it is forgotten.</summary>
    public ActionRecord? Record(string id)
    {
        Run? run;
        RunReason? reason;
        lock (_book.Gate)
        {
            if (!_book.Runs.TryFind(id, out run)) return _book.History.Find(id);
            reason = ReasonOf(run);
        }
        return Show(run, reason);
    }

    /// <summary>For a person: ends a run in any state; false if it has ended already or was asked to. On return the end of one that had not
    /// started is on the disk.</summary>
    public bool CancelByHand(string id)
    {
        Run? run;
        bool isOut;
        lock (_book.Gate)
        {
            if (!_book.Runs.TryFind(id, out run)) return false;
            isOut = TakeOut(run);
        }
        if (!isOut) return Stop(run);
        _book.Ended(run, new ActionOutcome(ActionStatus.Cancelled, Error: "cancelled before it was started"));
        _store.Flush();
        return true;
    }

    /// <summary>Asks all that run to end, of one rule or of every one; returns how many were asked.</summary>
    public int CancelRunning(string? ruleId)
    {
        Run[] running;
        lock (_book.Gate) running = [.. _lanes.Active.Where(run => ruleId is null || run.RuleId == ruleId)];
        return running.Count(Stop);
    }

    /// <summary>Keeps a run back until <see cref="Release"/>; the word that stands in its way otherwise: <c>running</c>, <c>ended</c>. On
    /// the disk on return.</summary>
    public string? Hold(string id)
    {
        Run? run;
        lock (_book.Gate)
        {
            if (!_book.Runs.TryFind(id, out run) || run.State == RunState.Ended) return "ended";
            if (run.State == RunState.Running) return "running";
            run.IsHeldByHand = true;
            _lanes.TakeOut(run);
            run.State = RunState.Waiting;
        }
        // The decision for it is noted first.
        Commit();
        _store.Hold(id, isHeld: true);
        RunsLog.Held(_logger, run.RuleId, id);
        _book.Held(run);
        return null;
    }

    /// <summary>Lets a held run go; false if it is not held. On the disk on return.</summary>
    public bool Release(string id)
    {
        Run? run;
        lock (_book.Gate)
        {
            if (!_book.Runs.TryFind(id, out run) || !run.IsHeldByHand) return false;
            run.IsHeldByHand = false;
        }
        Commit();
        _store.Hold(id, isHeld: false);
        RunsLog.Released(_logger, run.RuleId, id);
        _book.Released(run);
        return true;
    }

    /// <summary>Starts nothing until this is called with false.</summary>
    /// <param name="paused">Whether.</param>
    /// <param name="until">For whoever looks; null: until somebody says so.</param>
    public void Pause(bool paused, DateTimeOffset? until)
    {
        lock (_book.Gate) _pause = paused ? RunReason.Paused(until) : null;
        _lanes.Pause(paused);
    }

    /// <summary>
    /// The events of an ended run; null if they are not known any more. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if they
    /// cannot be read.
    /// </summary>
    public IReadOnlyList<DaemonEvent>? EventsOf(ActionRecord ended) =>
        _store.EventsOf(ended.Id) ?? (ended.Events is null && _store.Find(ended.EventId) is { } @event ? [@event] : null);

    /// <summary>As <see cref="Commit"/>; on return it is on the disk.</summary>
    public void CommitDurably()
    {
        Commit();
        _store.Flush();
    }

    /// <summary>Names whom to tell; before the first decision. <paramref name="before"/>: what state.json of the daemon before
    /// says.</summary>
    public void Open(IRunListener listener, DaemonState before)
    {
        _book.Open(listener);
        _activeBefore = before.ActiveActions.DistinctBy(a => a.Id).ToDictionary(a => a.Id, StringComparer.Ordinal);
        lock (_book.Gate)
        {
            foreach (var record in before.RecentActions.Reverse()) _book.Remember(record);
            _book.Totals.Restore(before.Runs?.Totals ?? []);
        }
    }

    /// <summary>As <see cref="RunStore.ReadJournal"/>.</summary>
    public IEnumerable<DaemonEvent> ReadJournal(long from, long until) => _store.ReadJournal(from, until);

    /// <summary>A run from now on: it waits until <see cref="Queue"/>.</summary>
    public void Decide(RunPlan plan)
    {
        var run = new Run(plan, _time.GetUtcNow());
        lock (_book.Gate) _book.Runs.Add(run);
        if (plan.IsNoted) return;
        foreach (var @event in plan.Events) _book.Notes.Add(new RoutedEvent(run.Id, run.RuleId, run.Attempt, @event));
    }

    /// <summary>These events share the run; false if it has started or ended.</summary>
    public bool Join(string id, IReadOnlyList<DaemonEvent> events)
    {
        lock (_book.Gate)
        {
            if (Unstarted(id) is not { } run) return false;
            run.Events.AddRange(events);
            foreach (var @event in events) _book.Notes.Add(new RoutedEvent(id, run.RuleId, run.Attempt, @event));
            return true;
        }
    }

    /// <summary>Another action, or the latest event of each path only: the rule was mended while it was held. A crash finds the run as it
    /// was noted.</summary>
    public void Amend(string id, ActionDefinition action, IReadOnlyList<DaemonEvent> events)
    {
        lock (_book.Gate)
        {
            if (Unstarted(id) is { } run) (run.Action, run.Events) = (action, [.. events]);
        }
    }

    /// <summary>Why it waits now.</summary>
    public void Wait(string id, WaitReason reason, DateTimeOffset? until = null)
    {
        lock (_book.Gate)
        {
            if (Unstarted(id) is { } run) (run.Reason, run.Until) = (reason, until);
        }
    }

    /// <summary>The rule has no objection any more: it starts behind the next <see cref="Commit"/>, as soon as there is a slot.</summary>
    public void Queue(string id) => _book.Notes.Then(() =>
    {
        lock (_book.Gate)
        {
            if (Unstarted(id) is { State: RunState.Waiting, IsHeldByHand: false } run) _lanes.Enqueue(run);
        }
        _lanes.Fill();
    });

    /// <summary>
    /// Ends a run for its rule. True if it had not started and has ended now, which the rule is not told; one that runs is asked to end.
    /// </summary>
    public bool Cancel(string id, string why)
    {
        Run? run;
        bool isOut;
        lock (_book.Gate)
        {
            if (!_book.Runs.TryFind(id, out run)) return false;
            isOut = TakeOut(run);
        }
        if (!isOut)
        {
            Stop(run);
            return false;
        }
        RunsLog.Cancelled(_logger, run.RuleId, id, why);
        _book.End(run, Cancelled(why));
        _book.Close(id, null);
        return true;
    }

    /// <summary>Ends all of a rule that have not started, without telling the rule; returns their ids.</summary>
    /// <param name="ruleId">The rule.</param>
    /// <param name="why">For the one line in the log and the records.</param>
    /// <param name="inJournal">So many events of the rule waited in the journal, and are let go by the caller.</param>
    public IReadOnlyList<string> CancelWaiting(string ruleId, string why, int inJournal = 0)
    {
        List<Run> runs;
        lock (_book.Gate) runs = _book.Runs.OfRule(ruleId).Where(TakeOut).ToList();
        foreach (var run in runs)
        {
            _book.End(run, Cancelled(why));
            _book.Close(run.Id, null, isTold: false);
        }
        if (runs.Count + inJournal > 0) RunsLog.CancelledWaiting(_logger, runs.Count + inJournal, ruleId, why);
        return runs.ConvertAll(static run => run.Id);
    }

    /// <summary>Forgets one that has not started and that nobody is to see: its events became part of another one, or are not to be
    /// run.</summary>
    /// <param name="id">The run.</param>
    /// <param name="word">For the reader of the store: <c>joined</c> or <c>dropped</c>.</param>
    public void Drop(string id, string word)
    {
        lock (_book.Gate)
        {
            if (_book.Runs.TryFind(id, out var run) && TakeOut(run)) _book.Runs.Remove(run);
        }
        _book.Notes.Then(() => _store.Finished(id, word));
    }

    /// <summary>Ends one that cannot be run as failed, without telling the rule.</summary>
    public void Refuse(string id, string reason)
    {
        Run? run;
        lock (_book.Gate)
        {
            if (!_book.Runs.TryFind(id, out run) || !TakeOut(run)) return;
        }
        _book.End(run, new ActionEnd(ActionOutcome.Failure(reason), null));
        _book.Close(id, null);
    }

    /// <summary>The answer to <see cref="IRunListener.Ended"/>: what follows has been decided.</summary>
    /// <param name="id">The run.</param>
    /// <param name="retryAt">When the next attempt starts; null if none follows.</param>
    public void Close(string id, DateTimeOffset? retryAt = null) => _book.Close(id, retryAt);

    /// <summary>Leaves a record of a run that was lost with the daemon before.</summary>
    public void Lost(LostRun lost, ActionDefinition action, int attempts)
    {
        var run = new Run(
            new RunPlan
            {
                Id = lost.ActionId,
                RuleId = lost.RuleId,
                Action = action,
                Events = lost.Events,
                Attempt = lost.Attempt,
                Attempts = attempts,
            },
            lost.Events[0].Timestamp
        );
        var record = RunRecords.Of(run, _expand(action, lost.Events[0]).Action ?? action, null);
        // What it ran is in the last state, also if its rule has changed or is gone since.
        if (_activeBefore.TryGetValue(lost.ActionId, out var ran))
            record = record with { Type = ran.Type, Command = ran.Command, QueuedAt = ran.QueuedAt, OutputPath = ran.OutputPath };
        _book.Close(
            record with
            {
                Status = ActionStatus.Lost,
                StartedAt = lost.StartedAt,
                Pid = lost.Process?.Pid,
                CompletedAt = _time.GetUtcNow(),
                Error = "The daemon was killed while it ran",
                Final = true,
            }
        );
    }

    /// <summary>A change that may be the doing of the rule's own run: no run yet, but not to be forgotten.</summary>
    public void NoteChange(string changeId, string ruleId, DaemonEvent @event) =>
        _book.Notes.Add(new RoutedEvent(changeId, ruleId, 1, @event, IsHeld: true));

    /// <summary>The change has been judged.</summary>
    public void ForgetChange(string changeId) => _book.Notes.Then(() => _store.Finished(changeId, "dropped"));

    public void Defer(Deferral deferral) => _book.Notes.Add(deferral);

    /// <summary>Everything up to this place in the journal has been decided on.</summary>
    public void Reached(long position) => _book.Notes.Reached(position);

    /// <summary>To be done behind everything that was asked for so far.</summary>
    public void Then(Action action) => _book.Notes.Then(action);

    /// <summary>Notes what was decided with one write, then does it: never the other way round. Waits for the disk; under no lock that a
    /// listener takes.</summary>
    public void Commit() => _book.Notes.Commit();

    /// <summary>Null if it is not known or has ended.</summary>
    public Run? Find(string id)
    {
        lock (_book.Gate) return _book.Runs.TryFind(id, out var run) ? run : null;
    }

    public void Reload(ActionOptions options)
    {
        _book.Reload(options);
        _lanes.Reload(options);
    }

    /// <summary>Starts nothing more and ends what runs; what waits stays noted for the next start.</summary>
    public Task DrainAsync(TimeSpan grace, CancellationToken token) => _lanes.DrainAsync(grace, token);

    private bool Stop(Run run) => _lanes.Stop(run, StopReason.Cancelled, _lanes.Options.Grace);

    // The values are put in as the start will do it, outside the lock: they may have to be read from the journal.
    private ActionRecord Show(Run run, RunReason? reason) =>
        run.Record ?? RunRecords.Of(run, _expand(run.Action, run.Events[0]).Action ?? run.Action, reason);

    // Under the gate; null if it waits for nothing.
    private WaitReason? WaitsFor(Run run) =>
        run.State switch
        {
            RunState.Waiting or RunState.Queued when run.IsHeldByHand => WaitReason.HeldByHand,
            RunState.Waiting or RunState.Queued when _pause is not null => WaitReason.Paused,
            RunState.Waiting => run.Reason,
            RunState.Queued => _lanes.WaitsFor(run),
            _ => null,
        };

    private RunReason? ReasonOf(Run run) =>
        WaitsFor(run) switch
        {
            null => null,
            WaitReason.HeldByHand => RunReason.HeldByHand(run.Id),
            WaitReason.Paused => _pause,
            WaitReason.Slot or WaitReason.Group => _lanes.ReasonOf(run),
            _ => RunReason.Of(
                run,
                _book.Runs.OfRule(run.RuleId).FirstOrDefault(static other => other.State is RunState.Running or RunState.Queued)?.Id
            ),
        };

    private static ActionEnd Cancelled(string why) => new(new ActionOutcome(ActionStatus.Cancelled, Error: why), null);

    // Under the gate: from here on nothing starts it.
    private bool TakeOut(Run run)
    {
        if (run.State is not (RunState.Waiting or RunState.Queued)) return false;
        _lanes.TakeOut(run);
        run.State = RunState.Ended;
        return true;
    }

    private Run? Unstarted(string id) =>
        _book.Runs.TryFind(id, out var run) && run.State is RunState.Waiting or RunState.Queued ? run : null;
}
