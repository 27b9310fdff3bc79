using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Messages of category webhook.</summary>
internal static partial class WebhookLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Host}:{Port} for {Endpoints} endpoints")]
    public static partial void Listening(ILogger logger, string host, int port, int endpoints);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request refused: {Status} {Reason} (endpoint {Endpoint}, from {Address})")]
    public static partial void Refused(ILogger logger, int status, string reason, string endpoint, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} more requests refused for the same reason ({Reason}) within {Seconds} s")]
    public static partial void LeftOut(ILogger logger, long count, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "An event could not be written, its sender was told to try again: {Error}")]
    public static partial void NotDurable(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A connection could not be accepted: {Error}")]
    public static partial void NotAccepted(ILogger logger, string error);
}
