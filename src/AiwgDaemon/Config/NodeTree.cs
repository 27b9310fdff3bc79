using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>
/// Puts nodes together as they come, without recursion: entries of maps, keys that are there twice, maps that are merged with
/// <c>&lt;&lt;</c>, values in braces that a comma has cut. Bounds depth and number of nodes.
/// </summary>
/// <param name="text">The document.</param>
/// <param name="findings">Where faults go.</param>
internal sealed class NodeTree(string text, Findings findings)
{
    /// <summary>Levels of lists and maps.</summary>
    public const int MaxDepth = 64;

    /// <summary>Values in one file, an alias counted as what it stands for: room for 10,000 jobs.</summary>
    public const int MaxNodes = 100_000;

    private readonly Stack<OpenNode> _open = new();
    private int _nodes;

    /// <summary>The root value; null if there is none.</summary>
    public ConfigNode? Root { get; private set; }

    /// <summary>Where in the text the last scalar ends.</summary>
    public long End { get; set; }

    /// <summary>The list or map that is being read; null at the top.</summary>
    public OpenNode? Current => _open.TryPeek(out var open) ? open : null;

    /// <summary>The place of the next value, for messages.</summary>
    public string Path() => KeyPath.Of(_open.Reverse().Select(o => o.Node is ListNode list ? (object)list.Items.Count : o.Key));

    public bool IsInside(string anchor) => _open.Any(o => o.Anchor == anchor);

    /// <summary>False, and said, if it is too deep.</summary>
    public bool Push(OpenNode open)
    {
        _open.Push(open);
        if (_open.Count <= MaxDepth) return true;
        findings.Error(open.Node.Place, "", $"is nested deeper than {MaxDepth} levels");
        return false;
    }

    /// <summary>Ends the list or map that is being read, with the keys that it merges.</summary>
    public OpenNode Pop()
    {
        var open = _open.Pop();
        if (open.Node is MapNode map) Merge(map, open);
        return open;
    }

    /// <summary>The map that is being read turns out to be none.</summary>
    public void Abandon() => _open.Pop();

    /// <summary>The next value of what is being read; false, and said, if there are too many.</summary>
    public bool Attach(ConfigNode node, int counted, Place place)
    {
        _nodes += counted;
        if (_nodes > MaxNodes)
        {
            findings.Error(place, "", $"has more than {MaxNodes} values once aliases are expanded");
            return false;
        }
        if (!_open.TryPeek(out var parent)) Root = node;
        else if (parent.Node is ListNode list) list.Items.Add(node);
        else if (parent.Key is null) BeginEntry(parent, node);
        else EndEntry(parent, (MapNode)parent.Node, node, place);
        return true;
    }

    /// <summary>Reading cannot go on: what is open stays as far as it has come. Returns the root.</summary>
    public ConfigNode? BreakOff()
    {
        while (_open.TryPop(out var open))
        {
            open.Node.BrokenOff = true;
            if (!_open.TryPeek(out var parent)) Root = open.Node;
            else if (parent.Node is ListNode list) list.Items.Add(open.Node);
            else if (parent is { Node: MapNode outer, Key: { } key } && key != "<<") outer.Add(key, parent.KeyPlace, open.Node);
        }
        return Root;
    }

    private void BeginEntry(OpenNode parent, ConfigNode key)
    {
        parent.KeyEnd = End;
        parent.Key = (key as ScalarNode)?.Text ?? "";
        parent.KeyPlace = key.Place;
    }

    private void EndEntry(OpenNode parent, MapNode map, ConfigNode value, Place place)
    {
        var key = parent.Key!;
        if (key == "<<")
            (parent.Merged ??= []).AddRange(
                value is ListNode list && place == value.Place ? list.Items.Select(item => (item, item.Place)) : [(value, place)]
            );
        else if (parent.IsFlow && LacksColon(parent, value))
            RestOfValue(parent, map);
        else if (parent.Keys.TryAdd(key, parent.KeyPlace))
            map.Add(key, parent.KeyPlace, value);
        else
            findings.Error(parent.KeyPlace, Path(), $"is there twice; the first one is in line {parent.Keys[key].Line}", "remove one");
        parent.Key = null;
    }

    /// <summary>YAML's <c>&lt;&lt;</c>: keys of the other map that this one does not have.</summary>
    private void Merge(MapNode map, OpenNode open)
    {
        foreach (var (node, place) in open.Merged ?? [])
        {
            // There is nothing to say of a map that is empty for that reason alone.
            if (node.Faulty) continue;
            map.Faulty |= node is not MapNode && open.Keys.Count == 0;
            if (node is MapNode other)
            {
                foreach (var entry in other.Entries)
                    if (open.Keys.TryAdd(entry.Key, entry.Place)) map.Entries.Add(entry);
            }
            else if (node is ListNode)
                findings.Error(
                    place,
                    Path(),
                    "merges a list with <<, which takes maps only",
                    "write the entries of the list out, or name the whole list: key: *anchor"
                );
            else
                findings.Error(place, Path(), "is merged with <<, and is not a map", "write <<: *anchor, where the anchor is at a map");
        }
    }

    /// <summary>True for a word in braces that no colon follows: <c>{cron: 0 3 * * 1,5}</c> has the key 5 for YAML.</summary>
    private bool LacksColon(OpenNode parent, ConfigNode value)
    {
        if (value is not ScalarNode { Plain: true, Text: "" }) return false;
        var rest = text.AsSpan((int)Math.Min(parent.KeyEnd, text.Length)).TrimStart();
        return rest is [',' or '}', ..];
    }

    private void RestOfValue(OpenNode parent, MapNode map)
    {
        var key = parent.Key!;
        if (LineHabits.OfText(key) is { } habit)
        {
            findings.Error(parent.KeyPlace, Path(), habit);
            map.Add(key.Split(':')[0], parent.KeyPlace, new ScalarNode(parent.KeyPlace, "", plain: true) { Faulty = true });
            return;
        }
        if (map.Entries.Count == 0 || map.Entries[^1].Value is not ScalarNode { Plain: true } before)
        {
            findings.Error(parent.KeyPlace, Path(), "has no value", $"write {Quoted.Short(key)}: and its value");
            return;
        }
        var last = map.Entries[^1];
        // The whole value, as far as it has come: a second comma gives a longer one.
        var isNext =
            before.Place.Line == parent.KeyPlace.Line && before.Place.Column + before.Text.Length + 1 == parent.KeyPlace.Column;
        var whole = $"{before.Text},{(isNext ? "" : " ")}{key}";
        map.Entries[^1] = last with { Value = new ScalarNode(before.Place, whole, plain: true) { Faulty = true } };
        if (before.Faulty)
            findings.TakeBack(before.Place);
        findings.Error(
            before.Place,
            KeyPath.Key(OuterPath(), last.Key),
            "has a comma in it, which ends a value in braces",
            $"put it in quotes: {last.Key}: {Quoted.Text(whole)}"
        );
    }

    private string OuterPath() =>
        KeyPath.Of(_open.Skip(1).Reverse().Select(o => o.Node is ListNode list ? (object)list.Items.Count : o.Key));
}
