using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle.Doctor;
using AiwgDaemon.Logging;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The composition: makes every part of a daemon from the configuration and wires them along the way of an event. Starts
/// from the end of that way to its beginning, so that nothing is seen before it can be handled, and stops in the
/// opposite order. Decides nothing itself.
/// </summary>
internal sealed class DaemonParts : IAsyncDisposable
{
    // What a stop takes besides the grace of the actions.
    private static readonly TimeSpan DrainAllowance = TimeSpan.FromSeconds(10);

    // Enough of the journal for some twenty thousand deliveries, read in a blink.
    private const long DeliveriesTail = 8 * 1024 * 1024;

    private readonly ProjectPaths _paths;
    private readonly TimeProvider _time;
    private readonly ServiceNotify _notify;
    private readonly DaemonLogging _logging;
    private readonly Health _health;
    private readonly StatePublisher _publisher;
    private readonly Heartbeat _heartbeat;
    private readonly EventJournal _journal;
    private readonly EventHistory _history = new();
    private readonly DeadLetters _deadLetters;
    private readonly DeliveryLedger _ledger;
    private readonly EventBus _bus;
    private readonly Router _router;
    private readonly ActionExecutor _executor;
    private readonly WatchSource _watch;
    private readonly CronSource _cron;
    private readonly WebhookSource _webhook;
    private readonly StateSnapshot _snapshot;
    private volatile bool _stopping;
    private readonly ControlListener _control;
    private readonly ConfigFileWatch _configFile;
    private readonly ClaimKeeper _keeper;
    private Task _resuming = Task.CompletedTask;
    private bool _sourcesStopped;

    public DaemonParts(
        ProjectPaths paths, ProjectClaim claim, DaemonConfiguration configuration, HostRequests requests, TimeProvider time, ServiceNotify notify, bool detached)
    {
        (_paths, _time, _notify, Configuration) = (paths, time, notify, configuration);
        _logging = DaemonLogging.Create(configuration.Log, paths.Log, console: !detached, time, message => Report(IssueKeys.Log, message));
        Log = _logging.For("daemon");
        _health = new Health(time, OnHealthChanged);
        notify.ReportTo(message => Report(IssueKeys.Notify, message));
        var before = ReadStateBefore(paths);
        _journal = new EventJournal(paths.Events, configuration.History, time, Report, _logging.For("bus"));
        _deadLetters = new DeadLetters(Path.Combine(paths.Events, "dead-letters.jsonl"), time, Report, _logging.For("bus"));
        _bus = new EventBus(new BusOptions(), time, _logging.For("bus"), _journal, _deadLetters);
        _ledger = new DeliveryLedger(Path.Combine(paths.Events, DeliveryLedger.FileName), _journal, time, Report, _logging.For("rules"));
        _router = new Router(
            configuration.Rules, paths.Project, _bus, _ledger, Path.Combine(paths.Events, "cooldowns.json"), time, Report, _logging.For("rules"));
        _executor = new ActionExecutor(configuration.Limits, paths.Project, paths.Daemon, time, _logging.For("actions"), WithTouch(_router.Hooks))
        {
            Doctor = EnvironmentCheck.AsAction(paths, configuration.Path, time),
        };
        _executor.Restore(before.RecentActions.Reverse());
        _router.Named = name => Configuration.Actions.GetValueOrDefault(name);
        _router.Attach(_executor.Submit, id => _executor.Cancel(id), record => _executor.Restore([record]));
        _watch = new WatchSource(configuration.Watch, paths.Project, _bus, Report, time, _logging.For("watch"));
        _cron = new CronSource(configuration.Schedule, StateSnapshot.MemoryOf(before.Monitors.Scheduler), _bus, Report, time, _logging.For("cron"));
        var webhook = new WebhookBindings(() => _snapshot!.Take(running: true));
        _webhook = new WebhookSource(
            configuration.Webhook.Below(paths.Project), _bus, () => _journal.ReadTail("webhook.received", DeliveriesTail), webhook.Health, webhook.Metrics, time, _logging.Factory);
        _heartbeat = new Heartbeat(paths.Heartbeat);
        _snapshot = new StateSnapshot(this, before, time);
        var bindings = new ControlBindings(this, requests, _bus, _history, _deadLetters, _router, _executor, () => _snapshot.Take(running: true));
        _control = new ControlListener(paths.Socket, () => bindings.Handlers, time, Report, _logging.For("control"));
        _configFile = new ConfigFileWatch(time, Report, () => requests.Reload("the file changed"));
        _keeper = new ClaimKeeper(claim, Report, requests.Stop);
        var store = new StateStore(paths.State);
        _publisher = new StatePublisher(time, _snapshot.Take, store.Write, Beat, (key, message) => Report(key, message));
    }

