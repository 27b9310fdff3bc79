using AiwgDaemon.Actions;
using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>
/// Makes every record of a run, so that one which waits, runs, is lost or is refused shows the same type and command. A pure function of
/// the run.
/// </summary>
internal static class RunRecords
{
    /// <param name="run">Before its start, or at it.</param>
    /// <param name="shown">Its action, with the values of its event if they can be put in.</param>
    /// <param name="reason">What it waits for; null if it waits for nothing.</param>
    public static ActionRecord Of(Run run, ActionDefinition shown, RunReason? reason) => new()
    {
        Id = run.Id,
        RuleId = run.RuleId,
        Action = run.Action.Name,
        EventId = run.Events[0].Id,
        Events = run.Events.Count > 1 ? run.Events.Count : null,
        Type = ActionLog.TypeName(run.Action.Type),
        Command = ActionCommand.Describe(shown),
        Status = ActionStatus.Queued,
        Attempt = run.Attempt,
        Attempts = run.Attempts,
        QueuedAt = run.DecidedAt,
        RetryOf = run.RetryOf,
        Group = run.Action.Group,
        Slot = run.Slot > 0 ? run.Slot : null,
        WaitsFor = reason?.Word,
        Reason = reason?.Text,
        WaitsUntil = reason?.Until,
    };

    /// <summary>The request with which a run goes to the executor.</summary>
    public static ActionRequest Request(Run run) => new()
    {
        Id = run.Id,
        RuleId = run.RuleId,
        Action = run.Action,
        Events = run.Events,
        Attempt = run.Attempt,
        QueuedAt = run.DecidedAt,
        Slot = run.Slot,
    };

    public static ActionRecord Started(ActionRecord record, ActionStart start, DateTimeOffset now) => record with
    {
        Status = ActionStatus.Running, StartedAt = now, Pid = start.Process.Pid, OutputPath = start.OutputPath,
    };

    public static ActionRecord Ended(ActionRecord record, ActionOutcome outcome, string? outputPath, DateTimeOffset now) => record with
    {
        Status = outcome.Status,
        CompletedAt = now,
        ExitCode = outcome.ExitCode,
        Signal = outcome.Signal,
        Error = outcome.Error,
        OutputPath = outputPath ?? record.OutputPath,
        WaitsFor = null,
        Reason = null,
        WaitsUntil = null,
    };
}
