using System.Text.Json;

namespace AiwgDaemon.Api.Schema;

/// <summary>Writes schemas of one document. Named ones become references, and are written together where the document keeps them.</summary>
/// <param name="json">The document.</param>
/// <param name="place">Where named ones are: <c>#/components/schemas/</c>.</param>
internal sealed class SchemaWriter(Utf8JsonWriter json, string place)
{
    private readonly SortedDictionary<string, JsonSchema> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>The schema as a value.</summary>
    public void Write(JsonSchema schema)
    {
        json.WriteStartObject();
        if (schema.Name is null)
        {
            WriteMembers(schema);
        }
        else
        {
            _named.TryAdd(schema.Name, schema);
            json.WriteString("$ref"u8, place + schema.Name);
        }
        json.WriteEndObject();
    }

    /// <summary>Each that was referred to so far, by its name, with those that these refer to.</summary>
    public void WriteNamed()
    {
        while (_named.FirstOrDefault(named => !_written.Contains(named.Key)) is { Key: { } name, Value: var schema })
        {
            _written.Add(name);
            json.WritePropertyName(name);
            Write(schema with { Name = null });
        }
    }

    /// <summary>The schema with all that it refers to below <c>$defs</c>: a document of its own.</summary>
    public void WriteDocument(JsonSchema schema)
    {
        json.WriteStartObject();
        WriteMembers(schema);
        if (_named.Count > 0)
        {
            json.WriteStartObject("$defs"u8);
            WriteNamed();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void WriteMembers(JsonSchema schema)
    {
        if (schema.About is not null) json.WriteString("description"u8, schema.About);
        if (schema.Type is not null) json.WriteString("type"u8, schema.Type);
        if (schema.Format is not null) json.WriteString("format"u8, schema.Format);
        if (schema.Minimum is { } minimum) json.WriteNumber("minimum"u8, minimum);
        if (schema.Words.Count > 0) Strings("enum", schema.Words);
        if (schema.Item is not null)
        {
            json.WritePropertyName(schema.Type == "array" ? "items"u8 : "additionalProperties"u8);
            Write(schema.Item);
        }
        if (schema.Members.Count > 0)
        {
            json.WriteStartObject("properties"u8);
            foreach (var member in schema.Members)
            {
                json.WritePropertyName(member.Name);
                Write(member.Schema);
            }
            json.WriteEndObject();
        }
        var required = schema.Members.Where(member => member.IsRequired).Select(member => member.Name).ToList();
        if (required.Count > 0) Strings("required", required);
        if (schema.Any.Count == 0) return;
        json.WriteStartArray("anyOf"u8);
        foreach (var one in schema.Any) Write(one);
        json.WriteEndArray();
    }

    private void Strings(string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
