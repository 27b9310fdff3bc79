using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Workspaces;

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

    /// <summary>What the agent of an untrusted event may do, unless its action says otherwise.</summary>
    public AgentPermission UntrustedPermission { get; init; } = AgentPermission.Plan;

    /// <summary>Whether somebody has to approve the task of an untrusted event, unless its action says otherwise.</summary>
    public bool ApproveUntrusted { get; init; } = true;

    /// <summary>A task works in a worktree of its own unless it says otherwise.</summary>
    public bool IsIsolated { get; init; } = true;

    public WorktreeOptions Worktree { get; init; } = new();

    public IReadOnlyDictionary<string, AgentProvider> Providers { get; init; } =
        new Dictionary<string, AgentProvider>(StringComparer.Ordinal);

    /// <summary>The actions of the configuration, and those of the providers, which nobody can name.</summary>
    public IReadOnlyDictionary<string, ActionDefinition> Beside(IReadOnlyDictionary<string, ActionDefinition> actions) =>
        Providers.Count == 0
            ? actions
            : actions
                .Concat(Providers.Values.Select(static p => KeyValuePair.Create(p.Action.Name, p.Action)))
                .ToDictionary(StringComparer.Ordinal);

    /// <summary>The provider with this name, or the default one. A <see cref="TaskRefusal"/> says why there is none.</summary>
    public AgentProvider Provider(string? name)
    {
        if (Providers.Count == 0)
            throw new TaskRefusal("The configuration has no agent; write for instance agents: {providers: {claude: {type: claude}}}");
        var known = string.Join(", ", Providers.Keys.Order(StringComparer.Ordinal));
        if ((name ?? Default) is not { } wanted)
            throw new TaskRefusal($"The task names no provider, and agents.default none either; name one of {known}");
        return Providers.GetValueOrDefault(wanted)
            ?? throw new TaskRefusal($"There is no provider '{wanted}' in agents.providers; it has {known}");
    }
}
