using System.Text.Json.Serialization;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Workspaces;

namespace AiwgDaemon.Agents;

/// <summary>One task as <c>tasks/N/task.json</c> keeps it; the prompt and the result are files beside it.</summary>
internal sealed record AgentTask
{
    /// <summary>From 1; never used again.</summary>
    public required int Number { get; init; }

    public required string Provider { get; init; }

    /// <summary>Null: the provider's.</summary>
    public string? Model { get; init; }

    public AgentPermission Permission { get; init; } = AgentPermission.Edit;

    public int Priority { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The event that asks for its run.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The rule or job that it is of; null if a person asked for it.</summary>
    public string? RuleId { get; init; }

    /// <summary>The source of its event if that is not to be trusted: what it brings was written by others. Null otherwise.</summary>
    public string? Untrusted { get; init; }

    /// <summary>Somebody has to approve it before it starts.</summary>
    public bool NeedsApproval { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>How often its agent is started at most, without starts that met a provider's limit.</summary>
    public int Attempts { get; init; } = DefaultAttempts;

    /// <summary>So long without a sign of life is a stall; zero: there is none.</summary>
    public double StallMinutes { get; init; } = DefaultStallMinutes;

    /// <summary>It begins at this instant or later.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>It begins when these tasks are completed.</summary>
    public IReadOnlyList<int>? After { get; init; }

    /// <summary>It begins when somebody releases it.</summary>
    public bool IsHeld { get; init; }

    /// <summary>How often it was started so far.</summary>
    public int Attempt { get; init; }

    /// <summary>What the agent is told at its next start in place of the prompt, if its session goes on, or else before it.</summary>
    public string? Note { get; init; }

    /// <summary>The provider's name of its session, and whose that is: another provider does not know it.</summary>
    public string? Session { get; init; }

    public string? SessionProvider { get; init; }

    /// <summary>Its agent was at work when this was written.</summary>
    public bool IsWorking { get; init; }

    /// <summary>It works in a worktree of its own if the project is in a git repository.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Where it works; null: in the project itself, or nowhere yet.</summary>
    public Worktree? Worktree { get; init; }

    /// <summary>What it has changed, as <c>git diff --stat</c> says it; the whole is in changes.patch.</summary>
    public string? DiffStat { get; init; }

    /// <summary>The commit that it was landed as, on the branch of the project.</summary>
    public string? LandedAs { get; init; }

    /// <summary>Program and arguments that say whether the work is done; null: the agent's word is enough.</summary>
    public IReadOnlyList<string>? Verify { get; init; }

    /// <summary>It is not to be tried before.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The run that it has or had last; null before the first one began.</summary>
    public string? RunId { get; init; }

    /// <summary>completed, failed, timeout, cancelled or lost; null while it has not ended.</summary>
    public string? Outcome { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Why it failed, as a word for programs; null if that is not known.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed, in words.</summary>
    public string? Error { get; init; }

    /// <summary>In US dollars, so far; null if its provider does not say.</summary>
    public decimal? CostUsd { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public const int DefaultAttempts = 3;
    public const double DefaultStallMinutes = 15;
}

[JsonSerializable(typeof(AgentTask))]
[JsonSourceGenerationOptions(
    WriteIndented = true,
    UseStringEnumConverter = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
internal sealed partial class AgentTaskJsonContext : JsonSerializerContext;