    public ILogger Log { get; }

    /// <summary>The configuration in force.</summary>
    public DaemonConfiguration Configuration { get; private set; }

    public WatchStatus Watch => _watch.Status;

    public CronStatus Cron => _cron.Status;

    public WebhookStatus Webhook => _webhook.Status;

    public ActionExecutor Actions => _executor;

    public BusStatus Bus => _bus.Status;

    public HealthState Health => _health.Snapshot();

    public bool IsStopping => _stopping;

    public void Report(string key, string? message, IssueSeverity severity = IssueSeverity.Degraded) =>
        _health.Report(key, message, severity == IssueSeverity.Unhealthy);

    public async Task StartAsync()
    {
        foreach (var warning in Configuration.Warnings) Log.ConfigurationWarning(warning);
        var recovery = Recover();
        CrashPoint.At(CrashStep.LedgerRecovered);
        await CrashRecovery.EndAsync(recovery, Configuration.Limits.Grace, _time, Log);
        CrashPoint.At(CrashStep.LeftoversEnded);
        _history.Attach(_bus);
        _bus.Subscribe("log", new SubscriptionOptions(), LogEvent);
        _router.Settle = SettleOf(Configuration);
        _router.Start();
        _bus.Start();
        CrashPoint.At(CrashStep.BusStarted);
        // Not waited for: a large backlog goes on being delivered while the daemon is ready.
        _resuming = _router.ResumeAsync(recovery, CancellationToken.None);
        await ListenAsync();
        CrashPoint.At(CrashStep.WebhookListening);
        await _watch.StartAsync(CancellationToken.None);
        await _cron.StartAsync(CancellationToken.None);
        CrashPoint.At(CrashStep.SourcesArmed);
        _control.Start();
        CrashPoint.At(CrashStep.ControlListening);
        _publisher.Start(Configuration.HeartbeatInterval);
        CrashPoint.At(CrashStep.StatePublished);
        _notify.StartWatchdog(_time);
        _configFile.Apply(Configuration);
        Log.DaemonStarted(Environment.ProcessId, Product.Version, Configuration.Path);
        await _bus.PublishAsync(DaemonEvents.Started(_time.GetUtcNow(), Configuration.Path), CancellationToken.None);
    }

    /// <summary>Swaps what differs; each part keeps what stays the same.</summary>
    public async Task ApplyAsync(DaemonConfiguration configuration)
    {
        // First what can fail, so that a refused configuration changes nothing. The router is next: an event of a new
        // endpoint is on the disk before it gets there, and by then its rules are too.
        await _webhook.ReloadAsync(configuration.Webhook.Below(_paths.Project), CancellationToken.None);
        _router.Settle = SettleOf(configuration);
        _router.Reload(configuration.Rules);
        CrashPoint.At(CrashStep.ReloadRulesSwapped);
        _executor.Reload(configuration.Limits);
        await _watch.ReloadAsync(configuration.Watch, CancellationToken.None);
        _cron.Reload(configuration.Schedule);
        _logging.Apply(configuration.Log);
        _publisher.SetInterval(configuration.HeartbeatInterval);
        Configuration = configuration;
        _configFile.Apply(configuration);
        _publisher.Touch();
    }

    /// <summary>Tells the rules of a reload.</summary>
    public ValueTask AnnounceReloadAsync(IReadOnlyList<string> changes) =>
        _bus.PublishAsync(DaemonEvents.Reloaded(_time.GetUtcNow(), changes), CancellationToken.None);

