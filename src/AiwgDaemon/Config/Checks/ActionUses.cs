using AiwgDaemon.Bus;
using AiwgDaemon.Config.Description;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>Every action of the file, and who uses it.</summary>
internal sealed class ActionUses(CheckedTree tree)
{
    /// <summary>Named ones first, then those of jobs and of rules.</summary>
    public IEnumerable<(MapNode Action, string Path, ActionUse Use)> All()
    {
        var uses = OfNamed();
        if (tree.Root["actions"] is MapNode named)
            foreach (var entry in named.Entries)
                if (entry.Value is MapNode action)
                    yield return (action, KeyPath.Key("actions", entry.Key), uses.GetValueOrDefault(entry.Key) ?? new());
        var jobs = tree.Jobs;
        for (var i = 0; i < jobs.Count; i++)
            if (jobs[i]["action"] is MapNode action)
                yield return (
                    action,
                    $"schedule.jobs[{i}].action",
                    new() { Enabled = IsOn(tree.Schedule) && IsOn(jobs[i]), Sources = { EventSource.Schedule } }
                );
        for (var i = 0; i < tree.Rules.Count; i++)
            if (tree.Rules[i]["action"] is MapNode action)
                yield return (action, $"rules[{i}].action", new() { Enabled = IsOn(tree.Rules[i]), Sources = { SourceOf(tree.Rules[i]) } });
    }

    /// <summary>Who runs each named action: whether any of them is on, and which events it can get.</summary>
    private Dictionary<string, ActionUse> OfNamed()
    {
        var uses = new Dictionary<string, ActionUse>(StringComparer.Ordinal);
        foreach (var rule in tree.Rules) Note(rule, IsOn(rule), SourceOf(rule));
        foreach (var job in tree.Jobs) Note(job, IsOn(tree.Schedule) && IsOn(job), EventSource.Schedule);
        return uses;

        void Note(MapNode user, bool on, EventSource? source)
        {
            if ((user["action"] as MapNode)?.TextOf(RuleDescription.ActionName) is not { } name) return;
            if (!uses.TryGetValue(name, out var use)) uses.Add(name, use = new());
            use.Enabled |= on;
            use.Sources.Add(source);
        }
    }
}

/// <summary>What an action is used for; no source: any event, or none that is known.</summary>
internal sealed class ActionUse
{
    public bool Enabled { get; set; }

    public HashSet<EventSource?> Sources { get; } = [];
}
