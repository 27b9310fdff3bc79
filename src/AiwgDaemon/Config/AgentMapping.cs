using AiwgDaemon.Agents;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Config.Yaml;

namespace AiwgDaemon.Config;

/// <summary>The agents of a file that has been found valid: no checks here.</summary>
internal static class AgentMapping
{
    private const int MostAtOnce = 2;

    public static AgentOptions Agents(AgentsSection agents, int maxParallelActions) =>
        new()
        {
            MaxParallel = agents.MaxParallel ?? Math.Min(MostAtOnce, maxParallelActions),
            Default = agents.Default ?? (agents.Providers.Count == 1 ? agents.Providers.Keys.First() : null),
            Providers = agents.Providers.ToDictionary(
                static p => p.Key,
                static p => Provider(p.Key, p.Value),
                StringComparer.Ordinal
            ),
            UntrustedPermission = ConfigWord.To<AgentPermission>(agents.Untrusted.Permission),
            IsIsolated = agents.Isolation == "worktree",
            Worktree = new()
            {
                Base = agents.Worktree.Base,
                Directory = agents.Worktree.Dir,
                Link = agents.Worktree.Link,
                Copy = agents.Worktree.Copy,
                Setup = agents.Worktree.Setup,
                Keep = TimeSpan.FromDays(agents.Worktree.KeepDays),
            },
            ApproveUntrusted = agents.Untrusted.Approve == "always",
        };

    private static AgentProvider Provider(string name, ProviderSection section)
    {
        var definition =
            ProviderCatalogue.Find(section.Type, name) ?? ProviderCatalogue.Command(name, section.Argv, Channel(section.Prompt));
        return new AgentProvider(definition with { Program = section.Program ?? definition.Program, Arguments = section.Args })
        {
            Model = section.Model,
            Permission = ConfigWord.To<AgentPermission>(section.Permission),
        };
    }

    private static PromptChannel Channel(string? word) => word switch
    {
        "file" => PromptChannel.File,
        "argument" => PromptChannel.Argument,
        _ => PromptChannel.Input,
    };

    /// <summary>How many runs of a group may run at a time, that of the agents included.</summary>
    public static Dictionary<string, int> Groups(ConfigFile file, AgentOptions agents)
    {
        var groups = new Dictionary<string, int>(file.Groups, StringComparer.Ordinal);
        if (agents.Providers.Count > 0) groups[AgentOptions.Group] = agents.MaxParallel;
        return groups;
    }
}
