using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle.Doctor;
using AiwgDaemon.Logging;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
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
internal sealed partial class DaemonParts : IAsyncDisposable
{
    // Enough of the journal for some twenty thousand deliveries, read in a blink.
    private const long DeliveriesTail = 8 * 1024 * 1024;

    // Whoever removes files removes several: quiet for so long means that it is done, and nobody has missed them yet.
    private static readonly TimeSpan MendAfter = TimeSpan.FromMilliseconds(500);

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
    private readonly RunStore _store;
    private readonly EventBus _bus;
    private readonly ActionExecutor _executor;
    private readonly RunDispatcher _runs;
    private readonly RuleEngine _rules;
    private readonly DaemonState _before;
    private readonly AutomationSwitch _automation;
    private readonly WatchSource _watch;
    private readonly CronSource _cron;
    private readonly WebhookSource _webhook;
    private readonly StateSnapshot _snapshot;
    private volatile bool _stopping;
    private readonly ControlListener _control;
    private readonly ConfigFileWatch _configFile;
    private readonly ClaimKeeper _keeper;
    private readonly long _settledBefore;
    private Task _resuming = Task.CompletedTask;
    private bool _sourcesStopped;
    private OwnFilesWatch? _ownFiles;

    public DaemonParts(
        ProjectPaths paths,
        ProjectClaim claim,
        DaemonConfiguration configuration,
        HostRequests requests,
        TimeProvider time,
        ServiceNotify notify,
        bool detached
    )
    {
        (_paths, _time, _notify, Configuration) = (paths, time, notify, configuration);
        _logging = DaemonLogging.Create(configuration.Log, paths.Log, console: !detached, time, message => Report(IssueKeys.Log, message));
        Log = _logging.For("daemon");
        _health = new Health(time);
        notify.ReportTo(message => Report(IssueKeys.Notify, message));
        foreach (var (file, message) in claim.Freed) Report($"daemon.file.{file}", message);
        var before = ReadStateBefore(paths);
        _journal = new EventJournal(paths.Events, configuration.History, time, Report, _logging.For("bus"));
        _deadLetters = new DeadLetters(Path.Combine(paths.Events, "dead-letters.jsonl"), time, Report, _logging.For("bus"));
        _bus = new EventBus(new BusOptions(), time, _logging.For("bus"), _journal, _deadLetters);
        _before = before;
        _store = new RunStore(
            Path.Combine(paths.Events, RunStore.FileName), _journal, time, Report, _logging.For("rules"), ProjectOrigin.Of(paths));
        _settledBefore = before.Bus.Settled is { } settled ? JournalPosition.Parse(settled.File, settled.Offset) : 0;
        _executor = new ActionExecutor(configuration.Limits, paths.Project, paths.Daemon, time, _logging.For("actions"))
        {
            Doctor = EnvironmentCheck.AsAction(paths, configuration.Path, time),
            Report = Report,
        };
        _runs = new RunDispatcher(
            _store,
            _bus,
            configuration.Limits,
            _executor.ExecuteAsync,
            Templates.Expand,
            () => _publisher!.Touch(),
            time,
            _logging.For("actions")
        );
        _rules = new RuleEngine(
            RulesOf(configuration),
            paths.Project,
            _bus,
            _runs,
            Path.Combine(paths.Events, "cooldowns.json"),
            time,
            Report,
            _logging.For("rules")
        );
        _automation = new AutomationSwitch(new Automation(paths.Automation, Report), _rules, _runs, Report, time, Log);
        _watch = new WatchSource(configuration.Watch, paths.Project, _bus, Report, time, _logging.For("watch"));
        _cron = new CronSource(configuration.Schedule, ReadMemory(before), _bus, Report, time, _logging.For("cron"));
        var webhook = new WebhookBindings(() => _snapshot!.Take(running: true));
        _webhook = new WebhookSource(
            configuration.Webhook.Below(paths.Project),
            _bus,
            () => _journal.Reader.ReadTail("webhook.received", DeliveriesTail),
            webhook.Health,
            webhook.Metrics,
            time,
            _logging.Factory
        );
        _heartbeat = new Heartbeat(paths.Heartbeat);
        _snapshot = new StateSnapshot(this, before, time);
        var bindings = new ControlBindings(this, requests, _bus, _history, _deadLetters, _rules, _runs, _automation, () =>
            _snapshot.Take(running: true)
        );
        _control = new ControlListener(paths.Socket, () => bindings.Handlers, time, Report, _logging.For("control"));
        _configFile = new ConfigFileWatch(time, Report, () => requests.Reload("the file changed"));
        _keeper = new ClaimKeeper(claim, Report, requests.Stop);
        var store = new StateStore(paths.State);
        _publisher = new StatePublisher(time, _snapshot.Take, (state, flush) =>
        {
            if (!_keeper.IsLost) store.Write(state, flush);
            else if (!state.Running && _keeper.FinalStatePath is { } moved) new StateStore(moved).Write(state, flush);
        }, Beat, ReportState);
        _health.Listen(OnHealthChanged);
    }

