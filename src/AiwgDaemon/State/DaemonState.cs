namespace AiwgDaemon.State;

/// <summary>The document state.json. Property names are written in snake case; times are ISO 8601 UTC.</summary>
internal sealed record DaemonState
{
    public required int Pid { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset LastHeartbeat { get; init; }
    public required double UptimeSeconds { get; init; }
    public required int RestartCount { get; init; }
    public required string Version { get; init; }
    public required string ConfigPath { get; init; }
    public required string ConfigHash { get; init; }

    /// <summary>False in the final document that a clean shutdown leaves.</summary>
    public required bool Running { get; init; }

    /// <summary>True from the request to stop on: no event is taken any more, and running actions get their grace.</summary>
    public bool Stopping { get; init; }

    /// <summary>How old a heartbeat may get before the daemon counts as frozen is three times this.</summary>
    public required double HeartbeatIntervalSeconds { get; init; }

    /// <summary>How long running actions get at shutdown; a stop command waits longer than this.</summary>
    public double ShutdownGraceSeconds { get; init; } = 10;

    public required MonitorsState Monitors { get; init; }
    public required BusState Bus { get; init; }
    public required IReadOnlyList<ActionRecord> ActiveActions { get; init; }
    public required int QueuedActions { get; init; }
    public required IReadOnlyList<ActionRecord> RecentActions { get; init; }

    /// <summary>Null from a daemon that did not count them.</summary>
    public RunsState? Runs { get; init; }

    /// <summary>What a person has switched off; null from a daemon that did not keep it.</summary>
    public AutomationView? Automation { get; init; }

    public required HealthState Health { get; init; }
}

/// <summary>Whether events lead to runs, and whether these start.</summary>
internal sealed record AutomationView
{
    public bool Enabled { get; init; } = true;
    public bool Paused { get; init; }
    public DateTimeOffset? PausedUntil { get; init; }
    public IReadOnlyList<string> DisabledRules { get; init; } = [];
}

/// <summary>Runs in numbers.</summary>
internal sealed record RunsState
{
    /// <summary>How many have not started, by what they wait for: the words of <see cref="ActionRecord.WaitsFor"/>, and
    /// <c>journal</c>.</summary>
    public IReadOnlyDictionary<string, int> Waiting { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Those that have ended, since counting began.</summary>
    public IReadOnlyList<RunTotalState> Totals { get; init; } = [];
}

/// <summary>How the runs of one rule's action ended: how many with each outcome, a histogram of how many seconds they took, and all these
/// seconds.</summary>
internal sealed record RunTotalState(
    string Rule,
    string Action,
    IReadOnlyDictionary<string, long> Outcomes,
    IReadOnlyList<long> Buckets,
    double Seconds,
    DateTimeOffset? LastSuccess
);

internal sealed record MonitorsState
{
    public required FileWatcherState FileWatcher { get; init; }
    public required SchedulerState Scheduler { get; init; }
    public required WebhookState Webhook { get; init; }
}

internal sealed record FileWatcherState
{
    public required bool Enabled { get; init; }
    public required IReadOnlyList<string> Paths { get; init; }
    public long EventsReceived { get; init; }
    public int Watches { get; init; }

    /// <summary><c>inotify</c>, <c>polling</c>, <c>mixed</c>, <c>filesystemwatcher</c> or <c>none</c>.</summary>
    public string Backend { get; init; } = "none";
    public long Overflows { get; init; }
    public IReadOnlyList<WatchRootState> Roots { get; init; } = [];
}

/// <summary>One watched root and how it fares: <c>watching</c>, <c>missing</c>, <c>polling</c> or <c>failed</c>.</summary>
internal sealed record WatchRootState(string Path, string State, string Backend, int Watches);

internal sealed record SchedulerState
{
    public required bool Enabled { get; init; }
    public required int Jobs { get; init; }
    public IReadOnlyDictionary<string, DateTimeOffset> LastFires { get; init; } =
        new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
    public IReadOnlyDictionary<string, DateTimeOffset> NextFires { get; init; } =
        new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Since when each job is planned, for what catches up; null from a daemon that did not keep it.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? FirstSeen { get; init; }

    /// <summary>What fired before and up to the last fire, for a clock that is set back.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<FiredState>>? Fired { get; init; }

    /// <summary>The schedule of each job that the two above are about; null from a daemon that did not keep it.</summary>
    public IReadOnlyDictionary<string, JobScheduleState>? Schedules { get; init; }

    /// <summary>What the clock showed before it was set back by hours; null if it was not, or shows that again.</summary>
    public DateTimeOffset? ClockReached { get; init; }

    /// <summary>Up to where all fires in the journal are told here; null if no event was ever written, or from a daemon that did not
    /// keep it.</summary>
    public JournalState? Journal { get; init; }
}

/// <summary>A job's expression and zone; the machine's zone is null.</summary>
internal sealed record JobScheduleState(string Cron, string? TimeZone);

/// <summary>A place in the journal: a file's name and an offset in bytes.</summary>
internal sealed record JournalState(string File, long Offset);

/// <summary>All fires of a job from the first to the last instant.</summary>
internal sealed record FiredState(DateTimeOffset From, DateTimeOffset To);

internal sealed record WebhookState
{
    public required bool Enabled { get; init; }
    public string? Host { get; init; }
    public int? Port { get; init; }

    /// <summary>All addresses it listens on, if there are several; <see cref="Host"/> and <see cref="Port"/> are the first one.</summary>
    public IReadOnlyList<string>? Listen { get; init; }
    public long RequestsReceived { get; init; }
    public long Rejected { get; init; }
}

internal sealed record BusState
{
    public long Published { get; init; }
    public long Delivered { get; init; }
    public long Retried { get; init; }
    public long DeadLetters { get; init; }
    public int QueueLength { get; init; }
    public int QueueCapacity { get; init; }
    public int QueueHighWater { get; init; }

    /// <summary>Up to where in the journal nothing is owed: a start that finds no ledger goes on from there.</summary>
    public JournalState? Settled { get; init; }
}

internal sealed record HealthState
{
    /// <summary><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</summary>
    public required string Status { get; init; }
    public required DateTimeOffset LastCheck { get; init; }
    public required IReadOnlyList<HealthIssue> Issues { get; init; }
}

internal sealed record HealthIssue(string Key, string Severity, string Message, DateTimeOffset Since);
