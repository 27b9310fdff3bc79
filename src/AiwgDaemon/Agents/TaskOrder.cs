using AiwgDaemon.Agents.Providers;

namespace AiwgDaemon.Agents;

/// <summary>What a person asks for.</summary>
/// <param name="Prompt">What the agent is to do.</param>
internal sealed record TaskOrder(string Prompt)
{
    /// <summary>Null: the default one.</summary>
    public string? Provider { get; init; }

    /// <summary>Null: the provider's.</summary>
    public string? Model { get; init; }

    /// <summary>Null: the provider's.</summary>
    public AgentPermission? Permission { get; init; }

    /// <summary>Null: what the configuration says.</summary>
    public bool? IsIsolated { get; init; }

    /// <summary>Program and arguments that say whether the work is done; null: there is none.</summary>
    public IReadOnlyList<string>? Verify { get; init; }

    /// <summary>It begins then or later; null: at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>It begins when these tasks are completed; null: it waits for none.</summary>
    public IReadOnlyList<int>? After { get; init; }

    /// <summary>It begins when somebody releases it.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Null: the usual one.</summary>
    public double? StallMinutes { get; init; }

    /// <summary>Higher runs first.</summary>
    public int Priority { get; init; }

    /// <param name="number">Of the task.</param>
    /// <param name="provider">Who is to do it.</param>
    /// <param name="asking">The event that asks for its run.</param>
    /// <param name="isIsolated">What the configuration says.</param>
    public AgentTask ToTask(int number, AgentProvider provider, DaemonEvent asking, bool isIsolated) =>
        new()
        {
            Number = number,
            Provider = provider.Name,
            Model = Model,
            Permission = Permission ?? provider.Permission,
            Priority = Priority,
            CreatedAt = asking.Timestamp,
            EventId = asking.Id,
            IsIsolated = IsIsolated ?? isIsolated,
            Verify = Verify,
            StartAt = StartAt,
            After = After,
            IsHeld = IsHeld,
            StallMinutes = StallMinutes ?? AgentTask.DefaultStallMinutes,
        };
}
