using System.Text.Json.Serialization;

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

    [JsonIgnore]
    public bool HasEnded => Status is not (ActionStatus.Queued or ActionStatus.Running);
    public required int Attempt { get; init; }

    /// <summary>How many attempts there are at most; 1 without retries. Zero in what an earlier version wrote.</summary>
    public int Attempts { get; init; }

    /// <summary>The action's name in the configuration.</summary>
    public string? Action { get; init; }

    /// <summary>How many events share the run, if it is more than one.</summary>
    public int? Events { get; init; }

    /// <summary>When it was decided on.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>What it waits for, as one word: <c>slot</c>, <c>group</c>, <c>rule</c>, <c>settle</c>, <c>retry</c>,
    /// <c>circuit_breaker</c>, <c>pause</c> or <c>hold</c>.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>The same for a person.</summary>
    public string? Reason { get; init; }

    /// <summary>When what it waits for comes, if that is known.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>The run that somebody asked to repeat by this one.</summary>
    public string? RetryOf { get; init; }

    public string? Group { get; init; }

    /// <summary>Its place in its group, from 1, as the action sees it in <c>AIWG_SLOT</c>.</summary>
    public int? Slot { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public int? Pid { get; init; }
    public int? ExitCode { get; init; }
    public string? Signal { get; init; }

    /// <summary>Why it failed, if neither exit code nor signal say it.</summary>
    public string? Error { get; init; }

    /// <summary>Of a run that has ended: true if no further attempt follows it.</summary>
    public bool? Final { get; init; }

    /// <summary>When the next attempt starts, if one follows.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Relative to the project.</summary>
    public string? OutputPath { get; init; }
}
