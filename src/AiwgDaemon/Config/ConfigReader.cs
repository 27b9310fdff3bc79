using System.Buffers;
using AiwgDaemon.Config.Description;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlEvent = YamlDotNet.Core.Events.ParsingEvent;

namespace AiwgDaemon.Config;

/// <summary>
/// Builds the node tree of one YAML document from YamlDotNet's parser events, without recursion. Depth, number of nodes
/// and the expansion of aliases are bounded. After a syntax error the tree holds what came before it, so that its
/// other faults are reported too.
/// </summary>
internal sealed class ConfigReader
{
    /// <summary>Levels of lists and maps.</summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<char> OfShells = SearchValues.Create("&|;<>$'\"()");

    /// <summary>Values in one file, an alias counted as what it stands for: room for 10,000 jobs.</summary>
    public const int MaxNodes = 100_000;

    private readonly string _text;
    private readonly Findings _findings;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<Open> _open = new();
    private ConfigNode? _root;
    private int _documents;
    private int _nodes;
    private int _unquotedLine;
    private long _end;
    private bool _tagged;
    private bool _swallowed;

    private ConfigReader(string text, Findings findings) => (_text, _findings) = (text, findings);

    /// <summary>A list or map that is being read.</summary>
    private sealed class Open(ConfigNode node, string anchor)
    {
        public ConfigNode Node { get; } = node;
        public string Anchor { get; } = anchor;
        public string? Key { get; set; }
        public Place KeyPlace { get; set; }

        /// <summary>Places of the keys so far, to find a second one.</summary>
        public Dictionary<string, Place> Keys => field ??= new(StringComparer.Ordinal);
        public List<(ConfigNode Node, Place Place)>? Merged { get; set; }

        /// <summary>Where the key ends in the text.</summary>
        public long KeyEnd { get; set; }

        public bool IsFlow { get; init; }
    }

    /// <summary>The root value; null where there is none.</summary>
    public static ConfigNode? Read(string text, Findings findings) => new ConfigReader(text, findings).Read();

