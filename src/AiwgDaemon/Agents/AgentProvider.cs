using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;

namespace AiwgDaemon.Agents;

/// <summary>A program that works on a prompt: <c>agents.providers.NAME</c>.</summary>
/// <param name="Definition">How it is started, and how its output is read.</param>
internal sealed record AgentProvider(ProviderDefinition Definition)
{
    public string Name => Definition.Name;

    /// <summary>Null: the program's own choice.</summary>
    public string? Model { get; init; }

    /// <summary>Of a task that does not say otherwise.</summary>
    public AgentPermission Permission { get; init; } = AgentPermission.Edit;

    /// <summary>What runs; its name has a blank, so that no action of the configuration can have it.</summary>
    public ActionDefinition Action { get; } = new()
    {
        Name = ActionName(Definition.Name),
        Type = ActionType.Agent,
        Group = AgentOptions.Group,
        Fields = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["provider"] = [Definition.Name] },
    };

    /// <summary>No name of the configuration begins so.</summary>
    public const string Prefix = "agent ";

    private static string ActionName(string provider) => Prefix + provider;
}
