using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>The lines of category <c>actions</c>.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Action started: {Rule} {Id} {Type} {Command} (pid {Pid})")]
    public static partial void Started(ILogger logger, string rule, string id, string type, string command, int pid);

    [LoggerMessage(Level = LogLevel.Information, Message = "Action completed: {Rule} {Id} exit {ExitCode} after {Seconds:0.000} s")]
    public static partial void Completed(ILogger logger, string rule, string id, int exitCode, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Action {Status}: {Rule} {Id} {Outcome} after {Seconds:0.000} s; output in {Output}")]
    public static partial void NotCompleted(ILogger logger, string status, string rule, string id, string outcome, double seconds, string output);

    [LoggerMessage(Level = LogLevel.Information, Message = "Action not run: {Rule} {Id} {Outcome}")]
    public static partial void NotRun(ILogger logger, string rule, string id, string outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Action {Rule} {Id} runs with the daemon's own priority: nice {Nice} was refused ({Cause})")]
    public static partial void NotNice(ILogger logger, string rule, string id, int nice, string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Notification of {Rule}: {Message}")]
    public static partial void Notification(ILogger logger, string rule, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Output of an action is lost from here on: {Path}: {Cause}")]
    public static partial void OutputLost(ILogger logger, string path, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "The start or end of action {Id} of {Rule} could not be recorded")]
    public static partial void HookFailed(ILogger logger, string id, string rule, Exception cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An old output file could not be removed: {Cause}")]
    public static partial void NotPruned(ILogger logger, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Action {Id} of {Rule} could not be signalled: {Cause}")]
    public static partial void NotSignalled(ILogger logger, string id, string rule, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended what was left of action {Id} of an earlier daemon: {Count} processes")]
    public static partial void OrphansEnded(ILogger logger, string id, int count);
}
