using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// What a person does with runs: end, hold and release one, pause all. What was asked for is on
/// the disk on return, so that a crash does not undo it. Waits for the disk; to be called under no lock. Thread-safe.
/// </summary>
internal sealed class RunsByHand(RunBook book, RunLanes lanes, HeldChanges changes, RunStore store, ILogger logger)
{
    private readonly RunEvents _events = new(store.Journal);

    /// <summary>Ends a run in any state; false if it has ended already or was asked to. On return the end of one that had not
    /// started is on the disk.</summary>
    public bool Cancel(string id)
    {
        Run? run;
        bool isOut;
        lock (book.Gate)
        {
            if (!book.Runs.TryFind(id, out run)) return false;
            isOut = lanes.EndUnstarted(run);
            changes.Remove(id);
        }
        if (!isOut) return lanes.Cancel(run);
        book.Ended(run, new ActionOutcome(ActionStatus.Cancelled, Error: "cancelled before it was started"));
        store.Flush();
        return true;
    }

    /// <summary>Asks all that run to end, of one rule or of every one; returns how many were asked.</summary>
    public int CancelRunning(string? ruleId)
    {
        Run[] running;
        lock (book.Gate) running = [.. lanes.Active.Where(run => ruleId is null || run.RuleId == ruleId)];
        return running.Count(lanes.Cancel);
    }

    /// <summary>Keeps a run back until <see cref="Release"/>; the word that stands in its way otherwise: <c>running</c>, <c>ended</c>,
    /// or <c>judged</c> if it is not known yet whether there will be a run. On the disk on return.</summary>
    public string? Hold(string id)
    {
        Run? run;
        lock (book.Gate)
        {
            if (!book.Runs.TryFind(id, out run) || run.State == RunState.Ended) return "ended";
            if (run.State == RunState.Running) return "running";
            if (changes.Contains(id)) return "judged";
            run.IsHeldByHand = true;
            lanes.TakeOut(run);
            run.State = RunState.Waiting;
        }
        // The decision for it is noted first.
        book.Notes.Commit();
        store.Hold(id, isHeld: true);
        RunsLog.Held(logger, run.RuleId, id);
        // To its rule one that has begun runs.
        if (run.HasBegun) book.Changed();
        else book.Held(run);
        return null;
    }

    /// <summary>Lets a held run go; false if it is not held. On the disk on return.</summary>
    public bool Release(string id)
    {
        Run? run;
        lock (book.Gate)
        {
            if (!book.Runs.TryFind(id, out run) || !run.IsHeldByHand) return false;
            run.IsHeldByHand = false;
        }
        book.Notes.Commit();
        store.Hold(id, isHeld: false);
        RunsLog.Released(logger, run.RuleId, id);
        if (!run.HasBegun) book.Released(run);
        else lanes.GoOn(run);
        return true;
    }

    /// <summary>Lets a run go on that has begun and waits; false if it does not.</summary>
    public bool Wake(string id)
    {
        Run? run;
        lock (book.Gate)
        {
            if (!book.Runs.TryFind(id, out run)) return false;
        }
        return lanes.GoOn(run);
    }

    /// <summary>Starts nothing until this is called with false.</summary>
    /// <param name="paused">Whether.</param>
    /// <param name="until">For whoever looks; null: until somebody says so.</param>
    public void Pause(bool paused, DateTimeOffset? until) => lanes.SetPause(paused ? RunReason.Paused(until) : null);

    /// <summary>
    /// The events of an ended run, for a person who repeats it; null if they are not known any more. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if they cannot be read.
    /// </summary>
    public IReadOnlyList<DaemonEvent>? EventsOf(ActionRecord ended) =>
        
        store.FindEnded(ended.Id) is { } run ? _events.Of(run)
        : ended.Events is null && _events.Find(ended.EventId) is { } @event ? [@event]
        : null;
}
