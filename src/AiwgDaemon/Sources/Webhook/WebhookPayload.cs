using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>How a body is to be read, by its content type.</summary>
internal enum BodyKind
{
    Unsupported,
    Empty,
    Json,
    Form,
    Text,
}

/// <summary>Makes the event's payload of a request: the body as JSON value, form object or text, and headers that hold no secret.</summary>
internal static class WebhookPayload
{
    private const int MaxFields = 1000;

    // The payload adds a level, and readers of the journal stop at 64.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 48, AllowDuplicateProperties = false };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] SafeHeaders =
    [
        "content-type", "user-agent", "x-request-id", "x-github-event", "x-github-hook-id", "x-github-hook-installation-target-type",
        "x-gitea-event", "x-gitea-event-type", "x-gitlab-event", "x-gitlab-instance", "webhook-id", "webhook-timestamp",
    ];

    public static BodyKind Kind(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0) return BodyKind.Unsupported;
        // Of several codings the server takes off the last only.
        if (request.Headers.TransferEncoding is { Count: > 0 } coding && !coding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)) return BodyKind.Unsupported;
        var type = (request.ContentType ?? "").AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        if (type.IsEmpty) return request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0 ? BodyKind.Empty : BodyKind.Unsupported;
        if (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)) return BodyKind.Json;
        if (type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)) return BodyKind.Form;
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ? BodyKind.Text : BodyKind.Unsupported;
    }

    /// <summary>Of a body that is UTF-8. A <see cref="FormatException"/>, <see cref="ArgumentException"/> or <see cref="JsonException"/> where it is not what it says.</summary>
    public static void Write(Utf8JsonWriter writer, HttpRequest request, string endpoint, string? deliveryId, BodyKind kind, ReadOnlyMemory<byte> body)
    {
        writer.WriteStartObject();
        writer.WriteString("method", request.Method);
        writer.WriteString("endpoint", endpoint);
        writer.WriteString("delivery_id", deliveryId);
        writer.WritePropertyName("body");
        WriteBody(writer, kind, body);
        writer.WriteStartObject("headers");
        foreach (var name in SafeHeaders)
            if (request.Headers[name] is [{ } value, ..]) writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>
    /// The <c>id</c> of a Stripe event, as Stripe advises for recognising a repetition: each attempt is signed anew, and the id is
    /// part of what is signed. Null where the body has none.
    /// </summary>
    public static string? StripeId(BodyKind kind, ReadOnlySpan<byte> body)
    {
        if (kind != BodyKind.Json) return null;
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                if (isId) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or not Unicode: reading the payload says so to the sender.
        }
        return null;
    }

    private static void WriteBody(Utf8JsonWriter writer, BodyKind kind, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            writer.WriteNullValue();
            return;
        }
        if (kind == BodyKind.Json)
        {
            using var document = JsonDocument.Parse(body, Strict);
            document.RootElement.WriteTo(writer);
            return;
        }
        if (kind == BodyKind.Form) WriteForm(writer, Encoding.UTF8.GetString(body.Span));
        else writer.WriteStringValue(body.Span);
    }

    // The body is UTF-8, but what its escapes come to may not be. An ArgumentException then: the decoder's own replaces it with U+FFFD.
    private static string Decoded(string text)
    {
        if (text.AsSpan().IndexOfAny('%', '+') < 0) return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        return StrictUtf8.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
    }

    private static void WriteForm(Utf8JsonWriter writer, string form)
    {
        var parts = form.Split('&', MaxFields + 1, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > MaxFields) throw new FormatException($"The form has more than {MaxFields} fields");
        var fields = parts.Select(p => p.Split('=', 2)).ToLookup(p => Decoded(p[0]), p => p.Length == 2 ? Decoded(p[1]) : "", StringComparer.Ordinal);
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
}
