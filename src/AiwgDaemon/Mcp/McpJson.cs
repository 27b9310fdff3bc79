using System.Text.Encodings.Web;
using System.Text.Json;

namespace AiwgDaemon.Mcp;

/// <summary>JSON of the protocol: one document a line.</summary>
internal static class McpJson
{
    public static readonly JsonWriterOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>An object without members.</summary>
    public static JsonElement Empty { get; } = Parse("{}"u8);

    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }

    public static JsonElement Of(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>A member that is a string; null if it is missing, or something else.</summary>
    public static string? Text(JsonElement members, string name)
    {
        if (members.ValueKind != JsonValueKind.Object || !members.TryGetProperty(name, out var member)) return null;
        try
        {
            return member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escape of half a surrogate pair: no string.
            return null;
        }
    }

    /// <summary>A member of any kind; undefined if it is missing.</summary>
    public static JsonElement Member(JsonElement members, string name) =>
        members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out var member) ? member : default;
}
