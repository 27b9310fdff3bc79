using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>Messages of the server; category webhook, which is what it serves.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Addresses}")]
    public static partial void Listening(ILogger logger, string addresses);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request refused: {Status} {Reason} (endpoint {Endpoint}, from {Address})")]
    public static partial void Refused(ILogger logger, int status, string reason, string endpoint, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection ended: {Reason} (from {Address})")]
    public static partial void Ended(ILogger logger, string reason, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} more {What} refused for the same reason ({Reason}) within {Seconds} s")]
    public static partial void LeftOut(ILogger logger, long count, string what, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A connection could not be accepted: {Error}")]
    public static partial void NotAccepted(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate {Path} was renewed")]
    public static partial void Renewed(ILogger logger, string path);
}
