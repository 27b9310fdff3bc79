using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Says in health what the clock does that a schedule suffers from: that it was set back, until it shows the time before again or for three
/// hours, and that it was never set. A jump forward, as after each sleep, is a line in the log.
/// </summary>
/// <param name="before">The latest instant that the daemon before knew of.</param>
internal sealed class ClockWatch(DateTimeOffset? before, IssueReport report, ILogger logger)
{
    private const string Issue = "cron.clock";

    private static readonly TimeSpan Noticeable = TimeSpan.FromMinutes(1);

    private DateTimeOffset _seen = before ?? default;
    private bool _runs;
    private (DateTimeOffset From, DateTimeOffset To)? _setBack;

    /// <summary>To be called at each look at the schedule.</summary>
    public void See(DateTimeOffset now)
    {
        if (_runs && now - _seen >= CronSchedule.Tolerance) logger.WentForward(_seen, now);
        _runs = true;
        if (_seen - now >= Noticeable) _setBack = (_setBack is { } known && known.From > _seen ? known.From : _seen, now);
        if (_setBack is { } step && (now >= step.From || now - step.To >= CronSchedule.Tolerance)) _setBack = null;
        _seen = now;
        report(Issue, MessageAt(now));
    }

    private string? MessageAt(DateTimeOffset now)
    {
        if (now < CronSchedule.Plausible)
            return $"The clock shows {now:yyyy-MM-dd} and was never set: jobs run by what it shows; set it, for instance with NTP";
        if (_setBack is not { } step)
            return null;
        return $"The clock was set back by {Words(step.From - step.To)}, from {step.From:yyyy-MM-ddTHH:mm:ssZ} to "
            + $"{step.To:yyyy-MM-ddTHH:mm:ssZ}: "
            + "jobs of an interval go on, a fixed time that has run does not run again; look at what sets the clock (NTP)";
    }

    private static string Words(TimeSpan span) =>
        span.TotalHours < 1 ? $"{span.TotalMinutes:0} min"
        : span.TotalDays < 2 ? $"{span.TotalHours:0.#} h"
        : $"{span.TotalDays:0} days";
}
