using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>Makes the state document of one moment from what each part says of itself.</summary>
internal sealed class StateSnapshot
{
    /// <summary>The word for what waits in the journal, among the reasons to wait.</summary>
    public const string InJournal = "journal";

    private readonly DaemonParts _parts;
    private readonly TimeProvider _time;
    private readonly int _restartCount;
    private readonly DateTimeOffset _startedAt;
    private readonly long _startTimestamp;

    public StateSnapshot(DaemonParts parts, DaemonState before, TimeProvider time)
    {
        (_parts, _time) = (parts, time);
        _restartCount = before.Pid == 0 ? 0 : before.RestartCount + 1;
        _startedAt = time.GetUtcNow();
        _startTimestamp = time.GetTimestamp();
    }

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>By the monotonic clock: a stepped clock does not change it.</summary>
    public TimeSpan Uptime => _time.GetElapsedTime(_startTimestamp);

    public DaemonState Take(bool running)
    {
        var (configuration, runs) = (_parts.Configuration, Runs());
        return new DaemonState
        {
            Pid = Environment.ProcessId,
            StartedAt = _startedAt,
            LastHeartbeat = Now,
            UptimeSeconds = Math.Round(Uptime.TotalSeconds, 3),
            RestartCount = _restartCount,
            Version = Product.Version,
            ConfigPath = configuration.Path,
            ConfigHash = configuration.Hash,
            Running = running,
            Stopping = _parts.IsStopping,
            HeartbeatIntervalSeconds = configuration.HeartbeatInterval.TotalSeconds,
            ShutdownGraceSeconds = configuration.ShutdownGrace.TotalSeconds,
            Monitors = new MonitorsState
            {
                FileWatcher = FileWatcher(),
                Scheduler = SchedulerMemory.ToState(_parts.Cron),
                Webhook = _parts.Webhook,
            },
            Bus = Bus(),
            ActiveActions = _parts.Runs.Listing.Active,
            QueuedActions = (int)Math.Min(runs.Waiting.Values.Sum(static count => (long)count), int.MaxValue),
            Runs = runs,
            RecentActions = _parts.Runs.Listing.Recent,
            Automation = Automation(),
            Health = _parts.Health,
        };
    }

    private AutomationView Automation()
    {
        var state = _parts.Automation;
        return new AutomationView
        {
            Enabled = !state.IsDisabled,
            Paused = state.IsPaused,
            PausedUntil = state.PausedUntil,
            DisabledRules = state.DisabledRules,
        };
    }

    private RunsState Runs()
    {
        var numbers = _parts.Runs.Listing.Numbers;
        if (_parts.WaitingInJournal is not (> 0 and var inJournal))
            return numbers;
        return numbers with
        {
            Waiting = new Dictionary<string, int>(numbers.Waiting, StringComparer.Ordinal)
            {
                [InJournal] = (int)Math.Min(inJournal, int.MaxValue),
            },
        };
    }

    private FileWatcherState FileWatcher()
    {
        var status = _parts.Watch;
        return new FileWatcherState
        {
            Enabled = status.Enabled,
            Paths = status.Paths,
            EventsReceived = status.EventsReceived,
            Watches = status.Watches,
            Backend = status.Backend,
            Overflows = status.Overflows,
            Roots = [.. status.Roots.Select(r => new WatchRootState(r.Path, r.State, r.Backend, r.Watches))],
        };
    }

    private BusState Bus()
    {
        var status = _parts.Bus;
        return new BusState
        {
            Published = status.Published,
            Delivered = status.Delivered,
            Retried = status.Retried,
            DeadLetters = status.DeadLetters,
            QueueLength = status.QueueLength,
            QueueCapacity = status.QueueCapacity,
            QueueHighWater = status.QueueHighWater,
            Settled = _parts.Settled is > 0 and var settled
                ? new JournalState(JournalPosition.FileName(JournalPosition.Day(settled)), JournalPosition.Offset(settled))
                : null,
        };
    }
}
