namespace AiwgDaemon.State;

/// <summary>What the parts of a state document are where an older or foreign writer left them out.</summary>
internal static class StateDefaults
{
    // A century: what is more is damage, and no span of time could hold it.
    private const double MostSeconds = 100d * 366 * 24 * 3600;

    private static readonly MonitorsState NoMonitors = new()
    {
        FileWatcher = new FileWatcherState { Enabled = false, Paths = [] },
        Scheduler = new SchedulerState { Enabled = false, Jobs = 0 },
        Webhook = new WebhookState { Enabled = false },
    };

    public static DaemonState Empty { get; } = new()
    {
        Pid = 0,
        StartedAt = default,
        LastHeartbeat = default,
        UptimeSeconds = 0,
        RestartCount = 0,
        Version = "unknown",
        ConfigPath = "",
        ConfigHash = "",
        Running = false,
        HeartbeatIntervalSeconds = 30,
        Monitors = NoMonitors,
        Bus = new BusState(),
        ActiveActions = [],
        QueuedActions = 0,
        RecentActions = [],
        Health = new HealthState { Status = HealthWords.Healthy, LastCheck = default, Issues = [] },
    };

    /// <summary>Fills in whatever the reader left null although its type says that it is there.</summary>
    public static DaemonState Complete(DaemonState read) =>
        read with
        {
            Version = read.Version ?? Empty.Version,
            ConfigPath = read.ConfigPath ?? "",
            ConfigHash = read.ConfigHash ?? "",
            HeartbeatIntervalSeconds = read.HeartbeatIntervalSeconds is > 0 and <= MostSeconds
                ? read.HeartbeatIntervalSeconds
                : Empty.HeartbeatIntervalSeconds,
            ShutdownGraceSeconds = read.ShutdownGraceSeconds is >= 0 and <= MostSeconds
                ? read.ShutdownGraceSeconds
                : Empty.ShutdownGraceSeconds,
            UptimeSeconds = Math.Clamp(read.UptimeSeconds, 0, MostSeconds),
            Monitors = Complete(read.Monitors ?? NoMonitors),
            Bus = read.Bus ?? Empty.Bus,
            ActiveActions = Complete(read.ActiveActions ?? []),
            RecentActions = Complete(read.RecentActions ?? []),
            Runs = read.Runs is null ? null : Complete(read.Runs),
            Health = Complete(read.Health ?? Empty.Health),
        };

    private static RunsState Complete(RunsState read) => new()
    {
        Waiting = read.Waiting ?? new RunsState().Waiting,
        Totals = [.. (read.Totals ?? []).Where(total => total is { Rule: not null, Action: not null }).Select(total => total with
        {
            Outcomes = total.Outcomes ?? new Dictionary<string, long>(StringComparer.Ordinal),
            Buckets = total.Buckets ?? [],
        })],
    };

    private static MonitorsState Complete(MonitorsState read)
    {
        var watcher = read.FileWatcher ?? NoMonitors.FileWatcher;
        var scheduler = read.Scheduler ?? NoMonitors.Scheduler;
        return new MonitorsState
        {
            FileWatcher = watcher with
            {
                Paths = [.. (watcher.Paths ?? []).Where(path => path is not null)],
                Roots = [.. (watcher.Roots ?? []).Where(root => root is { Path: not null, State: not null, Backend: not null })],
                Backend = watcher.Backend ?? "none",
            },
            Scheduler = scheduler with
            {
                LastFires = scheduler.LastFires ?? NoMonitors.Scheduler.LastFires,
                NextFires = scheduler.NextFires ?? NoMonitors.Scheduler.NextFires,
            },
            Webhook = read.Webhook ?? NoMonitors.Webhook,
        };
    }

    private static HealthState Complete(HealthState read) => read with
    {
        Status = read.Status ?? HealthWords.Healthy,
        Issues = [.. (read.Issues ?? []).Where(issue => issue is { Key: not null, Severity: not null, Message: not null })],
    };

    // A record without an id is of no use to anybody.
    private static IReadOnlyList<ActionRecord> Complete(IEnumerable<ActionRecord> read) =>
    [
        .. read.Where(action => action is { Id: not null }).Select(action => action with
        {
            RuleId = action.RuleId ?? "",
            Type = action.Type ?? "",
            Command = action.Command ?? "",
        }),
    ];
}
