using AiwgDaemon.Agents.Streams;

namespace AiwgDaemon.Agents.Sessions;

internal enum AgentOutcome
{
    Completed,
    Failed,
    Timeout,
    Cancelled,
}

/// <summary>What a session has cost so far. Null: the program does not tell.</summary>
internal sealed record AgentCost(decimal? Usd, long InputTokens, long OutputTokens);

/// <summary>How a session ended.</summary>
internal sealed record AgentResult
{
    public required AgentOutcome Outcome { get; init; }

    /// <summary><see cref="FailureReason.None"/> unless <see cref="Outcome"/> is failed.</summary>
    public FailureReason Reason { get; init; }

    /// <summary>One sentence that says what went wrong and what to do; null if nothing did.</summary>
    public string? Message { get; init; }

    /// <summary>For a later continuation; null if the program never said one.</summary>
    public string? Session { get; init; }

    public required int AttemptsUsed { get; init; }

    public required AgentCost Cost { get; init; }

    /// <summary>When the provider takes work again; null if it did not say.</summary>
    public DateTimeOffset? LimitUntil { get; init; }

    /// <summary>The agent's last words, bounded.</summary>
    public string Text { get; init; } = "";

    /// <summary>The branch with the result; null without a worktree.</summary>
    public string? Branch { get; init; }

    /// <summary>As <c>git diff --stat</c> prints it, bounded; null if there is none.</summary>
    public string? DiffStat { get; init; }

    /// <summary>True if changes.patch is in the task's directory.</summary>
    public bool PatchWritten { get; init; }
}
