using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

internal static partial class LifecycleLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Daemon started (pid {Pid}, version {Version}, configuration {Configuration})")]
    public static partial void DaemonStarted(this ILogger logger, int pid, string version, string configuration);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping ({Reason})")]
    public static partial void Stopping(this ILogger logger, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Not every event was handled in time ({Queued} still queued); the next start delivers what the rules have not seen"
    )]
    public static partial void BusNotDry(this ILogger logger, int queued);

    [LoggerMessage(Level = LogLevel.Error, Message = "The daemon could not start: {Reason}")]
    public static partial void StartFailed(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped before it was ready ({Reason}); the next start begins anew")]
    public static partial void StoppedBeforeReady(this ILogger logger, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Part} takes longer than {Seconds} s, probably on a filesystem that does not answer; it is not waited for any longer"
    )]
    public static partial void LeftBehind(this ILogger logger, string part, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Daemon stopped gracefully")]
    public static partial void DaemonStopped(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Reloaded: {Changes} ({Reason})")]
    public static partial void Reloaded(this ILogger logger, string reason, string changes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not reloaded ({Reason}), the configuration before stays in force: {Errors}")]
    public static partial void ReloadRefused(this ILogger logger, string reason, string errors);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Health is {Status}: {Key}: {Issue}")]
    public static partial void HealthIssueRaised(this ILogger logger, string status, string key, string issue);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Key} is mended; health is {Status}")]
    public static partial void HealthIssueCleared(this ILogger logger, string key, string status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event received: {Source} - {Type}")]
    public static partial void EventReceived(this ILogger logger, string source, string type);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event received: {Source} - {Type} {Subject}")]
    public static partial void EventReceived(this ILogger logger, string source, string type, string subject);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Action {Action} of rule {Rule} was running when the daemon before ended (pid {Pid}); {Deed}"
    )]
    public static partial void ActionLost(this ILogger logger, string action, string rule, int pid, string deed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Automation is paused {Until}: no run starts")]
    public static partial void AutomationPaused(this ILogger logger, string until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Automation goes on: runs start again")]
    public static partial void AutomationResumed(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state of the daemon before cannot be read and is started anew: {Cause}")]
    public static partial void StateUnreadable(this ILogger logger, string cause);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The project cannot be noted for 'aiwg-daemon list': {Reason}")]
    public static partial void ProjectNotNoted(this ILogger logger, string reason);
}
