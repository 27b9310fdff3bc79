using System.Text;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>The effective configuration as YAML, each value with its origin: <c>default</c> or file and line.</summary>
internal sealed class ConfigListing
{
    private const int OriginColumn = 60;

    private readonly StringBuilder _text = new();
    private readonly string _file;

    private readonly MapNode _root;

    private ConfigListing(MapNode root, string file) => (_root, _file) = (root, file);

    public static string Of(MapNode root, string file)
    {
        var listing = new ConfigListing(root, file);
        listing.Map(root, ConfigDescription.Root, 0, "");
        return listing._text.ToString();
    }

    private void Map(MapNode map, Shape? shape, int depth, string dash)
    {
        foreach (var entry in map.Entries)
        {
            var inner = shape switch
            {
                ObjectShape known => known.Find(entry.Key)?.Shape,
                DictionaryShape dictionary => dictionary.Value,
                _ => null,
            };
            var key = $"{new string(' ', depth * 2)}{dash}{YamlText.Text(entry.Key)}:";
            if (dash.Length > 0) (dash, depth) = ("", depth + 1);
            Value(key, entry.Value, inner, depth + 1);
        }
        if (shape is ObjectShape whole) Inherited(map, whole, depth);
    }

    /// <summary>What holds by a key elsewhere, as a comment: written out it would be a setting of its own.</summary>
    private void Inherited(MapNode map, ObjectShape shape, int depth)
    {
        var kind = shape.Discriminator is { } discriminator ? map.TextOf(discriminator) : null;
        foreach (var key in shape.Keys)
        {
            if (key.DefaultWords is not { } words || map[key.Name] is not null || (key.For.Count > 0 && !key.For.Contains(kind ?? "")))
                continue;
            ConfigNode? from = _root;
            foreach (var step in words.Split('.'))
                from = (from as MapNode)?[step];
            var value = from switch
            {
                ScalarNode scalar => YamlText.Scalar(scalar),
                ListNode list => YamlText.List(list),
                _ => null,
            };
            if (value is not null)
                _text
                    .Append($"{new string(' ', depth * 2)}# {key.Name}: {value}".PadRight(OriginColumn))
                    .Append(" # ")
                    .Append(words)
                    .Append('\n');
        }
    }

    private void Value(string key, ConfigNode node, Shape? shape, int depth)
    {
        switch (node)
        {
            case MapNode { Entries.Count: 0 }:
                Line($"{key} {{}}", node.Place);
                break;
            case MapNode named when named[RuleDescription.ActionName] is ScalarNode name:
                Line($"{key} {YamlText.Scalar(name)}", name.Place);
                break;
            case MapNode map:
                _text.Append(key).Append('\n');
                Map(map, shape, depth, "");
                break;
            case ListNode list when shape is ConditionShape:
                Line($"{key} {Condition(list)}", node.Place);
                break;
            case ListNode list when list.Items.Exists(i => i is MapNode):
                _text.Append(key).Append('\n');
                foreach (var item in list.Items.OfType<MapNode>()) Map(item, (shape as ListShape)?.Item, depth, "- ");
                break;
            case ListNode list:
                Line($"{key} {YamlText.List(list)}", node.Place);
                break;
            case ScalarNode scalar:
                Line($"{key} {YamlText.Scalar(scalar)}", node.Place);
                break;
        }
    }

    /// <summary>Values are JSON texts already, which is YAML.</summary>
    private static string Condition(ListNode list)
    {
        var texts = list.Items.OfType<ScalarNode>().Select(s => s.Text).ToList();
        if (texts[0] is "!=" or "<" or "<=" or ">" or ">=") return YamlText.Text($"{texts[0]} {texts[1].Trim('"')}");
        return texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
    }

    private void Line(string text, Place place) =>
        _text.Append(text.PadRight(OriginColumn)).Append(" # ").Append(place.IsInFile ? $"{_file}:{place.Line}" : "default").Append('\n');
}
