using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>
/// Zoom's <c>endpoint.url_validation</c>: its token is sent back with its keyed hash
/// (https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint).
/// </summary>
internal sealed class ZoomChallenge : IChallenge
{
    public string? Answer(JsonElement body, byte[][] secrets)
    {
        if (
            body.ValueKind != JsonValueKind.Object
            || !body.TryGetProperty("event"u8, out var name)
            || name.ValueKind != JsonValueKind.String
            || !name.ValueEquals("endpoint.url_validation"u8)
            || !body.TryGetProperty("payload"u8, out var payload)
            || payload.ValueKind != JsonValueKind.Object
            || !payload.TryGetProperty("plainToken"u8, out var plain)
            || plain.ValueKind != JsonValueKind.String
        )
            return null;
        var token = plain.GetString()!;
        var encrypted = Convert.ToHexStringLower(HMACSHA256.HashData(secrets[0], Encoding.UTF8.GetBytes(token)));
        return $"{{\"plainToken\":\"{JsonEncodedText.Encode(token)}\",\"encryptedToken\":\"{encrypted}\"}}";
    }
}
