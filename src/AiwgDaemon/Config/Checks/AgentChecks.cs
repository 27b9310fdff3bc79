using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Config.Description;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>What the keys of <c>agents:</c> say about each other and about <c>groups:</c>.</summary>
internal static class AgentChecks
{
    public static void Check(CheckedTree tree)
    {
        if (tree.Root["agents"] is not MapNode agents) return;
        var providers = (agents["providers"] as MapNode)?.Entries ?? [];
        var names = Names(providers.Select(entry => entry.Key));
        // Without any provider the section is being written, or says nothing.
        if (names.Count > 0 && agents["default"] is ScalarNode { Place.IsInFile: true } chosen && !names.Contains(chosen.Text))
            tree.Findings.Error(
                chosen.Place,
                "agents.default",
                $"{Quoted.Text(chosen.Text)} is not in agents.providers",
                Nearest.Hint(chosen.Text, names) ?? $"write providers: {{{chosen.Text}: {{type: claude}}}}"
            );
        if (names.Count > 0 && (tree.Root["groups"] as MapNode)?[ActionOptions.AgentGroup] is { } taken)
            tree.Findings.Error(
                taken.Place,
                $"groups.{ActionOptions.AgentGroup}",
                "is the group of the runs of agents",
                "write agents.max_parallel, and choose another name for a group of your own"
            );
        foreach (var provider in providers)
            for (var i = 0; (provider.Value as MapNode)?["argv"] is ListNode argv && i < argv.Items.Count; i++)
                if (argv.Items[i] is ScalarNode word && word.Text.Contains("{{event.", StringComparison.Ordinal))
                    tree.Findings.Error(
                        word.Place,
                        $"agents.providers.{provider.Key}.argv[{i}]",
                        "has a placeholder, and nothing of an event gets among the arguments of an agent",
                        "leave it out; the prompt is on standard input"
                    );
    }

    /// <summary>One action of type agent.</summary>
    public static void Check(CheckedTree tree, MapNode action, string path)
    {
        if (action.TextOf("type") != ActionKinds.Of(ActionType.Agent).Name) return;
        var findings = tree.Findings;
        if (action["prompt"] is { } prompt && action["prompt_file"] is not null)
            findings.Error(
                prompt.Place, path + ".prompt", "stands beside prompt_file, and a task has one of both", "leave one of them out");
        else if (action["prompt"] is null && action["prompt_file"] is null)
            findings.Error(action.Place, path, "has no prompt", "write prompt: TEXT with what the agent is to do, or prompt_file: FILE");
        if (action["verify"] is MapNode { Place.IsInFile: true } verify && verify["argv"] is null)
            findings.Error(verify.Place, path + ".verify", "names no program", "write verify: {argv: [npm, test]}");
        if (action["group"] is ScalarNode group)
            findings.Error(
                group.Place, path + ".group", "is not for agents, which have a lane of their own", "write agents.max_parallel");
        CheckProvider(tree, action, path);
    }

    private static void CheckProvider(CheckedTree tree, MapNode action, string path)
    {
        var agents = tree.Root["agents"] as MapNode;
        var providers = Names((agents?["providers"] as MapNode)?.Entries.Select(static e => e.Key));
        if (providers.Count == 0)
            tree.Findings.Error(
                action.Place,
                path,
                "needs an agent, and agents.providers has none",
                "write agents: {providers: {claude: {type: claude}}}"
            );
        else if (action["provider"] is ScalarNode provider && !providers.Contains(provider.Text))
            tree.Findings.Error(
                provider.Place,
                path + ".provider",
                $"{Quoted.Text(provider.Text)} is not in agents.providers",
                Nearest.Hint(provider.Text, providers) ?? $"it has {string.Join(", ", providers.Order(StringComparer.Ordinal))}"
            );
        else if (action["provider"] is null && providers.Count > 1 && agents!["default"] is null)
            tree.Findings.Error(action.Place, path, "names no provider, and there are several", "write provider, or agents.default");
    }
}
