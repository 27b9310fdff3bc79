namespace AiwgDaemon.State;

internal enum ActionStatus
{
    Queued,
    Running,
    Completed,
    Failed,
    Timeout,
    Cancelled,

    /// <summary>Started by an earlier daemon that did not see its end.</summary>
    Lost,
}

/// <summary>One action as state.json, the control socket and the command line show it.</summary>
internal sealed record ActionRecord
{
    public required string Id { get; init; }
    public required string RuleId { get; init; }
    public required Guid EventId { get; init; }
    public required string Type { get; init; }
    public required string Command { get; init; }
    public required ActionStatus Status { get; init; }
    public required int Attempt { get; init; }
    public required DateTimeOffset QueuedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public int? Pid { get; init; }
    public int? ExitCode { get; init; }
    public string? Signal { get; init; }

    /// <summary>Why it failed, where neither exit code nor signal say it.</summary>
    public string? Error { get; init; }

    /// <summary>Relative to the project.</summary>
    public string? OutputPath { get; init; }
}
