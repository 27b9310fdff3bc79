using System.Globalization;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Bus;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Config.Checks;

/// <summary>Placeholders that no event can fill, or whose value would be run.</summary>
internal sealed class TemplateChecks(CheckedTree tree)
{
    private const int LongestName = 120;

    private static readonly string[] Beginning = ["event"];

    private static readonly string[] Parts = ["id", "type", "source", "path", "timestamp", "payload"];

    private static readonly string[] AllPayloadKeys =
    [
        .. new EventSource?[] { EventSource.Watch, EventSource.Schedule, EventSource.Webhook }
            .SelectMany(s => Placeholder.KeysOf(s) ?? [])
            .Distinct(StringComparer.Ordinal),
    ];

    private readonly Findings _findings = tree.Findings;

    public void Check(MapNode action, string path, ActionUse use)
    {
        if (ActionKinds.Find(action.TextOf("type")) is not { } kind) return;
        var fine = true;
        foreach (var (text, key) in Texts(action, kind, path))
            fine &= Template(text, key, use, !kind.MayLackValues || key.StartsWith(path + ".only_if", StringComparison.Ordinal));
        foreach (var key in kind.Keys.Where(key => !key.IsTemplate))
            foreach (var (text, at) in TextsOf(action[key.Name], KeyPath.Key(path, key.Name)))
                if (Placeholder.In(text.Text).Any()) fine = Refuse(text, at, "cannot hold a placeholder", "write the value itself");
        if (!fine) return;
        var definition = ActionFields.Put(
            new()
            {
                Name = path,
                Type = kind.Type,
                Cwd = action.TextOf("cwd") ?? ".",
                Env = Variables(action),
                OnlyIf = Words(action["only_if"]),
            },
            ActionFields.Of(action, kind)
        );
        if (Rules.Templates.Check(definition) is { } fault)
            _findings.Error(PlaceOf(action, fault.Key), $"{path}.{fault.Key}", fault.What, fault.Instead);
    }

    private static List<string> Words(ConfigNode? list) =>
        (list as ListNode)?.Items.OfType<ScalarNode>().Select(a => a.Text).ToList() ?? [];

