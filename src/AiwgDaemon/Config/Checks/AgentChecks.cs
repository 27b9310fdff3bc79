using AiwgDaemon.Actions;
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
                Nearest.Hint(chosen.Text, names) ?? $"write providers: {{{chosen.Text}: {{type: command, argv: [my-agent]}}}}"
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
}