    /// <summary>
    /// Stops the sources, lets the bus run dry, ends the actions, and leaves the final state behind. Bounded: what the bus does
    /// not deliver in time stays in the journal for the next start. <paramref name="hurry"/> ends the actions at once.
    /// </summary>
    public async Task StopAsync(string reason, CancellationToken hurry)
    {
        CrashPoint.At(CrashStep.StopBegun);
        _stopping = true;
        _publisher.Touch();
        Log.Stopping(reason);
        _notify.Stopping(reason, Configuration.ShutdownGrace + DrainAllowance);
        await StopSourcesAsync();
        CrashPoint.At(CrashStep.SourcesStopped);
        await CompleteBusAsync(hurry);
        CrashPoint.At(CrashStep.BusDry);
        await _resuming;
        await _router.DisposeAsync();
        await _executor.DrainAsync(Configuration.ShutdownGrace, hurry);
        CrashPoint.At(CrashStep.ActionsDrained);
        _publisher.WriteFinal();
        CrashPoint.At(CrashStep.FinalStateWritten);
        Log.DaemonStopped();
    }

    public async ValueTask DisposeAsync()
    {
        _publisher.Dispose();
        await StopSourcesAsync();
        await _router.DisposeAsync();
        await _bus.DisposeAsync();
        _ledger.Dispose();
        _journal.Dispose();
        _logging.Dispose();
    }

    // Once: a shutdown does it before the bus runs dry, a failed start only here.
    private async ValueTask StopSourcesAsync()
    {
        if (_sourcesStopped) return;
        _sourcesStopped = true;
        _configFile.Dispose();
        await _control.DisposeAsync();
        await _webhook.DisposeAsync();
        await _watch.DisposeAsync();
        await _cron.DisposeAsync();
    }

    // A third of what the actions get, so that both together stay within what 'stop' waits for.
    private async Task CompleteBusAsync(CancellationToken hurry)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Clamp(Configuration.ShutdownGrace.TotalSeconds / 3, 0.5, 4)), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, hurry);
        try
        {
            await _bus.CompleteAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            Log.BusNotDry(_bus.Status.QueueLength);
        }
    }

    // Own changes of an action are reported up to one debounce after its end.
    private static TimeSpan SettleOf(DaemonConfiguration configuration) => configuration.Watch.Debounce + TimeSpan.FromMilliseconds(250);

    private ActionHooks WithTouch(ActionHooks hooks) => new(
        hooks.Starting,
        (request, process) =>
        {
            hooks.Started(request, process);
            _publisher.Touch();
        },
        (request, record) =>
        {
            hooks.Finished(request, record);
            _publisher.Touch();
        });

    private DaemonState ReadStateBefore(ProjectPaths paths)
    {
        if (!StateStore.TryRead(paths.State, out var before, out var error) && error is not null) Log.StateUnreadable(error);
        return before;
    }

    private Recovery Recover()
    {
        try
        {
            return _ledger.Recover(id => CrashRecovery.OutputExists(_paths, id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"What the last daemon left to do cannot be read: {e.Message}; mend the file, or remove it and what it says is lost", StartFailure.Other, e);
        }
    }

    // Before the sources that fire of themselves: a port in use must not be found out after their first actions.
    private async Task ListenAsync()
    {
        try
        {
            await _webhook.StartAsync(CancellationToken.None);
        }
        catch (IOException e)
        {
            throw new StartException(e.Message, StartFailure.Other, e);
        }
    }

    private void Beat()
    {
        if (_keeper.Keep())
        {
            _journal.Retry();
            _ledger.Retry();
            _deadLetters.Retry();
            _control.Restore();
        }
        _heartbeat.Write(_snapshot.Now, _snapshot.Uptime);
        WorkingSet.Keep(_time);
    }

    private ValueTask LogEvent(DaemonEvent @event, CancellationToken token)
    {
        if (@event.Subject.Length == 0) Log.EventReceived(EventJson.Word(@event.Source), @event.Type);
        else Log.EventReceived(EventJson.Word(@event.Source), @event.Type, @event.Subject);
        _publisher.Touch();
        return ValueTask.CompletedTask;
    }

    private void OnHealthChanged(HealthChange change)
    {
        if (change.Message is null) Log.HealthIssueCleared(change.Status, change.Key);
        else Log.HealthIssueRaised(change.Status, change.Key, change.Message);
        _notify.Status(change.Message is null ? $"Running, {change.Status}" : $"Running, {change.Status}: {change.Message}");
        _publisher.Touch();
    }
}
