using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// The home of every run, for the rules: they decide on one, let it go and take it back here; it starts when there is a slot. All but
/// <see cref="Commit"/> take a lock for an instant only and may be called under a lock of the rules. Lock order: rules, commit, gate,
/// store. Thread-safe.
/// </summary>
internal sealed class RunDispatcher
{
    // Of so many runs that are cancelled together each has its event: a rule that tells people would tell them of every single one, and a
    // queue of thousands would push the events out that others wait for. The line in the log has the number of all.
    private const int MostTold = 100;

    private readonly RunStore _store;
    private readonly RunBook _book;
    private readonly RunLanes _lanes;
    private readonly HeldChanges _changes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

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
        (_store, _time, _logger) = (store, time, logger);
        _book = new RunBook(store, bus, limits, changed, time, logger);
        _lanes = new RunLanes(_book.Gate, _book, limits, execute, expand, time, logger);
        Earlier = new EarlierRuns(_book, store, expand, time, logger);
        _changes = new HeldChanges(_book, time);
        Listing = new RunListing(_book, _lanes, expand);
        ByHand = new RunsByHand(_book, _lanes, _changes, store, logger);
    }

    /// <summary>What is to be seen of runs.</summary>
    public RunListing Listing { get; }

    /// <summary>What the daemon before left.</summary>
    public EarlierRuns Earlier { get; }

    /// <summary>What a person does with runs.</summary>
    public RunsByHand ByHand { get; }

    /// <summary>Up to where in the journal everything has been decided on, or is noted as waiting there.</summary>
    public long Checkpoint => _store.Checkpoint;

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
        _book.Open(listener, before);
        Earlier.Open(before);
    }

    /// <summary>What is in the journal between two places, oldest first; see <see cref="JournalReader"/>.</summary>
    public IEnumerable<DaemonEvent> ReadJournal(long from, long until) => _store.Journal.ReadFrom(from, until);

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
            isOut = _lanes.EndUnstarted(run);
        }
        if (!isOut)
        {
            _lanes.Cancel(run);
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
        lock (_book.Gate) runs = _book.Runs.OfRule(ruleId).Where(_lanes.EndUnstarted).ToList();
        for (var i = 0; i < runs.Count; i++)
        {
            _book.End(runs[i], Cancelled(why));
            _book.Close(runs[i].Id, null, isTold: i < MostTold);
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
            if (_book.Runs.TryFind(id, out var run) && _lanes.EndUnstarted(run)) _book.Runs.Remove(run);
        }
        _book.Notes.Then(() => _store.Finished(id, word));
    }

    /// <summary>Ends one that cannot be run as failed, without telling the rule.</summary>
    public void Refuse(string id, string reason)
    {
        Run? run;
        lock (_book.Gate)
        {
            if (!_book.Runs.TryFind(id, out run) || !_lanes.EndUnstarted(run)) return;
        }
        _book.End(run, new ActionEnd(ActionOutcome.Failure(reason), null));
        _book.Close(id, null);
    }

    /// <summary>The answer to <see cref="IRunListener.Ended"/>: what follows has been decided.</summary>
    /// <param name="id">The run.</param>
    /// <param name="retryAt">When the next attempt starts; null if none follows.</param>
    public void Close(string id, DateTimeOffset? retryAt = null) => _book.Close(id, retryAt);

    /// <summary>A change that may be the doing of the rule's own run: it starts nothing yet, and is seen and not forgotten.</summary>
    public void NoteChange(string changeId, string ruleId, ActionDefinition action, DaemonEvent @event)
    {
        lock (_book.Gate) _changes.Add(changeId, ruleId, action, @event);
        _book.Notes.Add(new RoutedEvent(changeId, ruleId, 1, @event, IsHeld: true));
    }

    /// <summary>The change has been judged.</summary>
    public void ForgetChange(string changeId)
    {
        lock (_book.Gate) _changes.Remove(changeId);
        _book.Notes.Then(() => _store.Finished(changeId, "dropped"));
    }

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

    private static ActionEnd Cancelled(string why) => new(new ActionOutcome(ActionStatus.Cancelled, Error: why), null);

    private Run? Unstarted(string id) =>
        _book.Runs.TryFind(id, out var run) && run.State is RunState.Waiting or RunState.Queued ? run : null;
}
