using AiwgDaemon.Actions;

namespace AiwgDaemon.Agents;

/// <summary><c>agents:</c> of the configuration.</summary>
internal sealed record AgentOptions
{
    /// <summary>The group that runs of agents are in: their lane.</summary>
    public const string Group = ActionOptions.AgentGroup;

    /// <summary>How many run at a time, beside the actions of rules.</summary>
    public int MaxParallel { get; init; } = 2;

    /// <summary>The provider of a task that names none; null if there is none.</summary>
    public string? Default { get; init; }

    public IReadOnlyDictionary<string, AgentProvider> Providers { get; init; } =
        new Dictionary<string, AgentProvider>(StringComparer.Ordinal);

    /// <summary>The actions of the configuration, and those of the providers, which nobody can name.</summary>
    public IReadOnlyDictionary<string, ActionDefinition> Beside(IReadOnlyDictionary<string, ActionDefinition> actions) =>
        Providers.Count == 0
            ? actions
            : actions
                .Concat(Providers.Values.Select(static p => KeyValuePair.Create(p.Action.Name, p.Action)))
                .ToDictionary(StringComparer.Ordinal);
}
