using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Http;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Bus;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Config;

/// <summary>
/// What one key says about another: ids that are there twice, names that name nothing, variables that are not set,
/// rules that can never match. Works on the effective tree; what is missing there has been reported already.
/// </summary>
internal sealed partial class ConfigChecks(MapNode root, Findings findings, ConfigSurroundings environment, string? project)
{
    // To look for the nearest of thousands of names takes a while; a hostile file could ask for thousands of such looks.
    private const int MostUnknownActions = 100;

    private readonly MapNode _watch = Section(root, "watch");
    private readonly MapNode _schedule = Section(root, "schedule");
    private readonly MapNode _webhook = Section(root, "webhook");
    private readonly List<MapNode> _rules = Maps(root["rules"]);
    // Looked up for each rule: sets, so that a file with thousands of them takes no longer than it must.
    private readonly HashSet<string> _actionNames = Names((root["actions"] as MapNode)?.Entries.Select(e => e.Key));
    private readonly HashSet<string> _groups = Names((root["groups"] as MapNode)?.Entries.Select(e => e.Key));
    private readonly HashSet<string> _jobIds = Names(Maps(Section(root, "schedule")["jobs"]).Select(j => j.TextOf("id")));
    private readonly HashSet<string> _endpointPaths = Names(Maps(Section(root, "webhook")["endpoints"]).Select(e => e.TextOf("path")));
    private readonly WatchedRoots _roots = new(Maps(Section(root, "watch")["paths"]).Select(p => p.TextOf("path") ?? ""));
    private readonly Dictionary<string, (Fault Fault, bool IsWarning)?> _judged = new(StringComparer.Ordinal);

