using System.Text;
using System.Text.Json;
using AiwgDaemon.Sources.Webhook.Signing;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Makes the event's payload of a request: the body as JSON value, form object or text, the query, and headers that hold no
/// secret.</summary>
internal static class WebhookPayload
{
    // The payload adds a level, and readers of the journal stop at 64.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 48, AllowDuplicateProperties = false };

    /// <summary>A body that is UTF-8; a <see cref="BodyFault"/> if it is not what it says it is.</summary>
    public static JsonDocument? Parse(BodyKind kind, ReadOnlyMemory<byte> body, SignatureScheme scheme)
    {
        if (body.IsEmpty || kind == BodyKind.Text) return null;
        try
        {
            if (kind == BodyKind.Json) return JsonDocument.Parse(body, Strict);
            return scheme.HasFormPayload && WebhookForm.Payload(body.Span) is { } payload ? JsonDocument.Parse(payload, Strict) : null;
        }
        catch (JsonException e)
        {
            throw new BodyFault($"the body is not valid JSON: {Fault(e)}", e);
        }
    }

    /// <summary>Writes the payload; <paramref name="json"/> is what <see cref="Parse"/> made of the body.</summary>
    public static void Write(
        Utf8JsonWriter writer,
        HttpRequest request,
        WebhookEndpoint endpoint,
        string? deliveryId,
        BodyKind kind,
        ReadOnlyMemory<byte> body,
        JsonDocument? json
    )
    {
        writer.WriteStartObject();
        writer.WriteString("method", endpoint.Method);
        writer.WriteString("endpoint", endpoint.Path);
        writer.WriteString("delivery_id", deliveryId);
        writer.WritePropertyName("body");
        if (body.IsEmpty) writer.WriteNullValue();
        else if (json is not null) json.RootElement.WriteTo(writer);
        else if (kind == BodyKind.Form) WebhookForm.Write(writer, Encoding.UTF8.GetString(body.Span));
        else writer.WriteStringValue(body.Span);
        if (request.QueryString is { HasValue: true, Value: { Length: > 1 } query })
        {
            writer.WritePropertyName("query");
            WebhookForm.Write(writer, query[1..]);
        }
        writer.WriteStartObject("headers");
        foreach (var name in endpoint.KeptHeaders)
            if (request.Headers[name] is [{ } value, ..]) writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The text or number at the keys, with dots between, of a JSON body; null if there is none.</summary>
    public static string? DeliveryId(JsonDocument? json, string? keys)
    {
        if (json is null || keys is null) return null;
        var at = json.RootElement;
        foreach (var key in keys.Split('.'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(key, out at)) return null;
        return at.ValueKind switch
        {
            JsonValueKind.String => at.GetString() is { Length: > 0 and <= 300 } id ? id : null,
            JsonValueKind.Number => at.GetRawText(),
            _ => null,
        };
    }

    private static string Fault(JsonException e) =>
        e.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase) ? "a key is there twice"
        : e.Message.Contains("maximum configured depth", StringComparison.OrdinalIgnoreCase)
            ? $"it is nested deeper than {Strict.MaxDepth} levels"
        : $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
}
