using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>
/// Checks a tree against the description and gives the effective one: known keys in the description's order, defaults
/// filled in, short and old forms written out. What is wrong goes to the findings and is left out.
/// </summary>
internal sealed class ConfigValidator(Findings findings)
{
    private readonly ScalarChecks _scalars = new(findings);
    private readonly ObjectKeys _keys = new(findings);

    public MapNode? Check(ConfigNode root)
    {
        if (root is MapNode map)
            return CheckObject(map, ConfigDescription.Root, "");
        if (root is ListNode { Items: [ScalarNode section] } && LineHabits.Of($"[{section.Text}]") is var (_, toml))
            findings.Error(root.Place, "", toml);
        else if (root is ScalarNode { Plain: true } scalar && LineHabits.OfText(scalar.Text) is { } habit)
            findings.Error(root.Place, "", habit);
        else
            findings.Error(root.Place, "", $"is {NodeKind.Of(root)}, not a map", "write sections such as watch: and schedule:");
        return null;
    }

    private ConfigNode? Check(ConfigNode node, Shape shape, string path) => shape switch
    {
        _ when node.Faulty => null,
        BooleanShape => _scalars.CheckBoolean(node, path),
        NumberShape number => _scalars.CheckNumber(node, number, path),
        TextShape text => _scalars.CheckText(node, text, path),
        ChoiceShape choice => _scalars.CheckChoice(node, choice, path),
        ListShape list => CheckList(node, list, path),
        DictionaryShape dictionary => CheckDictionary(node, dictionary, path),
        ConditionShape => _scalars.CheckCondition(node, path),
        ObjectShape map => CheckObject(node, map, path),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "is not a shape of the description"),
    };

    private ListNode? CheckList(ConfigNode node, ListShape shape, string path)
    {
        var result = new ListNode(node.Place);
        if (node is ListNode list)
        {
            for (var i = 0; i < list.Items.Count; i++)
                if (Check(list.Items[i], shape.Item, KeyPath.Item(path, i)) is { } item)
                    result.Items.Add(item);
            if (list.Items.Count == 0 && shape.NotEmpty && !list.BrokenOff)
                findings.Error(node.Place, path, "is an empty list", $"give {shape.Noun}");
            return result;
        }
        // A key whose entries are all commented out.
        if (NodeKind.IsNull(node) && !shape.NotEmpty) return result;
        if (shape.OrSingle && node is ScalarNode && !NodeKind.IsNull(node))
        {
            if (Check(node, shape.Item, path) is { } single) result.Items.Add(single);
            return result;
        }
        if (
            node is ScalarNode { Plain: true } text
            && OddCharacters.First(text.Text, OddCharacters.IsTypography) is not null
            && ValueHabits.Of(node, shape.Noun) is { } habit
        )
            findings.Error(node.Place, path, habit);
        else
            findings.WrongKind(node, path, shape, shape.Item is ObjectShape ? "start each entry with '- '" : "write it as [a, b]");
        return null;
    }

    private MapNode? CheckDictionary(ConfigNode node, DictionaryShape shape, string path)
    {
        var result = new MapNode(node.Place);
        if (NodeKind.IsNull(node)) return result;
        if (node is not MapNode map)
        {
            findings.WrongKind(node, path, shape, "write it as name: value");
            return null;
        }
        foreach (var entry in map.Entries)
        {
            var at = KeyPath.Key(path, entry.Key);
            if (entry.Key.Length == 0) findings.Error(entry.Place, at, "is an empty name");
            else if (shape.KeyCheck(entry.Key) is { } fault) findings.Error(entry.Place, at, fault);
            else if (shape.KeyWord == "VARIABLE" && SecretWords.Matches(entry.Key) && entry.Value is ScalarNode { Text.Length: > 0 })
                findings.Error(
                    entry.Place,
                    at,
                    "looks like a secret, which must not be in the file",
                    $"set {entry.Key} in the daemon's environment; actions inherit it, secrets of the daemon with pass_env"
                );
            else if (Check(entry.Value, shape.Value, at) is { } value)
                result.Add(entry.Key, entry.Place, value);
        }
        return result;
    }

    private MapNode? CheckObject(ConfigNode node, ObjectShape shape, string path)
    {
        if (node is ScalarNode scalar && !NodeKind.IsNull(node) && shape.ShortFor is { } target) return Expand(scalar, shape, target, path);
        var map = node as MapNode;
        if (map is null && !NodeKind.IsNull(node))
        {
            NoMap(node, shape, path);
            return null;
        }
        map ??= new MapNode(node.Place);
        var kind = ObjectKeys.KindOf(map, shape);
        var found = new Dictionary<string, MapEntry>(StringComparer.Ordinal);
        List<string>? unknown = null;
        foreach (var entry in map.Entries)
            if (_keys.Find(entry, shape, map, kind, path) is { } key) found[key.Name] = entry;
            else (unknown ??= []).Add(entry.Key);
        var result = new MapNode(node.Place);
        foreach (var key in shape.Keys)
        {
            var at = KeyPath.Key(path, key.Name);
            if (found.TryGetValue(key.Name, out var entry))
            {
                if (!key.Ignored && Check(entry.Value, key.Shape, at) is { } value) result.Add(key.Name, entry.Place, value);
            }
            else if (ObjectKeys.IsRequired(key, kind) || (key.RequiredUnless is { } other && !found.ContainsKey(other)))
            {
                if (
                    !map.BrokenOff
                    && unknown?.Exists(name =>
                        UnknownKey.Means(name, key.Name) || (key.RequiredUnless is { } meant && UnknownKey.Means(name, meant))
                    ) != true
                )
                    findings.Error(
                        node.Place,
                        at,
                        "is missing",
                        $"add it: {Wanted(key)}{(key.RequiredUnless is { } instead ? $", or {Wanted(shape.Find(instead)!)}" : "")}"
                    );
            }
            else if (ObjectKeys.Belongs(key, kind) && DefaultOf(key, result, at) is { } @default)
                result.Add(key.Name, Place.None, @default);
        }
        return result;
    }

    private MapNode? Expand(ScalarNode scalar, ObjectShape shape, string target, string path)
    {
        if (
            scalar.Plain
            && scalar.Text.IndexOf(':') is > 0 and var colon
            && shape.Find(scalar.Text[..colon]) is not null
            && LineHabits.OfText(scalar.Text) is { } habit
        )
        {
            findings.Error(scalar.Place, path, habit);
            return null;
        }
        if (shape.Find(target) is null)
        {
            var name = new MapNode(scalar.Place);
            if (_scalars.CheckText(scalar, new TextShape(shape.Noun), path) is not { } text) return null;
            name.Add(target, scalar.Place, text);
            return name;
        }
        var map = new MapNode(scalar.Place);
        map.Add(target, scalar.Place, scalar);
        return CheckObject(map, shape, path);
    }

    private ConfigNode? DefaultOf(Key key, MapNode siblings, string path)
    {
        var text = key.DefaultFrom?.Invoke(siblings) ?? key.Default;
        if (text is null) return key.Shape is ObjectShape section ? CheckObject(new MapNode(Place.None), section, path) : null;
        return DefaultNode.Parse(text);
    }

    private static string Wanted(Key key) => key.Example is { } example ? $"{key.Name}: {example}" : $"{key.Name} is {key.Shape.Noun}";

    /// <summary>Something else stands where a map belongs.</summary>
    private void NoMap(ConfigNode node, ObjectShape shape, string path)
    {
        if (node is ScalarNode { Plain: true } scalar && LineHabits.OfText(scalar.Text) is { } habit)
            findings.Error(node.Place, path, habit);
        else if (node is ListNode && ListKey(shape) is { } key)
            findings.WrongKind(node, path, shape, $"write its entries below {key.Name}:, indented");
        else
            findings.WrongKind(
                node,
                path,
                shape,
                path.Length == 0 ? "write sections such as watch: and schedule:" : "write its keys below it, indented"
            );
    }

    /// <summary>The list that a section is about: jobs of schedule, paths of watch.</summary>
    private static Key? ListKey(ObjectShape shape)
    {
        foreach (var key in shape.Keys)
            if (key.Shape is ListShape { Item: ObjectShape }) return key;
        return null;
    }
}
