using System.Text.Encodings.Web;
using System.Text.Json;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>The description as JSON Schema (draft 2020-12), for editors: keys, types, ranges, words and defaults.</summary>
internal static class ConfigSchema
{
    // For people and editors, never embedded in HTML.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole document in UTF-8, with a newline at its end.</summary>
    public static byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("title", "Configuration of aiwg-daemon");
            Object(writer, ConfigDescription.Root);
            writer.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Shape(Utf8JsonWriter writer, Shape shape)
    {
        switch (shape)
        {
            case BooleanShape:
                writer.WriteString("type", "boolean");
                break;
            case NumberShape number:
                writer.WriteString("type", number.Whole ? "integer" : "number");
                writer.WriteNumber("minimum", number.Min);
                writer.WriteNumber("maximum", number.Max);
                break;
            case TextShape text:
                Types(writer, text.AnyScalar ? ["string", "number", "boolean"] : ["string"]);
                if (!text.MayBeEmpty) writer.WriteNumber("minLength", 1);
                break;
            case ChoiceShape choice:
                Strings(writer, "enum", choice.Words);
                break;
            case ListShape { OrSingle: true } list:
                AnyOf(writer, () => List(writer, list), () => Shape(writer, list.Item));
                break;
            case ListShape list:
                List(writer, list);
                break;
            case DictionaryShape dictionary:
                Types(writer, ["object", "null"]);
                Nested(writer, "additionalProperties", () => Shape(writer, dictionary.Value));
                break;
            case ConditionShape:
                Types(writer, ["string", "number", "boolean", "null", "array"]);
                break;
            case ObjectShape { ShortFor: not null } map:
                AnyOf(writer, () => Object(writer, map), () => Types(writer, ["string"]));
                break;
            case ObjectShape map:
                Object(writer, map);
                break;
        }
    }

    private static void List(Utf8JsonWriter writer, ListShape list)
    {
        Types(writer, list.NotEmpty ? ["array"] : ["array", "null"]);
        if (list.NotEmpty) writer.WriteNumber("minItems", 1);
        Nested(writer, "items", () => Shape(writer, list.Item));
    }

    private static void Object(Utf8JsonWriter writer, ObjectShape map)
    {
        var required = map.Keys.Where(k => k.Required).Select(k => k.Name).ToList();
        Types(writer, required.Count > 0 ? ["object"] : ["object", "null"]);
        Nested(writer, "properties", () =>
        {
            foreach (var key in map.Keys) Nested(writer, key.Name, () => Property(writer, key));
        });
        if (map.AllowsExtensions) Nested(writer, "patternProperties", () => Nested(writer, "^x-", () => { }));
        writer.WriteBoolean("additionalProperties", false);
        // An old spelling may stand for a required key: the daemon decides.
        if (required.Count > 0) Strings(writer, "required", required);
        foreach (var key in map.Keys.Where(k => k.RequiredUnless is not null)) OneOf(writer, key.Name, key.RequiredUnless!);
        if (map.Discriminator is { } discriminator) Variants(writer, map, discriminator);
    }

    private static void OneOf(Utf8JsonWriter writer, params ReadOnlySpan<string> names)
    {
        writer.WriteStartArray("oneOf");
        foreach (var name in names)
        {
            writer.WriteStartObject();
            Strings(writer, "required", [name]);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Property(Utf8JsonWriter writer, Key key)
    {
        writer.WriteString("description", key.DefaultWords is { } words ? $"{key.About} Default: {words}." : key.About);
        Shape(writer, key.Shape);
        if (key.Default is not { } text) return;
        writer.WritePropertyName("default");
        Value(writer, DefaultNode.Parse(text));
    }

    /// <summary>For each type of action: what it needs, and what is not for it.</summary>
    private static void Variants(Utf8JsonWriter writer, ObjectShape map, string discriminator)
    {
        writer.WriteStartArray("allOf");
        foreach (var word in ((ChoiceShape)map.Find(discriminator)!.Shape).Words)
        {
            writer.WriteStartObject();
            Nested(writer, "if", () =>
                Nested(writer, "properties", () => Nested(writer, discriminator, () => writer.WriteString("const", word)))
            );
            Nested(writer, "then", () =>
            {
                Strings(writer, "required", map.Keys.Where(k => k.RequiredFor.Contains(word)).Select(k => k.Name));
                Nested(writer, "properties", () =>
                {
                    foreach (var key in map.Keys)
                        if (key.For.Count > 0 && !key.For.Contains(word)) writer.WriteBoolean(key.Name, false);
                });
            });
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter writer, ConfigNode node)
    {
        switch (node)
        {
            case MapNode:
                writer.WriteStartObject();
                writer.WriteEndObject();
                break;
            case ListNode list:
                writer.WriteStartArray();
                foreach (var item in list.Items) Value(writer, item);
                writer.WriteEndArray();
                break;
            case ScalarNode scalar:
                writer.WriteRawValue(CoreSchema.ToJson(scalar.Text, scalar.Plain));
                break;
        }
    }

    private static void AnyOf(Utf8JsonWriter writer, params ReadOnlySpan<Action> shapes)
    {
        writer.WriteStartArray("anyOf");
        foreach (var shape in shapes)
        {
            writer.WriteStartObject();
            shape();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Nested(Utf8JsonWriter writer, string name, Action content)
    {
        writer.WriteStartObject(name);
        content();
        writer.WriteEndObject();
    }

    private static void Types(Utf8JsonWriter writer, IReadOnlyList<string> types)
    {
        if (types.Count == 1) writer.WriteString("type", types[0]);
        else Strings(writer, "type", types);
    }

    private static void Strings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
