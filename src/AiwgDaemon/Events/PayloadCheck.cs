using System.Text.Json;

namespace AiwgDaemon.Events;

/// <summary>
/// Whether every reader of an event understands the same of a payload: which of two equal keys counts, and what half a character is,
/// differs from one JSON reader to the next.
/// </summary>
internal static class PayloadCheck
{
    private static readonly JsonDocumentOptions Unambiguous = new() { AllowDuplicateProperties = false };

    /// <summary>Null if the JSON can be a payload, else what is wrong, to stand after "the payload". A <see cref="JsonException"/> if
    /// it is no JSON.</summary>
    public static string? Fault(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
                return $"has half a surrogate pair at byte {reader.TokenStartIndex + 1}, which is no character; write both halves, or "
                    + "the character itself";
        try
        {
            JsonDocument.Parse(json, Unambiguous).Dispose();
            return null;
        }
        catch (JsonException)
        {
            // The reader has found no other fault.
            return "has the same key twice in one object; give each key once";
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
