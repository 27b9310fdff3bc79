using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>Carries the keys of an action's kind from the tree of the file into the action: the catalogue says which there are and what
/// they hold.</summary>
internal static class ActionFields
{
    /// <summary>The name under which the deserialiser finds them; no key of the file.</summary>
    private const string Folded = "fields";

    /// <summary>A copy of the effective tree in which the keys of each action's kind stand under one name.</summary>
    public static MapNode Fold(MapNode root) => Replace(root, (key, value) => key switch
            {
                "actions" => EachValue(value, Action),
                "rules" => EachItem(value, WithAction),
                "schedule" => value is MapNode schedule
                    ? Replace(schedule, (inner, jobs) => inner == "jobs" ? EachItem(jobs, WithAction) : jobs)
                    : value,
                _ => value,
            });

    /// <summary>The values of a kind's keys in an action of the file; a default counts.</summary>
    public static Dictionary<string, List<string>> Of(MapNode action, ActionKind kind)
    {
        var fields = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var key in kind.Keys)
            if (action[key.Name] is { } value) fields[key.Name] = Texts(value);
        return fields;
    }

    /// <summary>The action with the values of its kind's keys.</summary>
    public static ActionDefinition Put(ActionDefinition action, Dictionary<string, List<string>> fields)
    {
        foreach (var key in ActionKinds.Of(action.Type).Keys)
            if (fields.TryGetValue(key.Name, out var value) && value.Count > 0)
                action = key.With(action, key.Form == KeyForm.Sentence ? CommandWords.Split(value[0], out _) : value);
        return action;
    }

    private static ConfigNode Action(ConfigNode node)
    {
        if (node is not MapNode action || ActionKinds.Find(action.TextOf("type")) is not { } kind) return node;
        var folded = new MapNode(action.Place);
        foreach (var entry in action.Entries)
            if (!kind.Keys.Any(key => key.Name == entry.Key)) folded.Add(entry.Key, entry.Place, entry.Value);
        var fields = new MapNode(action.Place);
        foreach (var (name, texts) in Of(action, kind))
        {
            var list = new ListNode(action.Place);
            list.Items.AddRange(texts.Select(text => new ScalarNode(action.Place, text, plain: false)));
            fields.Add(name, action.Place, list);
        }
        folded.Add(Folded, action.Place, fields);
        return folded;
    }

    private static List<string> Texts(ConfigNode node) => node switch
    {
        ScalarNode scalar => [scalar.Text],
        ListNode list => [.. list.Items.OfType<ScalarNode>().Select(item => item.Text)],
        MapNode { Entries: [{ Key: "argv", Value: ListNode words }] } => Texts(words),
        MapNode map => [.. map.Entries.SelectMany(entry => entry.Value is ScalarNode value ? new[] { entry.Key, value.Text } : [])],
        _ => [],
    };

    private static ConfigNode WithAction(ConfigNode node) =>
        node is MapNode owner ? Replace(owner, static (key, value) => key == "action" ? Action(value) : value) : node;

    private static MapNode Replace(MapNode map, Func<string, ConfigNode, ConfigNode> each)
    {
        var copy = new MapNode(map.Place);
        foreach (var entry in map.Entries) copy.Add(entry.Key, entry.Place, each(entry.Key, entry.Value));
        return copy;
    }

    private static ConfigNode EachValue(ConfigNode node, Func<ConfigNode, ConfigNode> each) =>
        node is MapNode map ? Replace(map, (_, value) => each(value)) : node;

    private static ConfigNode EachItem(ConfigNode node, Func<ConfigNode, ConfigNode> each)
    {
        if (node is not ListNode list) return node;
        var copy = new ListNode(list.Place);
        copy.Items.AddRange(list.Items.Select(each));
        return copy;
    }
}