    public ILogger Log { get; }

    /// <summary>The configuration in force.</summary>
    public DaemonConfiguration Configuration { get; private set; }

    /// <summary>The project's directory.</summary>
    public string Project => _paths.Project;

    public WatchStatus Watch => _watch.Status;

    public CronStatus Cron => _cron.Status;

    public WebhookStatus Webhook => _webhook.Status;

    public RunDispatcher Runs => _runs;

    public AutomationState Automation => _automation.State;

    /// <summary>How many events wait in the journal for rules that are full.</summary>
    public long WaitingInJournal => _rules.WaitingInJournal;

    public BusStatus Bus => _bus.Status;

    /// <summary>Up to where in the journal nothing is owed.</summary>
    public long Settled => _store.LastSettled;

    public HealthState Health => _health.Snapshot();

    public bool IsStopping => _stopping;

    public void Report(string key, string? message, IssueSeverity severity = IssueSeverity.Degraded) =>
        _health.Report(key, message, severity == IssueSeverity.Unhealthy);

    /// <summary>state.json as it is now, for who is about to be told of a change.</summary>
    public void PublishState() => _publisher.WriteNow();

    /// <summary>From now on, what is removed of the daemon's own files is made anew at once.</summary>
    public void WatchOwnFiles(AlarmClock clock) => _ownFiles = OwnFilesWatch.Start(_paths, clock, () => _publisher.BeatAfter(MendAfter));

    // What cannot be written is asked for over the socket.
    private void ReportState(string key, string? message)
    {
        if (key == StatePublisher.StateIssue) _keeper.SayStateIsStale(message is not null);
        Report(key, message);
    }

    private DaemonState ReadStateBefore(ProjectPaths paths)
    {
        if (StateStore.TryRead(paths.State, out var before, out var error) || error is null) return before;
        Log.StateUnreadable(error);
        Report(IssueKeys.StateDamaged, $"The state of the daemon before is lost: {error}; {SecureFile.SetAsideDamaged(paths.State)}");
        return before;
    }

    private void Beat()
    {
        var holds = _keeper.Keep();
        // First: it says that the daemon lives, whatever the rest has to wait for.
        if (!_keeper.IsLost) _heartbeat.Write(_snapshot.Now, _snapshot.Uptime);
        if (holds)
        {
            _journal.Retry();
            _store.Retry();
            _deadLetters.Retry();
            _control.Restore();
            _ownFiles?.Arm();
        }
        _watch.Check();
        _configFile.Beat();
        if (!_keeper.IsLost) WorkingSet.Keep(_time);
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
        if (change.Message is null) Log.HealthIssueCleared(change.Key, change.Status);
        else Log.HealthIssueRaised(change.Status, change.Key, change.Message);
        _notify.Status(change.Message is null ? $"Running, {change.Status}" : $"Running, {change.Status}: {change.Message}");
        _publisher.Touch();
    }
}
