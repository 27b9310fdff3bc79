using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents;

internal static partial class AgentsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A task is left out: {Fault}")]
    public static partial void TaskUnreadable(ILogger logger, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent of {Task} has shown no sign of life for {Seconds:0} s")]
    public static partial void Silent(ILogger logger, string task, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How a task ended cannot be kept in its files: {Fault}")]
    public static partial void NotKept(ILogger logger, string fault);
}
