using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>Lines about runs, of category <c>actions</c>.</summary>
internal static partial class RunsLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Action started: {Rule} {Id} {Type} {Command} (pid {Pid})")]
    public static partial void Started(ILogger logger, string rule, string id, string type, string command, int pid);

    [LoggerMessage(Level = LogLevel.Information, Message = "Action completed: {Rule} {Id} exit {ExitCode} after {Seconds:0.000} s")]
    public static partial void Completed(ILogger logger, string rule, string id, int exitCode, double seconds);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Action {Status}: {Rule} {Id} {Outcome} after {Seconds:0.000} s; output in {Output}"
    )]
    public static partial void NotCompleted(
        ILogger logger,
        string status,
        string rule,
        string id,
        string outcome,
        double seconds,
        string output
    );

    [LoggerMessage(Level = LogLevel.Information, Message = "Action not run: {Rule} {Id} {Outcome}")]
    public static partial void NotRun(ILogger logger, string rule, string id, string outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cancelled {Count} runs of {Rule} that had not started: {Why}")]
    public static partial void CancelledWaiting(ILogger logger, int count, string rule, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cancelled before it started: {Rule} {Id}: {Why}")]
    public static partial void Cancelled(ILogger logger, string rule, string id, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waits: {Rule} {Id}: {Reason}")]
    public static partial void Parked(ILogger logger, string rule, string id, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Held by hand: {Rule} {Id}")]
    public static partial void Held(ILogger logger, string rule, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Released: {Rule} {Id}")]
    public static partial void Released(ILogger logger, string rule, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rule}: the event has no {Name}; the placeholder is empty")]
    public static partial void MissingValue(ILogger logger, string rule, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The start or end of action {Id} of {Rule} could not be recorded")]
    public static partial void NotRecorded(ILogger logger, string id, string rule, Exception cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Id} of {Rule}, which ended before the crash, cannot be shown: {Why}")]
    public static partial void EndNotKept(ILogger logger, string id, string rule, string why);
}
