namespace AiwgDaemon.Http;

/// <summary>Why a request is refused: the status, a word for metrics and the log, and what its sender is told.</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Reason">One of few: each has its counter and its line in the log.</param>
/// <param name="Words">For the sender; no secret, nothing of this machine.</param>
internal sealed record Refusal(int Status, string Reason, string Words)
{
    public static Refusal ForeignHost { get; } = new(421, "host", "this host name is not served; see webhook.allowed_hosts");
    public static Refusal ForeignPage { get; } =
        new(403, "origin", "web pages of other origins may not send to an endpoint without signature");
    public static Refusal TooMany { get; } = new(429, "rate", "too many requests");
    public static Refusal NoEndpoint { get; } = new(404, "path", "no such endpoint");
    public static Refusal OtherMethod { get; } = new(405, "method", "the endpoint has another method");

    /// <summary>The sender is asked to come again after so many seconds; null: there is no use in it.</summary>
    public string? RetryAfter => Status switch { 429 => "60", 503 => "5", _ => null };

    /// <summary>What was not read of the body is not worth reading.</summary>
    public bool EndsConnection => Status is 401 or 403 or 408 or 413 or 415;

    /// <summary>The sender has proved nothing by it: many of them are the limit's business.</summary>
    public bool CountsAsFailure => Status is >= 400 and < 500 and not 429;
}
