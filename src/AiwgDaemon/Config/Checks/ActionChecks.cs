using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Config.Description;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>One action: names that name nothing, commands that are none, variables that are not set.</summary>
internal sealed class ActionChecks(CheckedTree tree, VariableChecks variables, ShellText shell)
{
    // To look for the nearest of thousands of names takes a while; a hostile file could ask for thousands of such looks.
    private const int MostUnknownActions = 100;

    private readonly Findings _findings = tree.Findings;
    private readonly ConfigSurroundings _surroundings = tree.Surroundings;
    private readonly TemplateChecks _templates = new(tree);
    private readonly ActionFileChecks _files = new(tree, shell);
    private readonly HashSet<string> _actionNames = Names((tree.Root["actions"] as MapNode)?.Entries.Select(e => e.Key));
    private readonly HashSet<string> _groups = Names((tree.Root["groups"] as MapNode)?.Entries.Select(e => e.Key));
    private readonly Dictionary<string, (Fault Fault, bool IsWarning)?> _judged = new(StringComparer.Ordinal);

    public void Check(MapNode action, string path, ActionUse use)
    {
        if (action[RuleDescription.ActionName] is ScalarNode name)
        {
            if (path.StartsWith("actions.", StringComparison.Ordinal))
                _findings.Error(name.Place, path, "is text, not a map", $"write {{type: shell, command: {Quoted.Text(name.Text)}}}");
            else if (!_findings.IsFull && Judge(name.Text) is { } judgement)
            {
                if (!judgement.IsWarning) _findings.Error(name.Place, path, judgement.Fault);
                else _findings.WarnOnce("aiwg " + name.Text, name.Place, path, judgement.Fault.What, judgement.Fault.Instead);
            }
            return;
        }
        if (action.TextOf("type") == "cli" && action["command"] is ScalarNode command)
        {
            var words = CommandWords.Split(command.Text, out var open);
            if (open != '\0')
                _findings.Error(command.Place, path + ".command", $"has a quote that is never closed: {open}");
            else if (words.Count == 0)
                _findings.Error(command.Place, path + ".command", "is blank", "write the words after aiwg");
            else if (words[0] == "aiwg")
                _findings.Error(command.Place, path + ".command", "starts with aiwg, which is added anyway", "write the words after it");
        }
        AgentChecks.Check(tree, action, path);
        if (!_findings.IsFull) _templates.Check(action, path, use);
        if (action["cwd"] is ScalarNode { Place.IsInFile: true } cwd && !_findings.IsFull) _files.Directory(cwd, path + ".cwd");
        if (action["group"] is ScalarNode group && action.TextOf("type") != "agent" && !_groups.Contains(group.Text))
            _findings.Error(
                group.Place,
                path + ".group",
                $"{Quoted.Text(group.Text)} is not in groups",
                Nearest.Hint(group.Text, _groups) ?? $"write groups: {{{group.Text}: 1}}"
            );
        if (action["env_file"] is ScalarNode file && !_findings.IsFull)
            _files.EnvironmentFile(file, path + ".env_file");
        foreach (var key in ActionKinds.Find(action.TextOf("type"))?.Keys ?? [])
        {
            if (key.Form == KeyForm.SecretVariable && action[key.Name] is ScalarNode url)
                variables.UrlVariable(url, $"{path}.{key.Name}", use.Enabled, "the action");
            if (key.Form == KeyForm.SecretHeaders && action[key.Name] is MapNode headers)
                foreach (var header in headers.Entries)
                    if (header.Value is ScalarNode variable)
                        variables.NeedsOneOf([variable], KeyPath.Key($"{path}.{key.Name}", header.Key), use.Enabled, "the action");
        }
        if (action["pass_env"] is ListNode passed)
            foreach (var variable in passed.Items.OfType<ScalarNode>())
                if (_surroundings.Variable(variable.Text) is null && !_surroundings.IsSetInDaemon(variable.Text))
                    _findings.Warn(
                        variable.Place,
                        path + ".pass_env",
                        $"{variable.Text} is not set{_surroundings.Unset(variable.Text).Where}",
                        "set it before the daemon starts"
                    );
    }

    private (Fault Fault, bool IsWarning)? Judge(string name)
    {
        if (_actionNames.Contains(name))
            return null;
        if (!_judged.TryGetValue(name, out var judgement))
            _judged[name] = judgement = ActionNames.Judge(name, _actionNames, nearest: _judged.Count < MostUnknownActions);
        return judgement;
    }
}
