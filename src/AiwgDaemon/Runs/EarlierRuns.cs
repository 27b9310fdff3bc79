using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>Runs of the daemon before that its last state.json does not tell of: a person can see and repeat them like any other.</summary>
internal sealed class EarlierRuns(RunBook book, RunStore store, ExpandAction expand, TimeProvider time, ILogger logger)
{
    private readonly RunEvents _events = new(store.Journal);
    private HashSet<string> _seen = [];
    private Dictionary<string, ActionRecord> _activeBefore = [];

    /// <param name="before">What state.json of the daemon before says.</param>
    public void Open(DaemonState before)
    {
        _seen = before.RecentActions.Select(a => a.Id).ToHashSet(StringComparer.Ordinal);
        _activeBefore = before.ActiveActions.DistinctBy(a => a.Id).ToDictionary(a => a.Id, StringComparer.Ordinal);
    }

    /// <summary>It was under way when the daemon was killed: nobody saw its end.</summary>
    public void Lost(LostRun lost, ActionDefinition action, int attempts) =>
        book.Close(
            Of(lost.ActionId, lost.RuleId, action, lost.Events, lost.Attempt, attempts) with
            {
                Status = ActionStatus.Lost,
                StartedAt = lost.StartedAt,
                Pid = lost.Process?.Pid,
                CompletedAt = time.GetUtcNow(),
                Error = "The daemon was killed while it ran",
                Final = true,
            }
        );

    /// <summary>Its end was noted in the ledger, and perhaps not yet in state.json, which is written a few times a second.</summary>
    /// <param name="runs">As the ledger has them, in the order of their ends.</param>
    public void Ended(IReadOnlyList<EarlierRun> runs)
    {
        // What ended before one that was seen was seen, too; state.json shows only the last ones.
        var next = 0;
        for (var i = 0; i < runs.Count; i++)
            if (_seen.Contains(runs[i].Run.Id)) next = i + 1;
        foreach (var run in runs.Skip(next)) Ended(run);
    }

    private void Ended(EarlierRun earlier)
    {
        var run = earlier.Run;
        // An early version did not note how and when.
        if (run.At is not { } at || ActionEvents.StatusOf(run.Status) is not { } status) return;
        try
        {
            var events = _events.Of(run);
            var record = Of(run.Id, run.RuleId, earlier.ActionOf(events[0]), events, run.Attempt, earlier.Attempts) with
            {
                Status = status,
                CompletedAt = at,
                Error = status == ActionStatus.Failed ? "The daemon was killed before it had noted why" : null,
            };
            lock (book.Gate)
            {
                book.Remember(record);
                book.Totals.Add(record);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RunsLog.EndNotKept(logger, run.Id, run.RuleId, e.Message);
        }
    }

    private ActionRecord Of(
        string id, string ruleId, ActionDefinition action, IReadOnlyList<DaemonEvent> events, int attempt, int attempts)
    {
        var plan = new RunPlan
        {
            Id = id,
            RuleId = ruleId,
            Action = action,
            Events = events,
            Attempt = attempt,
            Attempts = Math.Max(attempts, attempt),
        };
        var record = RunRecords.Of(new Run(plan, events[0].Timestamp), expand(action, events[0]).Action ?? action, null);
        // What it ran is in the last state, also if its rule has changed or is gone since.
        return _activeBefore.TryGetValue(id, out var ran)
            ? record with
            {
                Type = ran.Type,
                Command = ran.Command,
                QueuedAt = ran.QueuedAt,
                StartedAt = ran.StartedAt,
                Pid = ran.Pid,
                OutputPath = ran.OutputPath,
            }
            : record;
    }
}
