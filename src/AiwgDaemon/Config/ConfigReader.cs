using System.Buffers;
using AiwgDaemon.Config.Description;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlEvent = YamlDotNet.Core.Events.ParsingEvent;

namespace AiwgDaemon.Config;

/// <summary>
/// Builds the node tree of one YAML document from YamlDotNet's parser events. Tags, anchors and quotes that mean something else
/// than was meant are said. After a syntax error the tree holds what came before it, so that its other faults are reported too.
/// </summary>
internal sealed class ConfigReader
{
    private static readonly SearchValues<char> OfShells = SearchValues.Create("&|;<>$'\"()");

    private readonly string _text;
    private readonly Findings _findings;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);
    private readonly NodeTree _tree;
    private int _documents;
    private int _unquotedLine;
    private bool _tagged;
    private bool _swallowed;

    private ConfigReader(string text, Findings findings) => (_text, _findings, _tree) = (text, findings, new NodeTree(text, findings));

    /// <summary>The root value; null if there is none.</summary>
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
                if (!Accept(parser.Current!)) return _tree.BreakOff();
            }
        }
        catch (YamlException e)
        {
            var (place, fault) = SyntaxFault.Of(_text, e, last);
            // What follows of a value that was said to need quotes is no fault of its own.
            if (place.Line != _unquotedLine && !_swallowed) _findings.Spoiled(place, _tree.Path(), fault);
            return _tree.BreakOff();
        }
        // The scanner lets some of its own slips through; each means text that is not YAML.
        catch (Exception e)
            when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            _findings.Error(last, _tree.Path(), "is not valid YAML from here on", "check brackets, quotes and indentation");
            return _tree.BreakOff();
        }
        return _tree.Root;
    }

    /// <summary>False if reading cannot go on.</summary>
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
                _tree.End = scalar.End.Index;
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
        if (_tree.Current is { Node: MapNode, Key: null } parent)
        {
            if (UnquotedValue.Mend(_text, start.Start) is not { } mended)
                _findings.Error(node.Place, _tree.Path(), "has a list or a map as a key", "a key is a word");
            else
            {
                _tree.Abandon();
                _findings.Error(parent.Node.Place, _tree.Path(), "starts with {, which YAML reads as a map", $"write {mended} in quotes");
                _tree.Attach(new ScalarNode(parent.Node.Place, "", plain: false) { Faulty = true }, 1, node.Place);
            }
            return false;
        }
        var isFlow = start is MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow };
        return _tree.Push(new OpenNode(node, NameOf(start.Anchor)) { IsFlow = isFlow });
    }

    private bool End()
    {
        var open = _tree.Pop();
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
                _tree.Path(),
                $"starts with &, which YAML reads as the name of an anchor, &{Quoted.Short(anchor)}",
                "put the whole value in quotes"
            );
            node.Faulty = true;
        }
        return _tree.Attach(node, counted: 1, node.Place);
    }

    private bool Resolve(AnchorAlias alias, Place place)
    {
        var name = alias.Value.Value;
        if (_anchors.TryGetValue(name, out var target)) return _tree.Attach(AtAlias(target, place), target.Size, place);
        if (_tree.IsInside(name))
        {
            _findings.Error(place, _tree.Path(), $"refers to itself through *{Quoted.Short(name)}");
            return false;
        }
        // A hostile file has many anchors and many aliases to none of them.
        var near = _findings.IsFull ? null : Nearest.To(name, _anchors.Keys);
        if (near is not null || _tree.Current is { Node: MapNode, Key: "<<" })
        {
            _findings.Error(
                place,
                _tree.Path(),
                $"refers to the anchor &{Quoted.Short(name)}, and there is none",
                near is null
                    ? $"write one above it, for instance x-{Quoted.Short(name)}: &{Quoted.Short(name)} {{…}}"
                    : $"did you mean *{Quoted.Short(near)}?"
            );
            return _tree.Attach(new ScalarNode(place, "*" + name, plain: false) { Faulty = true }, 1, place);
        }
        _findings.Error(place, _tree.Path(), $"starts with *, which YAML reads as a reference to &{Quoted.Short(name)}, and there is none",
            $"write {UnquotedValue.Mend(_text, alias.Start) ?? Quoted.Text("*" + name)} in quotes");
        _unquotedLine = place.Line;
        return _tree.Attach(new ScalarNode(place, "*" + name, plain: false) { Faulty = true }, 1, place);
    }

    /// <summary>What is wrong with it is wrong where it is used; what is inside a map or a list is not.</summary>
    private static ConfigNode AtAlias(ConfigNode target, Place place) =>
        target is ScalarNode scalar ? new ScalarNode(place, scalar.Text, scalar.Plain) { Faulty = scalar.Faulty } : target;

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
        _swallowed = _tree.Current is { IsFlow: true };
        if (!_findings.IsFull && name.StartsWith('!') && allowed.Contains("str") && UnquotedValue.Mend(_text, mark) is { } mended)
            _findings.Error(
                place,
                _tree.Path(),
                "starts with !, which YAML reads as a tag and not as text",
                $"write {mended} in quotes, if it is text"
            );
        else
            _findings.Error(place, _tree.Path(), $"has the tag {Quoted.Short(name)}", "remove it: tags mean nothing here");
        return null;
    }

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
            _tree.Path(),
            "has a backslash in double quotes, where it starts an escape: \\t is a tab and \\n a line break",
            $"use single quotes: '{Quoted.Cut(source[1..^1])}'"
        );
    }

    private static string NameOf(AnchorName anchor) => anchor.IsEmpty ? "" : anchor.Value;

    private static Place PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
