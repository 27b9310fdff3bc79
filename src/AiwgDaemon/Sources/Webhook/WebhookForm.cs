using System.Net;
using System.Text;
using System.Text.Json;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Reads <c>application/x-www-form-urlencoded</c>, of a body or a query. A <see cref="BodyFault"/> if it is none.</summary>
internal static class WebhookForm
{
    private const int MaxFields = 1000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>An object with a text for each field, and a list for one that is there several times.</summary>
    public static void Write(Utf8JsonWriter writer, string form)
    {
        var parts = form.Split('&', MaxFields + 1, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > MaxFields)
            throw new BodyFault($"the form has more than {MaxFields} fields");
        var fields = parts
            .Select(p => p.Split('=', 2))
            .ToLookup(p => Decoded(p[0]), p => p.Length == 2 ? Decoded(p[1]) : "", StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var field in fields)
        {
            writer.WritePropertyName(field.Key);
            string[] values = [.. field];
            if (values.Length > 1) writer.WriteStartArray();
            foreach (var value in values) writer.WriteStringValue(value);
            if (values.Length > 1) writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    /// <summary>What the one field <c>payload</c> holds, if it is an object of JSON; null for any other form.</summary>
    public static ReadOnlyMemory<byte>? Payload(ReadOnlySpan<byte> form)
    {
        if (!form.StartsWith("payload="u8) || form.Contains((byte)'&')) return null;
        var value = form["payload=".Length..].ToArray();
        var json = WebUtility.UrlDecodeToBytes(value, 0, value.Length);
        return json.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8) && System.Text.Unicode.Utf8.IsValid(json) ? json : null;
    }

    // The body is UTF-8, but what its escapes come to may not be: the decoder's own would replace it with U+FFFD.
    private static string Decoded(string text)
    {
        if (text.AsSpan().IndexOfAny('%', '+') < 0) return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            return StrictUtf8.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
        }
        catch (ArgumentException e)
        {
            throw new BodyFault("the form or query has escapes that are not UTF-8", e);
        }
    }
}
