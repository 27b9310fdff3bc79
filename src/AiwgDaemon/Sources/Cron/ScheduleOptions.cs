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

/// <summary>One entry of <c>schedule.jobs</c>. What to do when it is still running (<c>overlap</c>) is the job's implicit rule's affair.</summary>
internal sealed record CronJob
{
    public required string Id { get; init; }

    public required CronExpression Cron { get; init; }

    /// <summary>The action's name, as written.</summary>
    public required string Action { get; init; }

    /// <summary>The name of a zone; null for the machine's own. The zone itself may change while the daemon runs.</summary>
    public string? TimeZone { get; init; }

    public CatchUp CatchUp { get; init; } = CatchUp.None;

    public bool Enabled { get; init; } = true;

    public JobSchedule Schedule => new(Cron.Text, TimeZone);

    /// <summary>Upper bound of a delay that is stable for the job's id.</summary>
    public TimeSpan Jitter { get; init; }
}
