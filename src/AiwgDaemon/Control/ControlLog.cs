using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Control;

internal static partial class ControlLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Control socket listens at {Path}")]
    public static partial void Listening(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a control client that runs as user {Uid}")]
    public static partial void Refused(ILogger logger, uint uid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Closed the control connection that was idle longest: {Connections} are open")]
    public static partial void Evicted(ILogger logger, int connections);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Control connection ended: {Reason}")]
    public static partial void Ended(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "An answer could not be sent to a control client: {Reason}")]
    public static partial void SendFailed(ILogger logger, string reason);
}
