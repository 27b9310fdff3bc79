using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>The lines of category <c>actions</c>.</summary>
internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Action {Rule} {Id} runs with the daemon's own priority: nice {Nice} was refused ({Cause})"
    )]
    public static partial void NotNice(ILogger logger, string rule, string id, int nice, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody was told of a run of {Rule}: {Cause}")]
    public static partial void NotPinged(ILogger logger, string rule, string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Notification of {Rule}: {Message}")]
    public static partial void Notification(ILogger logger, string rule, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Output of an action is lost from here on: {Path}: {Cause}")]
    public static partial void OutputLost(ILogger logger, string path, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An old output file could not be removed: {Cause}")]
    public static partial void NotPruned(ILogger logger, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Action {Id} of {Rule} could not be signalled: {Cause}")]
    public static partial void NotSignalled(ILogger logger, string id, string rule, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended what was left of action {Id} of an earlier daemon: {Count} processes")]
    public static partial void OrphansEnded(ILogger logger, string id, int count);
}