    public void Run()
    {
        Times();
        Variables();
        Unique(Maps(_schedule["jobs"]), "schedule.jobs", j => j.TextOf("id"), "id");
        Unique(_rules, "rules", r => r.TextOf("id"), "id");
        Unique(
            Maps(_webhook["endpoints"]),
            "webhook.endpoints",
            e => e.TextOf("path") is { } path ? $"{e.TextOf("method")} {path}" : null,
            "path"
        );
        Webhook();
        PathsWithWildcards();
        foreach (var (action, path, use) in AllActions()) Action(action, path, use);
        for (var i = 0; i < _rules.Count && !findings.IsFull; i++)
        {
            if (_rules[i]["event"] is MapNode @event) Event(@event, $"rules[{i}].event", IsOn(_rules[i]));
            Busy(_rules[i], $"rules[{i}]");
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
        findings.Warn(
            ignore.Place,
            path + ".ignore_own_changes",
            $"holds back what changes during a run until the run has ended, so that on_busy: {word} comes too late",
            "leave it out, or write false"
        );
    }

    private void Times()
    {
        var jobs = Maps(_schedule["jobs"]);
        for (var i = 0; i < jobs.Count; i++)
        {
            if (jobs[i]["every_minutes"] is { } every && jobs[i]["cron"] is not null)
                findings.Error(
                    every.Place,
                    $"schedule.jobs[{i}].every_minutes",
                    "stands beside cron, and a job has one of both",
                    "leave one of them out"
                );
            if (jobs[i]["ping_url_env"] is ScalarNode ping)
                UrlVariable(ping, $"schedule.jobs[{i}].ping_url_env", IsOn(_schedule) && IsOn(jobs[i]), "the job");
        }
        if (Number(_watch, "debounce_ms") is { } debounce && Number(_watch, "max_wait_ms") is { } wait && wait < debounce)
            findings.Error(
                _watch["max_wait_ms"]!.Place,
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
            findings.Error(
                items[i][key]!.Place,
                $"{path}[{i}].{key}",
                $"{Quoted.Text(id)} is there twice; the first one is in line {seen[id].Line}",
                "choose another"
            );
        }
    }

    private IEnumerable<(MapNode Action, string Path, ActionUse Use)> AllActions()
    {
        var uses = Uses();
        if (root["actions"] is MapNode named)
            foreach (var entry in named.Entries)
                if (entry.Value is MapNode action)
                    yield return (action, KeyPath.Key("actions", entry.Key), uses.GetValueOrDefault(entry.Key) ?? new());
        var jobs = Maps(_schedule["jobs"]);
        for (var i = 0; i < jobs.Count; i++)
            if (jobs[i]["action"] is MapNode action)
                yield return (
                    action,
                    $"schedule.jobs[{i}].action",
                    new() { Enabled = IsOn(_schedule) && IsOn(jobs[i]), Sources = { EventSource.Schedule } }
                );
        for (var i = 0; i < _rules.Count; i++)
            if (_rules[i]["action"] is MapNode action)
                yield return (action, $"rules[{i}].action", new() { Enabled = IsOn(_rules[i]), Sources = { SourceOf(_rules[i]) } });
    }

    private void Action(MapNode action, string path, ActionUse use)
    {
        if (action[ConfigDescription.ActionName] is ScalarNode name)
        {
            if (path.StartsWith("actions.", StringComparison.Ordinal))
                findings.Error(name.Place, path, "is text, not a map", $"write {{type: shell, command: {Quoted.Text(name.Text)}}}");
            else if (!findings.IsFull && Judge(name.Text) is { } judgement)
            {
                if (!judgement.IsWarning) findings.Error(name.Place, path, judgement.Fault);
                else findings.WarnOnce("aiwg " + name.Text, name.Place, path, judgement.Fault.What, judgement.Fault.Instead);
            }
            return;
        }
        if (action.TextOf("type") == "cli" && action["command"] is ScalarNode command)
        {
            var words = CommandWords.Split(command.Text, out var open);
            if (open != '\0')
                findings.Error(command.Place, path + ".command", $"has a quote that is never closed: {open}");
            else if (words.Count == 0)
                findings.Error(command.Place, path + ".command", "is blank", "write the words after aiwg");
            else if (words[0] == "aiwg")
                findings.Error(command.Place, path + ".command", "starts with aiwg, which is added anyway", "write the words after it");
        }
        if (!findings.IsFull) Templates(action, path, use);
        if (action["cwd"] is ScalarNode { Place.IsInFile: true } cwd && !findings.IsFull) Directory(cwd, path + ".cwd");
        if (action["group"] is ScalarNode group && !_groups.Contains(group.Text))
            findings.Error(
                group.Place,
                path + ".group",
                $"{Quoted.Text(group.Text)} is not in groups",
                Nearest.Hint(group.Text, _groups) ?? $"write groups: {{{group.Text}: 1}}"
            );
        if (action["env_file"] is ScalarNode file && !findings.IsFull)
            EnvironmentFile(file, path + ".env_file");
        foreach (var key in ActionKinds.Find(action.TextOf("type"))?.Keys ?? [])
        {
            if (key.Form == KeyForm.SecretVariable && action[key.Name] is ScalarNode url)
                UrlVariable(url, $"{path}.{key.Name}", use.Enabled, "the action");
            if (key.Form == KeyForm.SecretHeaders && action[key.Name] is MapNode headers)
                foreach (var header in headers.Entries)
                    if (header.Value is ScalarNode variable)
                        NeedsOneOf([variable], KeyPath.Key($"{path}.{key.Name}", header.Key), use.Enabled, "the action");
        }
        if (action["pass_env"] is ListNode passed)
            foreach (var variable in passed.Items.OfType<ScalarNode>())
                if (environment.Variable(variable.Text) is null && !environment.IsSetInDaemon(variable.Text))
                    findings.Warn(
                        variable.Place,
                        path + ".pass_env",
                        $"{variable.Text} is not set{environment.Unset(variable.Text).Where}",
                        "set it before the daemon starts"
                    );
    }

    /// <summary>An environment variable that holds a URL, which is a secret: it is in no message.</summary>
    private void UrlVariable(ScalarNode url, string path, bool needed, string what)
    {
        NeedsOneOf([url], path, needed, what);
        if (environment.Variable(url.Text) is not { Length: > 0 } value || HttpReceiver.TryUrl(value, out _)) return;
        var fault = new Fault($"{url.Text} holds no http or https URL", "set the variable to one before the daemon starts");
        if (needed && environment.Purpose == ConfigPurpose.Read)
            findings.Attend(url.Place, path, $"{fault.What} in this shell", fault.Instead, ConfigConcern.Start);
        else if (needed)
            findings.Error(url.Place, path, fault);
        else
            findings.Warn(url.Place, path, fault.What, fault.Instead);
    }

    /// <summary>It may be made before the action runs; more often it is a slip of the pen.</summary>
    private void Directory(ScalarNode cwd, string path)
    {
        if (
            Habit(cwd) is not null
            || cwd.Text.Contains("{{", StringComparison.Ordinal)
            || (project is null && !Path.IsPathRooted(cwd.Text))
        )
            return;
        var directory = Path.Combine(project ?? "", cwd.Text);
        // One that does not answer is not judged: the action itself will tell.
        if (!BoundedCall.TryGet(BoundedCall.Limit, () => System.IO.Directory.Exists(directory), out var exists) || exists)
            return;
        if (File.Exists(directory))
            findings.Warn(cwd.Place, path, $"{Quoted.Text(cwd.Text)} is a file: the action cannot start", "write a directory");
        else
            findings.Warn(
                cwd.Place,
                path,
                $"{Quoted.Text(cwd.Text)} is not there: the action cannot start until it is",
                "make the directory, or correct the path"
            );
    }

    /// <summary>It is read at each start: what is wrong with it now may be mended by then.</summary>
    private void EnvironmentFile(ScalarNode file, string path)
    {
        if (file.Text.Contains("{{event", StringComparison.Ordinal))
            findings.Error(file.Place, path, "cannot hold a placeholder: its value could lead anywhere", "write a path");
        if (
            Habit(file) is not null
            || file.Text.Contains("{{", StringComparison.Ordinal)
            || (project is null && !Path.IsPathRooted(file.Text))
        )
            return;
        try
        {
            if (!BoundedCall.TryGet(BoundedCall.Limit, () => EnvFile.Read(Path.Combine(project ?? "", file.Text)), out _)) return;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            findings.Warn(
                file.Place,
                path,
                $"{Quoted.Text(file.Text)} is not there: the action cannot start until it is",
                "write the file, or correct the path"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Warn(file.Place, path, $"cannot be read, so that the action cannot start: {e.Message}");
        }
    }

    private (Fault Fault, bool IsWarning)? Judge(string name)
    {
        if (_actionNames.Contains(name))
            return null;
        if (!_judged.TryGetValue(name, out var judgement))
            _judged[name] = judgement = ActionNames.Judge(name, _actionNames, nearest: _judged.Count < MostUnknownActions);
        return judgement;
    }

    private static HashSet<string> Names(IEnumerable<string?>? names) => new((names ?? []).OfType<string>(), StringComparer.Ordinal);

    /// <summary>An empty one where the file has something else in its place.</summary>
    private static MapNode Section(MapNode root, string name) => root[name] as MapNode ?? new MapNode(Place.None);

    private static bool IsOn(MapNode map) => map.TextOf("enabled") == "true";

    private static double? Number(MapNode map, string key) =>
        map.TextOf(key) is { } text && CoreSchema.TryNumber(text, out var value) ? value : null;

    private static List<MapNode> Maps(ConfigNode? list) => [.. ((list as ListNode)?.Items ?? []).OfType<MapNode>()];
}
