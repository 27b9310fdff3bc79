using AiwgDaemon.Actions;
using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>Runs that were under way when the daemon before was killed: nobody saw their ends.</summary>
internal sealed class LostRuns(RunBook book, ExpandAction expand, TimeProvider time)
{
    private Dictionary<string, ActionRecord> _activeBefore = [];

    /// <param name="before">What state.json of the daemon before says.</param>
    public void Open(DaemonState before) =>
        _activeBefore = before.ActiveActions.DistinctBy(a => a.Id).ToDictionary(a => a.Id, StringComparer.Ordinal);

    /// <summary>Leaves a record of a run that was lost with the daemon before.</summary>
    public void Record(LostRun lost, ActionDefinition action, int attempts)
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
        var record = RunRecords.Of(run, expand(action, lost.Events[0]).Action ?? action, null);
        // What it ran is in the last state, also if its rule has changed or is gone since.
        if (_activeBefore.TryGetValue(lost.ActionId, out var ran))
            record = record with { Type = ran.Type, Command = ran.Command, QueuedAt = ran.QueuedAt, OutputPath = ran.OutputPath };
        book.Close(
            record with
            {
                Status = ActionStatus.Lost,
                StartedAt = lost.StartedAt,
                Pid = lost.Process?.Pid,
                CompletedAt = time.GetUtcNow(),
                Error = "The daemon was killed while it ran",
                Final = true,
            }
        );
    }
}
