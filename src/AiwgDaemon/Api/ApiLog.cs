using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Api;

internal static partial class ApiLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Control method {Method} failed")]
    public static partial void OperationFailed(ILogger logger, Exception exception, string method);
}
