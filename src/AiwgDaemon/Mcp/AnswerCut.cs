using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AiwgDaemon.Mcp;

/// <summary>Copies an answer with long texts cut, so that it fits into an agent's context; it stays as its schema says.</summary>
/// <param name="longest">Most characters of a text.</param>
internal sealed class AnswerCut(int longest)
{
    /// <summary>The answer as one object.</summary>
    public JsonElement Of(JsonElement answer, bool isList)
    {
        return McpJson.Of(json =>
        {
            if (isList)
            {
                json.WritePropertyName("items"u8);
                Write(json, answer);
                return;
            }
            foreach (var member in answer.EnumerateObject()) Write(json, member);
        });
    }

    private void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject()) Write(json, member);
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item);
                json.WriteEndArray();
                break;
            case JsonValueKind.String when value.GetString() is { } text && text.Length > longest:
                json.WriteStringValue(Cut(text));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private void Write(Utf8JsonWriter json, JsonProperty member)
    {
        json.WritePropertyName(member.Name);
        // Of many short texts: a payload may be any value, and so a text of its beginning too.
        if (member.NameEquals("payload"u8) && JsonMarshal.GetRawUtf8Value(member.Value).Length > 2 * longest)
            json.WriteStringValue(Cut(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(member.Value))));
        else Write(json, member.Value);
    }

    private string Cut(string text)
    {
        // Not between the halves of a surrogate pair.
        var end = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return $"{text[..end]}… ({text.Length - end} more characters)";
    }
}
