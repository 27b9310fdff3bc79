using System.Text.Json;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>What an endpoint answers when it has taken an event, for senders that want something else than 202 with an id.</summary>
internal sealed record WebhookAnswer(int Status, string Body)
{
    /// <summary>JSON if it is an object or a list of JSON, else text.</summary>
    public string ContentType { get; } = IsJson(Body) ? "application/json" : "text/plain; charset=utf-8";

    private static bool IsJson(string body)
    {
        if (body.AsSpan().TrimStart() is not ['{' or '[', ..]) return false;
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
