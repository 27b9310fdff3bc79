using System.Globalization;

namespace AiwgDaemon.Sources.Cron;

internal enum CatchUp
{
    None,

    /// <summary>One missed fire is run after a downtime.</summary>
    Last,
}

/// <summary>Section <c>schedule</c>.</summary>
internal sealed record ScheduleOptions
{
    public bool Enabled { get; init; } = true;

    public IReadOnlyList<CronJob> Jobs { get; init; } = [];
}

/// <summary>One entry of <c>schedule.jobs</c>. What to do when it is still running (<c>overlap</c>) is the job's implicit rule's
/// affair.</summary>
internal sealed record CronJob
{
    public required string Id { get; init; }

    /// <summary>Null if <see cref="Every"/> is given: a job has one of both.</summary>
    public CronExpression? Cron { get; init; }

    /// <summary>The time between two fires, counted from when the job was first seen; null: by <see cref="Cron"/>.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>The action's name, as written.</summary>
    public required string Action { get; init; }

    /// <summary>The name of a zone; null for the machine's own. The zone itself may change while the daemon runs.</summary>
    public string? TimeZone { get; init; }

    public CatchUp CatchUp { get; init; } = CatchUp.None;

    public bool Enabled { get; init; } = true;

    public JobSchedule Schedule => Every is { } every
        ? new(string.Create(CultureInfo.InvariantCulture, $"every {every.TotalMinutes} minutes"), null)
        : new(Cron!.Text, TimeZone);

    public bool IsReboot => Cron is { IsReboot: true };

    /// <summary>False if the clock never makes it fire.</summary>
    public bool IsByClock => Cron is null or { IsReboot: false, IsNever: false };

    /// <summary>True if it goes on by what the clock shows, whatever it showed before.</summary>
    public bool FollowsRealTime => Cron is null or { FollowsRealTime: true };

    /// <summary>Upper bound of a delay that is stable for the job's id.</summary>
    public TimeSpan Jitter { get; init; }
}