    private static Dictionary<string, string> Variables(MapNode action)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in (action["env"] as MapNode)?.Entries ?? [])
            if (entry.Value is ScalarNode value) variables.TryAdd(entry.Key, value.Text);
        return variables;
    }

    /// <summary>The place of <c>command</c>, <c>argv[2]</c> or <c>env.NAME</c>.</summary>
    private static Place PlaceOf(MapNode action, string key)
    {
        var node =
            key.Split('[', '.')[0] is "env" && key.Length > 4 ? (action["env"] as MapNode)?[key[4..]]
            : key.IndexOf('[', StringComparison.Ordinal) is > 0 and var at && action[key[..at]] is ListNode list
                ? list.Items[int.Parse(key.AsSpan(at + 1, key.Length - at - 2), CultureInfo.InvariantCulture)]
            : action[key];
        return node?.Place ?? action.Place;
    }

    private bool Template(ScalarNode text, string path, ActionUse use, bool runsProgram)
    {
        var fine = true;
        var said = new HashSet<string>(StringComparer.Ordinal);
        for (
            var at = text.Text.IndexOf("{{", StringComparison.Ordinal);
            at >= 0 && !_findings.IsFull;
            at = text.Text.IndexOf("{{", at + 2, StringComparison.Ordinal)
        )
        {
            var end = text.Text.IndexOf("}}", at, StringComparison.Ordinal);
            if (end < 0) return Refuse(text, path, "has {{ without }}", "write {{event.payload.NAME}}");
            var name = text.Text.AsSpan(at + 2, end - at - 2).Trim();
            if (Placeholder.TryReadAt(text.Text, at, out var placeholder))
            {
                if (name.Length > LongestName || name.ContainsAnyExceptInRange(' ', '~'))
                    fine = Refuse(
                        text,
                        path,
                        $"{{{{{Quoted.Short(name.ToString())}}}}} is not a name",
                        "write {{event.path}} or {{event.payload.KEY}}"
                    );
                else if (said.Add(placeholder.Name))
                    fine &= Fillable(text, path, placeholder, use, runsProgram);
            }
            // Other words in double braces are another program's, but for slips of the pen.
            else if (
                name.IndexOf('.') is > 0 and <= 10 and var dot
                && name[..dot].ToString() is var word
                && (word == "payload" || Nearest.To(word, Beginning) is not null)
            )
            {
                fine = Refuse(text, path, $"{{{{{Quoted.Short(name.ToString())}}}}} is not known",
                    $"write {{{{event.{(word == "payload" ? "payload." : "")}{Quoted.Short(name[(dot + 1)..].ToString())}}}}}");
            }
        }
        return fine;
    }

    /// <summary>An action that several rules share may leave a value empty for some of them, but not for all.</summary>
    private bool Fillable(ScalarNode text, string path, Placeholder placeholder, ActionUse use, bool runsProgram)
    {
        List<EventSource?> sources = use.Sources.Count == 0 ? [null] : [.. use.Sources];
        var faults = sources.ConvertAll(s => placeholder.Fault(new EventMatch { Source = s }));
        var at = faults.FindIndex(f => f is not null);
        if (at < 0) return true;
        var fault = faults[at]!;
        if (!faults.Contains(null))
        {
            var meant = Meant(placeholder.Keys, sources[at]);
            // The list of all names gives way to the one that was meant.
            return Refuse(
                text,
                path,
                meant is null ? fault : fault[..fault.LastIndexOf(" (", StringComparison.Ordinal)],
                meant is null ? "" : $"did you mean {{{{{meant}}}}}?"
            );
        }
        if (placeholder.IsOptional)
            return true;
        if (runsProgram)
            _findings.Warn(
                text.Place,
                path,
                fault,
                $"the action fails for those events; write {{{{{placeholder.Name}?}}}} if it may be empty"
            );
        else
            _findings.Warn(text.Place, path, fault, "it is empty for those events");
        return true;
    }

    /// <summary>The placeholder that somebody had in mind; null if none is near.</summary>
    private static string? Meant(IReadOnlyList<string>? name, EventSource? source)
    {
        if (name is not { Count: > 1 }) return null;
        var keys = Placeholder.KeysOf(source) ?? AllPayloadKeys;
        if (name[1] == "payload")
            return name.Count > 2 && Nearest.To(name[2], keys) is { } key
                ? string.Join('.', ["event.payload", key, .. name.Skip(3)])
                : null;
        if (keys.Contains(name[1]))
            return string.Join('.', ["event.payload", .. name.Skip(1)]);
        if (Nearest.To(name[1], Parts) is { } part)
            return string.Join('.', ["event", part, .. name.Skip(2)]);
        return Nearest.To(name[1], keys) is { } near ? string.Join('.', ["event.payload", near, .. name.Skip(2)]) : null;
    }

    private bool Refuse(ScalarNode text, string path, string what, string instead)
    {
        _findings.Error(text.Place, path, what, instead);
        return false;
    }

    private static IEnumerable<(ScalarNode Text, string Path)> Texts(MapNode action, ActionKind kind, string path) =>
        kind
            .Keys.Where(key => key.IsTemplate)
            .Select(key => key.Name)
            .Append("only_if")
            .Append("env")
            .SelectMany(key => TextsOf(action[key], KeyPath.Key(path, key)));

    /// <summary>A text, those of a list, or the values of a map.</summary>
    private static IEnumerable<(ScalarNode Text, string Path)> TextsOf(ConfigNode? node, string path) => node switch
    {
        ScalarNode scalar => [(scalar, path)],
        ListNode list => list.Items.SelectMany((item, i) => TextsOf(item, KeyPath.Item(path, i))),
        MapNode map => map.Entries.SelectMany(entry => TextsOf(entry.Value, KeyPath.Key(path, entry.Key))),
        _ => [],
    };
}
