namespace AiwgDaemon.State;

/// <summary>What the parts of a state document are where an older or foreign writer left them out.</summary>
internal static class StateDefaults
{
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
    public static DaemonState Complete(DaemonState read) => read with
    {
        Version = read.Version ?? Empty.Version,
        ConfigPath = read.ConfigPath ?? "",
        ConfigHash = read.ConfigHash ?? "",
        HeartbeatIntervalSeconds = read.HeartbeatIntervalSeconds > 0 ? read.HeartbeatIntervalSeconds : Empty.HeartbeatIntervalSeconds,
        Monitors = Complete(read.Monitors ?? NoMonitors),
        Bus = read.Bus ?? Empty.Bus,
        ActiveActions = read.ActiveActions ?? [],
        RecentActions = read.RecentActions ?? [],
        Health = Complete(read.Health ?? Empty.Health),
    };

    private static MonitorsState Complete(MonitorsState read)
    {
        var watcher = read.FileWatcher ?? NoMonitors.FileWatcher;
        var scheduler = read.Scheduler ?? NoMonitors.Scheduler;
        return new MonitorsState
        {
            FileWatcher = watcher with { Paths = watcher.Paths ?? [], Roots = watcher.Roots ?? [], Backend = watcher.Backend ?? "none" },
            Scheduler = scheduler with
            {
                LastFires = scheduler.LastFires ?? NoMonitors.Scheduler.LastFires,
                NextFires = scheduler.NextFires ?? NoMonitors.Scheduler.NextFires,
            },
            Webhook = read.Webhook ?? NoMonitors.Webhook,
        };
    }

    private static HealthState Complete(HealthState read) =>
        read with { Status = read.Status ?? HealthWords.Healthy, Issues = read.Issues ?? [] };
}
