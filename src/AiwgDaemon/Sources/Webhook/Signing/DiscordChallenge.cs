using System.Text.Json;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>
/// Discord's PING: of interactions type 1, answered with the same (https://docs.discord.com/developers/interactions/overview), of webhook
/// events type 0, answered with nothing (https://docs.discord.com/developers/events/webhook-events).
/// </summary>
internal sealed class DiscordChallenge : IChallenge
{
    // A webhook event is of type 1, too.
    public string? Answer(JsonElement body, byte[][] secrets) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty("type"u8, out var type)
        && type.ValueKind == JsonValueKind.Number
        && type.TryGetInt32(out var number)
        && !body.TryGetProperty("event"u8, out _)
            ? number switch
            {
                0 => "",
                1 => "{\"type\":1}",
                _ => null,
            }
            : null;
}
