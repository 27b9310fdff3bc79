using System.Text;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>
/// The commented file that <c>config init</c> writes: every key of the description with its sentence; the settings of the
/// default configuration are active, all others stand behind a <c>#</c> that only needs to be deleted.
/// </summary>
internal static class ConfigTemplate
{
    /// <summary>The file with the JSON Schema, beside the configuration.</summary>
    public const string SchemaFile = "daemon.schema.json";

    public static string Yaml()
    {
        var findings = new Findings("");
        var active = (MapNode)ConfigReader.Read(DefaultConfiguration.Json, findings)!;
        var writer = new StringBuilder()
            .AppendLine("# yaml-language-server: $schema=" + SchemaFile)
            .AppendLine("# Configuration of aiwg-daemon. To change a setting that is commented out, delete its first #.")
            .AppendLine("# Check with: aiwg-daemon config validate    Apply with: aiwg-daemon reload");
        foreach (var key in ConfigDescription.Root.Keys)
        {
            if (key.Ignored) continue;
            writer.AppendLine();
            Key(writer, key, active[key.Name], 0, active[key.Name] is null);
        }
        return writer.ToString().ReplaceLineEndings("\n");
    }

    private static void Key(StringBuilder writer, Key key, ConfigNode? value, int depth, bool off)
    {
        Line(writer, depth, off, $"# {key.About}{Range(key)}");
        switch (key.Shape)
        {
            case ObjectShape { ShortFor: null } map:
                Line(writer, depth, off, $"{key.Name}:");
                foreach (var inner in map.Keys)
                    Key(writer, inner, (value as MapNode)?[inner.Name], depth + 1, off || (value as MapNode)?[inner.Name] is null);
                break;
            case ListShape { Item: ObjectShape item }:
                About(writer, item, depth, off);
                Line(writer, depth, off, $"{key.Name}:");
                if (value is ListNode list)
                    foreach (var entry in list.Items.OfType<MapNode>())
                        Entry(writer, "- ", entry.Entries.Select(e => (e.Key, Inline(e.Value))), depth + 1, off);
                else
                    Entry(writer, "- ", Example(item), depth + 1, off);
                break;
            case DictionaryShape { Value: ObjectShape item }:
                About(writer, item, depth, off);
                Line(writer, depth, off, $"{key.Name}:");
                Line(writer, depth + 1, off, "test:");
                Entry(writer, "", Example(item), depth + 2, off);
                break;
            default:
                var shown =
                    value is not null ? Inline(value)
                    : key.Default is "[]" or "{}" or null ? key.Example ?? key.Default ?? ""
                    : key.Default;
                Line(writer, depth, off, $"{key.Name}: {shown}");
                break;
        }
    }

    private static string Range(Key key)
    {
        var range = key.Shape switch
        {
            NumberShape number => $" {char.ToUpperInvariant(number.Noun[0])}{number.Noun[1..]}.",
            ChoiceShape choice => $" One of {string.Join(", ", choice.Words)}.",
            _ => "",
        };
        return key.DefaultWords is { } words ? $"{range} Default: {words}." : range;
    }

    /// <summary>What the keys of an entry are for.</summary>
    private static void About(StringBuilder writer, ObjectShape item, int depth, bool off)
    {
        Line(writer, depth, off, "# Keys of an entry:");
        foreach (var key in item.Keys)
        {
            var @default =
                key.Required ? " Required."
                : key.RequiredUnless is { } other ? $" Required, or {other}."
                : key.Default is { } text ? $" Default: {text}."
                : "";
            var types = key.For.Count > 0 ? $" For {string.Join(", ", key.For)}." : "";
            Line(writer, depth, off, $"#   {key.Name} - {key.About}{Range(key)}{types}{@default}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Example(ObjectShape item)
    {
        var kind = item.Discriminator is { } discriminator ? item.Find(discriminator)!.Example : null;
        foreach (var key in item.Keys)
        {
            if (!key.Required && key.RequiredUnless is null && (kind is null || !key.RequiredFor.Contains(kind))) continue;
            // An event is a map itself: one that every project has.
            yield return (key.Name, key.Example ?? "{source: watch, path_pattern: \"src/**\"}");
        }
    }

    private static void Entry(StringBuilder writer, string dash, IEnumerable<(string Name, string Value)> pairs, int depth, bool off)
    {
        var first = true;
        foreach (var (name, value) in pairs)
        {
            Line(writer, depth, off, $"{(first ? dash : new string(' ', dash.Length))}{name}: {value}");
            first = false;
        }
    }

    private static string Inline(ConfigNode node) => node switch
    {
        ListNode list => YamlText.List(list),
        ScalarNode scalar => YamlText.Scalar(scalar),
        _ => "{}",
    };

    private static void Line(StringBuilder writer, int depth, bool off, string text)
    {
        // Prose is a comment anyway: only what is a setting gets the mark.
        if (off && !text.StartsWith("# ", StringComparison.Ordinal)) writer.Append('#');
        writer.Append(' ', depth * 2).AppendLine(text);
    }
}
