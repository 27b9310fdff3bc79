using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Messages of category webhook.</summary>
internal static partial class WebhookLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "An event could not be written, its sender was told to try again: {Error}")]
    public static partial void NotDurable(ILogger logger, string error);
}
