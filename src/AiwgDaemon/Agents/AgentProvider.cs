using AiwgDaemon.Actions;

namespace AiwgDaemon.Agents;

/// <summary>A program that works on a prompt: <c>agents.providers.NAME</c>.</summary>
/// <param name="Name">Its key in the configuration.</param>
/// <param name="Argv">Program and arguments; the prompt is on its standard input.</param>
internal sealed record AgentProvider(string Name, IReadOnlyList<string> Argv)
{
    /// <summary>What runs; its name has a blank, so that no action of the configuration can have it.</summary>
    public ActionDefinition Action { get; } = new()
    {
        Name = ActionName(Name),
        Type = ActionType.Agent,
        Argv = Argv,
        Input = ActionInput.Prompt,
        Group = AgentOptions.Group,
    };

    public static string ActionName(string provider) => $"agent {provider}";
}
