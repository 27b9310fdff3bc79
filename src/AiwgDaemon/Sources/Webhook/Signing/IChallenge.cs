using System.Text.Json;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>A request that is no event: the sender asks whether whoever answers holds the secret, or is there at all.</summary>
internal interface IChallenge
{
    /// <summary>The JSON to answer a verified body with, nothing for 204; null if it is an event like any other.</summary>
    public string? Answer(JsonElement body, byte[][] secrets);
}
