using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

internal static partial class WatchLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Watching {Paths} paths with {Watches} watches ({Backend})")]
    public static partial void Watching(ILogger logger, int paths, int watches, string backend);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot look into {Path}: {Cause}")]
    public static partial void Unreadable(ILogger logger, string path, string cause);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The kernel's event queue ran over ({Overflows} times by now); compared the watched trees with the disk instead"
    )]
    public static partial void Overflow(ILogger logger, long overflows);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    public static partial void Degraded(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching has failed and stands still")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The bus takes no more events; {Count} changes were not handed over")]
    public static partial void BusClosed(ILogger logger, int count);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Place} does not answer; the daemon goes on without waiting for it, and watches it as soon as it does"
    )]
    public static partial void NotArmed(ILogger logger, string place);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Place} does not answer; its watching ends without it")]
    public static partial void Abandoned(ILogger logger, string place);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The watched paths could not be divided anew after something was mounted or unmounted: {Cause}"
    )]
    public static partial void NotDivided(ILogger logger, string cause);
}
