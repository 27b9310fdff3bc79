using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

internal static partial class LifecycleLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Daemon started (pid {Pid}, version {Version}, configuration {Configuration})")]
    public static partial void DaemonStarted(this ILogger logger, int pid, string version, string configuration);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping ({Reason})")]
    public static partial void Stopping(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not every event was handled in time ({Queued} still queued); the next start delivers what the rules have not seen")]
    public static partial void BusNotDry(this ILogger logger, int queued);

    [LoggerMessage(Level = LogLevel.Information, Message = "Daemon stopped gracefully")]
    public static partial void DaemonStopped(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Reloaded: {Changes} ({Reason})")]
    public static partial void Reloaded(this ILogger logger, string reason, string changes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not reloaded ({Reason}), the configuration before stays in force: {Errors}")]
    public static partial void ReloadRefused(this ILogger logger, string reason, string errors);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Health is {Status}: {Key}: {Issue}")]
    public static partial void HealthIssueRaised(this ILogger logger, string status, string key, string issue);

    [LoggerMessage(Level = LogLevel.Information, Message = "Health is {Status}: {Key} is mended")]
    public static partial void HealthIssueCleared(this ILogger logger, string status, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event received: {Source} - {Type}")]
    public static partial void EventReceived(this ILogger logger, string source, string type);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event received: {Source} - {Type} {Subject}")]
    public static partial void EventReceived(this ILogger logger, string source, string type, string subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Action {Action} of rule {Rule} was running when the daemon before ended (pid {Pid}); {Deed}")]
    public static partial void ActionLost(this ILogger logger, string action, string rule, int pid, string deed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state of the daemon before cannot be read and is started anew: {Cause}")]
    public static partial void StateUnreadable(this ILogger logger, string cause);
}
