using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AiwgDaemon.Config;

/// <summary>Replays a checked tree as parser events for the deserialiser: no second look at the text, no aliases.</summary>
internal sealed class NodeParser : IParser
{
    private readonly IEnumerator<ParsingEvent> _events;

    public NodeParser(ConfigNode root) => _events = Document(root).GetEnumerator();

    public ParsingEvent? Current { get; private set; }

    public bool MoveNext()
    {
        var moved = _events.MoveNext();
        Current = moved ? _events.Current : null;
        return moved;
    }

    private static IEnumerable<ParsingEvent> Document(ConfigNode root)
    {
        yield return new StreamStart();
        yield return new DocumentStart();
        // An explicit stack: nested iterators would cost a step a level for each event.
        var pending = new Stack<object>();
        pending.Push(root);
        while (pending.TryPop(out var next))
        {
            switch (next)
            {
                case ParsingEvent end:
                    yield return end;
                    break;
                case string key:
                    yield return new Scalar(key);
                    break;
                case ScalarNode scalar:
                    yield return new Scalar(
                        AnchorName.Empty,
                        TagName.Empty,
                        scalar.Text,
                        scalar.Plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted,
                        scalar.Plain,
                        !scalar.Plain
                    );
                    break;
                case ListNode list:
                    yield return new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Any);
                    pending.Push(new SequenceEnd());
                    for (var i = list.Items.Count - 1; i >= 0; i--) pending.Push(list.Items[i]);
                    break;
                case MapNode map:
                    yield return new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Any);
                    pending.Push(new MappingEnd());
                    for (var i = map.Entries.Count - 1; i >= 0; i--)
                    {
                        pending.Push(map.Entries[i].Value);
                        pending.Push(map.Entries[i].Key);
                    }
                    break;
            }
        }
        yield return new DocumentEnd(isImplicit: true);
        yield return new StreamEnd();
    }
}
