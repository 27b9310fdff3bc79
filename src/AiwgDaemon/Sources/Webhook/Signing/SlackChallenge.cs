using System.Text.Json;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>Slack's <c>url_verification</c>: the challenge is sent back
/// (https://docs.slack.dev/reference/events/url_verification).</summary>
internal sealed class SlackChallenge : IChallenge
{
    public string? Answer(JsonElement body, byte[][] secrets) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty("type"u8, out var type)
        && type.ValueKind == JsonValueKind.String
        && type.ValueEquals("url_verification"u8)
        && body.TryGetProperty("challenge"u8, out var challenge)
        && challenge.ValueKind == JsonValueKind.String
            ? $"{{\"challenge\":\"{JsonEncodedText.Encode(challenge.GetString()!)}\"}}"
            : null;
}
