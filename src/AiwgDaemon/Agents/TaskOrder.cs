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

    /// <summary>Higher runs first.</summary>
    public int Priority { get; init; }

    /// <param name="number">Of the task.</param>
    /// <param name="provider">Who is to do it.</param>
    /// <param name="asking">The event that asks for its run.</param>
    public AgentTask ToTask(int number, AgentProvider provider, DaemonEvent asking) =>
        new()
        {
            Number = number,
            Provider = provider.Name,
            Model = Model,
            Permission = Permission ?? provider.Permission,
            Priority = Priority,
            CreatedAt = asking.Timestamp,
            EventId = asking.Id,
        };
}
