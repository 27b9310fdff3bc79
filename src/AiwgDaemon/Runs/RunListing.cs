using AiwgDaemon.Actions;
using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>What is to be seen of runs: those that wait and why, those that run, and those that ended last. Thread-safe.</summary>
/// <param name="book">Knows the runs; read under its gate.</param>
/// <param name="lanes">Knows what a queued run waits for.</param>
/// <param name="expand">Puts the values of the first event into the action, so that a waiting run shows what it is going to run.</param>
internal sealed class RunListing(RunBook book, RunLanes lanes, ExpandAction expand)
{
    /// <summary>For who waits for the end of an event's run.</summary>
    public EndWaiters Ends => book.Ends;

    /// <summary>Running ones, in the order of their start.</summary>
    public IReadOnlyList<ActionRecord> Active
    {
        get
        {
            lock (book.Gate)
                return
                [
                    .. lanes
                        .Active.Where(static run => run.State == RunState.Running)
                        .Select(run => run.Record ?? RunRecords.Of(run, run.Action, null)),
                ];
        }
    }

    /// <summary>The last 50 that have ended, newest first.</summary>
    public IReadOnlyList<ActionRecord> Recent
    {
        get { lock (book.Gate) return book.History.Last(RunBook.RecentCount); }
    }

    /// <summary>In numbers: what has not started, by the word for what it waits for, and how runs have ended.</summary>
    public RunsState Numbers
    {
        get
        {
            lock (book.Gate)
            {
                var waiting = book
                    .Runs.All.Select(WaitsFor)
                    .Where(static reason => reason is not null)
                    .CountBy(static reason => RunReason.WordOf(reason!.Value));
                return new RunsState { Waiting = waiting.ToDictionary(StringComparer.Ordinal), Totals = book.Totals.State };
            }
        }
    }

    /// <summary>The runs that are known, newest decision first.</summary>
    public IReadOnlyList<ActionRecord> List(RunFilter filter)
    {
        (string Id, Run? Run, RunReason? Reason, ActionRecord? Ended)[] page;
        lock (book.Gate)
        {
            page =
            [
                .. book
                    .Runs.All.Where(filter.Takes)
                    .Select(static run => (run.Id, (Run?)run, (RunReason?)null, (ActionRecord?)null))
                    .Concat(
                        book
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
        lock (book.Gate)
        {
            if (!book.Runs.TryFind(id, out run)) return book.History.Find(id);
            reason = ReasonOf(run);
        }
        return Show(run, reason);
    }

    // The values are put in as the start will do it, outside the lock: they may have to be read from the journal.
    private ActionRecord Show(Run run, RunReason? reason) =>
        run.Record ?? RunRecords.Of(run, expand(run.Action, run.Events[0]).Action ?? run.Action, reason);

    // Under the gate; null if it waits for nothing.
    private WaitReason? WaitsFor(Run run) =>
        run.State switch
        {
            RunState.Waiting or RunState.Queued when run.IsHeldByHand => WaitReason.HeldByHand,
            RunState.Waiting or RunState.Queued when lanes.Pause is not null => WaitReason.Paused,
            RunState.Waiting => run.Parked is { } wait ? RunReason.Of(wait).Reason : run.Reason,
            RunState.Queued => lanes.WaitsFor(run),
            _ => null,
        };

    private RunReason? ReasonOf(Run run) =>
        WaitsFor(run) switch
        {
            null => null,
            WaitReason.HeldByHand => RunReason.HeldByHand(run.Id),
            WaitReason.Paused => lanes.Pause,
            WaitReason.Slot or WaitReason.Group => lanes.ReasonOf(run),
            _ when run.Parked is { } wait => RunReason.Of(wait),
            _ => RunReason.Of(
                run,
                book.Runs.OfRule(run.RuleId).FirstOrDefault(static other => other.State is RunState.Running or RunState.Queued)?.Id
            ),
        };
}
