using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>
/// What one key says about another: ids that are there twice, names that name nothing, variables that are not set,
/// rules that can never match. Works on the effective tree; what is missing there has been reported already.
/// </summary>
internal sealed class ConfigChecks(CheckedTree tree)
{
    private readonly Findings _findings = tree.Findings;
    private readonly ActionUses _uses = new(tree);
    private readonly ShellText _shell = new(tree);
    private readonly VariableChecks _variables = new(tree);
    private readonly PatternChecks _patterns = new(tree);

    public void Run()
    {
        Times();
        AgentChecks.Check(tree);
        new ReplacementChecks(tree, _uses, _shell).Check();
        Unique(tree.Jobs, "schedule.jobs", j => j.TextOf("id"), "id");
        Unique(tree.Rules, "rules", r => r.TextOf("id"), "id");
        Unique(
            Maps(tree.Webhook["endpoints"]),
            "webhook.endpoints",
            e => e.TextOf("path") is { } path ? $"{e.TextOf("method")} {path}" : null,
            "path"
        );
        new WebhookChecks(tree, _variables, _shell).Check();
        _patterns.PathsWithWildcards();
        var actions = new ActionChecks(tree, _variables, _shell);
        var events = new EventChecks(tree, _patterns);
        foreach (var (action, path, use) in _uses.All()) actions.Check(action, path, use);
        for (var i = 0; i < tree.Rules.Count && !_findings.IsFull; i++)
        {
            if (tree.Rules[i]["event"] is MapNode @event) events.Check(@event, $"rules[{i}].event", IsOn(tree.Rules[i]));
            Busy(tree.Rules[i], $"rules[{i}]");
        }
    }

    private void Busy(MapNode rule, string path)
    {
        var word = rule.TextOf("on_busy");
        if (
            word is not ("restart" or "allow")
            || rule["ignore_own_changes"] is not ScalarNode { Text: "true", Place.IsInFile: true } ignore
            || (rule["event"] as MapNode)?.TextOf("source") is not (null or "watch")
        )
            return;
        _findings.Warn(
            ignore.Place,
            path + ".ignore_own_changes",
            $"holds back what changes during a run until the run has ended, so that on_busy: {word} comes too late",
            "leave it out, or write false"
        );
    }

    private void Times()
    {
        var jobs = tree.Jobs;
        for (var i = 0; i < jobs.Count; i++)
        {
            if (jobs[i]["every_minutes"] is { } every && jobs[i]["cron"] is not null)
                _findings.Error(
                    every.Place,
                    $"schedule.jobs[{i}].every_minutes",
                    "stands beside cron, and a job has one of both",
                    "leave one of them out"
                );
            if (jobs[i]["ping_url_env"] is ScalarNode ping)
                _variables.UrlVariable(ping, $"schedule.jobs[{i}].ping_url_env", IsOn(tree.Schedule) && IsOn(jobs[i]), "the job");
        }
        if (Number(tree.Watch, "debounce_ms") is { } debounce && Number(tree.Watch, "max_wait_ms") is { } wait && wait < debounce)
            _findings.Error(
                tree.Watch["max_wait_ms"]!.Place,
                "watch.max_wait_ms",
                $"is {wait}, less than debounce_ms ({debounce})",
                $"write at least {debounce}, or leave it out for {debounce * 10}"
            );
    }

    private void Unique(List<MapNode> items, string path, Func<MapNode, string?> identity, string key)
    {
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            if (identity(items[i]) is not { } id || seen.TryAdd(id, items[i][key]!.Place))
                continue;
            _findings.Error(
                items[i][key]!.Place,
                $"{path}[{i}].{key}",
                $"{Quoted.Text(id)} is there twice; the first one is in line {seen[id].Line}",
                "choose another"
            );
        }
    }
}
