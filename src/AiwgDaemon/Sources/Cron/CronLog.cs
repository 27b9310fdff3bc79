using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Cron;

internal static partial class CronLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Scheduling {Jobs} jobs, the next is due {Due:yyyy-MM-ddTHH:mm:ssZ}")]
    public static partial void Scheduling(this ILogger logger, int jobs, DateTimeOffset? due);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Job {Job} is due, scheduled for {ScheduledFor:o}")]
    public static partial void Due(this ILogger logger, string job, DateTimeOffset scheduledFor);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} catches up on {ScheduledFor:o}")]
    public static partial void CatchesUp(this ILogger logger, string job, DateTimeOffset scheduledFor);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} missed {ScheduledFor:o}; catch_up: last would run it now")]
    public static partial void Missed(this ILogger logger, string job, DateTimeOffset scheduledFor);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The clock went from {From:o} to {To:o} at once: the machine slept, or the clock was set forward"
    )]
    public static partial void WentForward(this ILogger logger, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} scheduled events could not be written: {Error}; trying again in {Seconds} s"
    )]
    public static partial void Retrying(this ILogger logger, int count, string error, double seconds);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} scheduled events were not published before the stop; jobs with catch_up: last run at the next start"
    )]
    public static partial void NotPublished(this ILogger logger, int count);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The event bus did not answer within {Seconds} s; scheduled events may not have been published"
    )]
    public static partial void StopTimedOut(this ILogger logger, double seconds);
}
