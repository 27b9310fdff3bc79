using AiwgDaemon.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Why a request to an endpoint is refused.</summary>
internal static class WebhookRefusal
{
    public static Refusal Unsigned { get; } = new(401, "signature", "the signature is missing or wrong");
    public static Refusal TooLarge { get; } = new(413, "size", "the body is larger than webhook.max_body_kb");
    public static Refusal TooSlow { get; } = new(408, "slow", "the body came too slowly");
    public static Refusal NoMemory { get; } = new(503, "busy", "too many bodies are coming at the same time; try again");
    public static Refusal NotWhole { get; } = new(400, "cut", "the body did not come whole");
    public static Refusal InProgress { get; } = new(503, "busy", "the same delivery is being taken");
    public static Refusal NotTaken { get; } = new(503, "busy", "the event could not be taken now");

    public static Refusal OfType(string words) => new(415, "type", words);

    public static Refusal OfBody(string words) => new(400, "body", words);
}
