using System.Text;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Tests.Config;

/// <summary>The description of the keys as Markdown, for configuration.md.</summary>
internal static class KeyReference
{
    public const string Start = "<!-- keys: generated from the description of the keys; see tests/AiwgDaemon.Tests/Config/Golden -->";
    public const string End = "<!-- end of keys -->";

    public static string Markdown()
    {
        var text = new StringBuilder(Start).Append('\n');
        foreach (var key in ConfigDescription.Root.Keys)
            if (!key.Ignored) Section(text, key.Name, key.About, key.Shape);
        return text.Append(End).Append('\n').ToString();
    }

    private static void Section(StringBuilder text, string path, string about, Shape shape)
    {
        if (shape is DictionaryShape { Value: NumberShape number } plain)
        {
            text.Append($"\n### `{path}.{plain.KeyWord}`\n\n{about} Each is {number.Noun}.\n");
            return;
        }
        var nested = new List<(string Path, string About, Shape Shape)>();
        var map = shape switch
        {
            ListShape { Item: ObjectShape item } => item,
            DictionaryShape { Value: ObjectShape value } => value,
            _ => (ObjectShape)shape,
        };
        var title = shape switch { ListShape => path + "[]", DictionaryShape d => $"{path}.{d.KeyWord}", _ => path };
        text.Append($"\n### `{title}`\n\n{about}\n\n| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in map.Keys)
        {
            var isAction = key.Shape is ObjectShape { ShortFor: RuleDescription.ActionName };
            var @default =
                key.RequiredFor.Count > 0 && key.RequiredFor.Count < key.For.Count ? $"required for {string.Join(", ", key.RequiredFor)}"
                : key.RequiredUnless is { } other ? $"required, or {other}"
                : key.Required || key.RequiredFor.Count > 0 ? "required" : key.DefaultWords ?? (key.Default is { } d ? $"`{d}`" : "");
            var types = key.For.Count > 0 ? $" (type {string.Join(", ", key.For)})" : "";
            text.Append($"| `{key.Name}` | {Escape(key.Shape.Noun)} | {@default} | {Escape(key.About)}{types} |\n");

            // Actions have a section of their own.
            if (!isAction && key.Shape is ObjectShape or ListShape { Item: ObjectShape })
                nested.Add(($"{path}{(shape is ListShape ? "[]" : "")}.{key.Name}", key.About, key.Shape));
        }
        foreach (var (inner, innerAbout, innerShape) in nested) Section(text, inner, innerAbout, innerShape);
    }

    private static string Escape(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