    private ConfigNode? Read()
    {
        var parser = new Parser(new StringReader(_text));
        var last = new Place(1, 1);
        try
        {
            while (parser.MoveNext())
            {
                last = PlaceOf(parser.Current!.Start);
                if (!Accept(parser.Current!)) return BreakOff();
            }
        }
        catch (YamlException e)
        {
            var (place, fault) = SyntaxFault.Of(_text, e, last);
            // What follows of a value that was said to need quotes is no fault of its own.
            if (place.Line != _unquotedLine && !_swallowed) _findings.Spoiled(place, Path(), fault);
            return BreakOff();
        }
        // The scanner lets some of its own slips through; each means text that is not YAML.
        catch (Exception e)
            when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            _findings.Error(last, Path(), "is not valid YAML from here on", "check brackets, quotes and indentation");
            return BreakOff();
        }
        return _root;
    }

    /// <summary>False where reading cannot go on.</summary>
    private bool Accept(YamlEvent current)
    {
        var place = PlaceOf(current.Start);
        switch (current)
        {
            case DocumentStart when ++_documents > 1:
                _findings.Error(place, "", "has a second document", "one document only: remove the line ---");
                return false;
            case AnchorAlias alias:
                return Resolve(alias, place);
            case Scalar scalar:
                _end = scalar.End.Index;
                CheckDrive(scalar, place);
                var node = new ScalarNode(place, scalar.Value, IsPlain(scalar, place))
                {
                    Anchored = !scalar.Anchor.IsEmpty,
                    Faulty = _tagged,
                };
                return Add(node, NameOf(scalar.Anchor));
            case SequenceStart start:
                return Begin(new ListNode(place), start);
            case MappingStart start:
                return Begin(new MapNode(place), start);
            case SequenceEnd or MappingEnd:
                return End();
            default:
                return true;
        }
    }

    private bool Begin(ConfigNode node, NodeEvent start)
    {
        CheckTag(start.Tag, node.Place, start.Start, start is SequenceStart ? "seq" : "map");
        if (_open.TryPeek(out var parent) && parent is { Node: MapNode, Key: null })
        {
            if (UnquotedValue.Mend(_text, start.Start) is not { } mended)
                _findings.Error(node.Place, Path(), "has a list or a map as a key", "a key is a word");
            else
            {
                _open.Pop();
                _findings.Error(parent.Node.Place, Path(), "starts with {, which YAML reads as a map", $"write {mended} in quotes");
                Attach(new ScalarNode(parent.Node.Place, "", plain: false) { Faulty = true }, 1, node.Place);
            }
            return false;
        }
        _open.Push(
            new(node, NameOf(start.Anchor))
            {
                IsFlow = start is MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow },
            }
        );
        if (_open.Count <= MaxDepth)
            return true;
        _findings.Error(node.Place, "", $"is nested deeper than {MaxDepth} levels");
        return false;
    }

    private bool End()
    {
        var open = _open.Pop();
        if (open.Node is MapNode map) Merge(map, open);
        open.Node.Anchored = open.Anchor.Length > 0 || (open.Node switch
        {
            ListNode items => items.Items.Exists(i => i.Anchored),
            MapNode values => values.Entries.Exists(e => e.Value.Anchored),
            _ => false,
        });
        open.Node.Size = 1 + (open.Node switch
        {
            ListNode list => list.Items.Sum(i => i.Size),
            MapNode m => m.Entries.Sum(e => e.Value.Size),
            _ => 0,
        });
        return Add(open.Node, open.Anchor);
    }

    private bool Add(ConfigNode node, string anchor)
    {
        if (anchor.Length > 0) _anchors[anchor] = node;
        if (anchor.AsSpan().ContainsAny(OfShells))
        {
            _findings.Error(
                node.Place,
                Path(),
                $"starts with &, which YAML reads as the name of an anchor, &{Quoted.Short(anchor)}",
                "put the whole value in quotes"
            );
            node.Faulty = true;
        }
        return Attach(node, counted: 1, node.Place);
    }

    private bool Resolve(AnchorAlias alias, Place place)
    {
        var name = alias.Value.Value;
        if (_anchors.TryGetValue(name, out var target)) return Attach(AtAlias(target, place), target.Size, place);
        if (_open.Any(o => o.Anchor == name))
        {
            _findings.Error(place, Path(), $"refers to itself through *{Quoted.Short(name)}");
            return false;
        }
        // A hostile file has many anchors and many aliases to none of them.
        var near = _findings.IsFull ? null : Nearest.To(name, _anchors.Keys);
        if (near is not null || _open.TryPeek(out var open) && open is { Node: MapNode, Key: "<<" })
        {
            _findings.Error(
                place,
                Path(),
                $"refers to the anchor &{Quoted.Short(name)}, and there is none",
                near is null
                    ? $"write one above it, for instance x-{Quoted.Short(name)}: &{Quoted.Short(name)} {{…}}"
                    : $"did you mean *{Quoted.Short(near)}?"
            );
            return Attach(new ScalarNode(place, "*" + name, plain: false) { Faulty = true }, 1, place);
        }
        _findings.Error(place, Path(), $"starts with *, which YAML reads as a reference to &{Quoted.Short(name)}, and there is none",
            $"write {UnquotedValue.Mend(_text, alias.Start) ?? Quoted.Text("*" + name)} in quotes");
        _unquotedLine = place.Line;
        return Attach(new ScalarNode(place, "*" + name, plain: false) { Faulty = true }, 1, place);
    }

    /// <summary>What is wrong with it is wrong where it is used; what is inside a map or a list is not.</summary>
    private static ConfigNode AtAlias(ConfigNode target, Place place) =>
        target is ScalarNode scalar ? new ScalarNode(place, scalar.Text, scalar.Plain) { Faulty = scalar.Faulty } : target;

    private bool Attach(ConfigNode node, int counted, Place place)
    {
        _nodes += counted;
        if (_nodes > MaxNodes)
        {
            _findings.Error(place, "", $"has more than {MaxNodes} values once aliases are expanded");
            return false;
        }
        if (!_open.TryPeek(out var parent)) _root = node;
        else if (parent.Node is ListNode list) list.Items.Add(node);
        else if (parent.Key is null) BeginEntry(parent, node);
        else EndEntry(parent, (MapNode)parent.Node, node, place);
        return true;
    }

    private void BeginEntry(Open parent, ConfigNode key)
    {
        parent.KeyEnd = _end;
        parent.Key = (key as ScalarNode)?.Text ?? "";
        parent.KeyPlace = key.Place;
    }

    private void EndEntry(Open parent, MapNode map, ConfigNode value, Place place)
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
            _findings.Error(parent.KeyPlace, Path(), $"is there twice; the first one is in line {parent.Keys[key].Line}", "remove one");
        parent.Key = null;
    }

    /// <summary>YAML's <c>&lt;&lt;</c>: keys of the other map that this one does not have.</summary>
    private void Merge(MapNode map, Open open)
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
                _findings.Error(
                    place,
                    Path(),
                    "merges a list with <<, which takes maps only",
                    "write the entries of the list out, or name the whole list: key: *anchor"
                );
            else
                _findings.Error(place, Path(), "is merged with <<, and is not a map", "write <<: *anchor, where the anchor is at a map");
        }
    }

    /// <summary>True for a word in braces that no colon follows: <c>{cron: 0 3 * * 1,5}</c> has the key 5 for YAML.</summary>
    private bool LacksColon(Open parent, ConfigNode value)
    {
        if (value is not ScalarNode { Plain: true, Text: "" }) return false;
        var rest = _text.AsSpan((int)Math.Min(parent.KeyEnd, _text.Length)).TrimStart();
        return rest is [',' or '}', ..];
    }

    private void RestOfValue(Open parent, MapNode map)
    {
        var key = parent.Key!;
        if (LineHabits.OfText(key) is { } habit)
        {
            _findings.Error(parent.KeyPlace, Path(), habit);
            map.Add(key.Split(':')[0], parent.KeyPlace, new ScalarNode(parent.KeyPlace, "", plain: true) { Faulty = true });
            return;
        }
        if (map.Entries.Count == 0 || map.Entries[^1].Value is not ScalarNode { Plain: true } before)
        {
            _findings.Error(parent.KeyPlace, Path(), "has no value", $"write {Quoted.Short(key)}: and its value");
            return;
        }
        var last = map.Entries[^1];
        // The whole value, as far as it has come: a second comma gives a longer one.
        var whole =
            $"{before.Text},{(before.Place.Line == parent.KeyPlace.Line && before.Place.Column + before.Text.Length + 1 == parent.KeyPlace.Column ? "" : " ")}{key}";
        map.Entries[^1] = last with { Value = new ScalarNode(before.Place, whole, plain: true) { Faulty = true } };
        if (before.Faulty)
            _findings.TakeBack(before.Place);
        _findings.Error(
            before.Place,
            KeyPath.Key(OuterPath(), last.Key),
            "has a comma in it, which ends a value in braces",
            $"put it in quotes: {last.Key}: {Quoted.Text(whole)}"
        );
    }

    private string OuterPath() =>
        KeyPath.Of(_open.Skip(1).Reverse().Select(o => o.Node is ListNode list ? (object)list.Items.Count : o.Key));

    private ConfigNode? BreakOff()
    {
        while (_open.TryPop(out var open))
        {
            open.Node.BrokenOff = true;
            if (!_open.TryPeek(out var parent)) _root = open.Node;
            else if (parent.Node is ListNode list) list.Items.Add(open.Node);
            else if (parent is { Node: MapNode outer, Key: { } key } && key != "<<") outer.Add(key, parent.KeyPlace, open.Node);
        }
        return _root;
    }

    private bool IsPlain(Scalar scalar, Place place)
    {
        if (CheckTag(scalar.Tag, place, scalar.Start, "str", "int", "float", "bool", "null") == "str") return false;
        return scalar.Style == ScalarStyle.Plain;
    }

    private string? CheckTag(TagName tag, Place place, Mark mark, params ReadOnlySpan<string> allowed)
    {
        _tagged = false;
        const string core = "tag:yaml.org,2002:";
        if (tag.IsEmpty || tag.IsNonSpecific) return null;
        var name = tag.Value;
        if (name.StartsWith(core, StringComparison.Ordinal) && allowed.Contains(name[core.Length..])) return name[core.Length..];
        _tagged = true;
        // In brackets a tag reaches over the comma and the bracket that follow it.
        _swallowed = _open.TryPeek(out var around) && around.IsFlow;
        if (!_findings.IsFull && name.StartsWith('!') && allowed.Contains("str") && UnquotedValue.Mend(_text, mark) is { } mended)
            _findings.Error(
                place,
                Path(),
                "starts with !, which YAML reads as a tag and not as text",
                $"write {mended} in quotes, if it is text"
            );
        else
            _findings.Error(place, Path(), $"has the tag {Quoted.Short(name)}", "remove it: tags mean nothing here");
        return null;
    }

    private string Path() => KeyPath.Of(_open.Reverse().Select(o => o.Node is ListNode list ? (object)list.Items.Count : o.Key));

    /// <summary><c>"C:\tools\new"</c> is C:, a tab, ools, a line break and ew.</summary>
    private void CheckDrive(Scalar scalar, Place place)
    {
        const int Prefix = 4;
        if (scalar.Style != ScalarStyle.DoubleQuoted || scalar.End.Index - scalar.Start.Index < Prefix + 1) return;
        var source = _text.AsSpan((int)scalar.Start.Index, (int)(scalar.End.Index - scalar.Start.Index));
        if (source[0] != '"' || !char.IsAsciiLetter(source[1]) || source[2] != ':' || source[3] != '\\' || source[Prefix] is '\\' or '/')
            return;
        _findings.Error(
            place,
            Path(),
            "has a backslash in double quotes, where it starts an escape: \\t is a tab and \\n a line break",
            $"use single quotes: '{Quoted.Cut(source[1..^1])}'"
        );
    }

    private static string NameOf(AnchorName anchor) => anchor.IsEmpty ? "" : anchor.Value;

    private static Place PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
