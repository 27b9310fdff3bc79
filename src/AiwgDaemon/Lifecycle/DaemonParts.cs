using AiwgDaemon.Actions;
using AiwgDaemon.Agents;
using AiwgDaemon.Agents.Sessions;
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
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The composition: makes every part of a daemon from the configuration and wires them along the way of an event. Decides nothing itself
/// and opens nothing: <see cref="Groundwork"/> did before, and <see cref="DaemonLife"/> starts and stops the parts.
/// </summary>
internal sealed class DaemonParts : IDisposable
{
    // Enough of the journal for some twenty thousand deliveries, read in a blink.
    private const long DeliveriesTail = 8 * 1024 * 1024;

    // Whoever removes files removes several: quiet for so long means that it is done, and nobody has missed them yet.
    private static readonly TimeSpan MendAfter = TimeSpan.FromMilliseconds(500);

    private readonly Groundwork _ground;
    private readonly Heartbeat _heartbeat;
    private readonly StateSnapshot _snapshot;
    private volatile bool _isStopping;
    private readonly ClaimKeeper _keeper;
    private readonly LifeSigns _lifeSigns;
    private readonly AgentExecutor _agents;
    private readonly TaskWorktrees _worktrees;
    private OwnFilesWatch? _ownFiles;

    public DaemonParts(
        ProjectPaths paths,
        ProjectClaim claim,
        DaemonConfiguration configuration,
        HostRequests requests,
        TimeProvider time,
        ServiceNotify notify,
        Groundwork ground
    )
    {
        (Paths, Time, Notify, Configuration, _ground) = (paths, time, notify, configuration, ground);
        Log = Logging.For("daemon");
        notify.ReportTo(message => Report(IssueKeys.Notify, message));
        foreach (var (file, message) in claim.Freed) Report($"daemon.file.{file}", message);
        DeadLetters = new DeadLetters(Path.Combine(paths.Events, "dead-letters.jsonl"), time, Report, Logging.For("bus"));
        EventBus = new EventBus(new BusOptions(), time, Logging.For("bus"), Journal, DeadLetters);
        Store = new RunStore(
            Path.Combine(paths.Events, RunStore.FileName), Journal, time, Report, Logging.For("rules"), ground.Origin);
        SettledBefore = Before.Bus.Settled is { } settled ? JournalPosition.Parse(settled.File, settled.Offset) : 0;
        Executor = new ActionExecutor(configuration.Limits, paths.Project, paths.Daemon, time, Logging.For("actions"))
        {
            Doctor = EnvironmentCheck.AsAction(paths, configuration.Path, time),
            Report = Report,
            Agent = (run, limits, printed, started) => _agents!.RunAsync(run, limits, printed, started),
        };
        Runs = new RunDispatcher(
            Store,
            EventBus,
            configuration.Limits,
            Executor.ExecuteAsync,
            Templates.Expand,
            () => Publisher!.Touch(),
            time,
            Logging.For("actions")
        );
        Rules = new RuleEngine(
            RulesOf(configuration),
            paths.Project,
            EventBus,
            Runs,
            Path.Combine(paths.Events, CooldownFile.FileName),
            time,
            Report,
            Logging.For("rules")
        );
        var tasks = new TaskFolder(paths.Tasks);
        var book = new TaskBook(tasks, Logging.For("agents"));
        var calls = new TaskRuns(Runs.Listing.List, Runs.ByHand.Cancel, Runs.ByHand.Wake);
        _worktrees = new TaskWorktrees(
            book, tasks, paths.Project, () => Configuration.Agents, () => Configuration.Limits.SecretEnv, time, Logging.For("agents"));
        Tasks = new AgentTasks(book, tasks, paths.Project, () => Configuration.Agents, Rules.RunAsync, calls, _worktrees, time);
        _agents = new AgentExecutor(
            book, tasks, new ActionPlaces(paths.Project, paths.Actions), () => Configuration.Agents, calls, _worktrees, time,
            Logging.For("agents"));
        Switch = new AutomationSwitch(new Automation(paths.Automation, Report), Rules, Runs, Report, time, Log);
        WatchSource = new WatchSource(configuration.Watch, paths.Project, EventBus, Report, time, Logging.For("watch"));
        CronSource = new CronSource(configuration.Schedule, ground.Jobs, EventBus, Report, time, Logging.For("cron"));
        Http = new HttpParts(
            paths.Project,
            EventBus,
            () => Journal.Reader.ReadTail(EventTypes.WebhookReceived, DeliveriesTail),
            Runs.Listing.Ends,
            () => _snapshot!.Take(running: true),
            Report,
            time,
            Logging.Factory
        );
        _heartbeat = new Heartbeat(paths.Heartbeat);
        _snapshot = new StateSnapshot(this, Before, time);
        var daemon = new LiveDaemon(this, requests, EventBus, History, DeadLetters, Rules, Runs, Switch, () =>
            _snapshot.Take(running: true)
        );
        Control = new ControlListener(paths.Socket, daemon, time, Report, Logging.For("control"));
        ConfigFile = new ConfigFileWatch(time, Report, () => requests.Reload("the file changed"));
        _lifeSigns = new LifeSigns(Report, EventBus.Life, Rules.Life);
        _keeper = new ClaimKeeper(claim, Report, requests.Stop);
        var store = new StateStore(paths.State);
        Publisher = new StatePublisher(time, _snapshot.Take, (state, flush) =>
        {
            if (!_keeper.IsLost) store.Write(state, flush);
            else if (!state.Running && _keeper.FinalStatePath is { } moved) new StateStore(moved).Write(state, flush);
        }, Beat, ReportState);
        _ground.Health.Listen(OnHealthChanged);
    }

    public ILogger Log { get; }
    public ProjectPaths Paths { get; }
    public TimeProvider Time { get; }
    public ServiceNotify Notify { get; }
    public DaemonLogging Logging => _ground.Logging;

    /// <summary>What state.json of the daemon before says.</summary>
    public DaemonState Before => _ground.Before;

    /// <summary>Up to where in the journal nothing was owed, as state.json of the daemon before says; zero if it does not.</summary>
    public long SettledBefore { get; }

    public EventJournal Journal => _ground.Journal;
    public EventHistory History { get; } = new();
    public DeadLetters DeadLetters { get; }
    public RunStore Store { get; }
    public EventBus EventBus { get; }
    public ActionExecutor Executor { get; }
    public RunDispatcher Runs { get; }
    public RuleEngine Rules { get; }
    public AgentTasks Tasks { get; }
    public AutomationSwitch Switch { get; }
    public WatchSource WatchSource { get; }
    public CronSource CronSource { get; }
    public HttpParts Http { get; }
    public ControlListener Control { get; }
    public ConfigFileWatch ConfigFile { get; }
    public StatePublisher Publisher { get; }

    /// <summary>The configuration in force.</summary>
    public DaemonConfiguration Configuration { get; set; }

    /// <summary>The project's directory.</summary>
    public string Project => Paths.Project;

    public WatchStatus Watch => WatchSource.Status;

    public CronStatus Cron => CronSource.Status;

    public WebhookState Webhook => Http.Status;

    public AutomationState Automation => Switch.State;

    /// <summary>How many events wait in the journal for rules that are full.</summary>
    public long WaitingInJournal => Rules.WaitingInJournal;

    public BusStatus Bus => EventBus.Status;

    /// <summary>Up to where in the journal nothing is owed.</summary>
    public long Settled => Store.LastSettled;

    public HealthState Health => _ground.Health.Snapshot();

    /// <summary>From the beginning of a stop on.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    public void Report(string key, string? message, IssueSeverity severity = IssueSeverity.Degraded) =>
        _ground.Report(key, message, severity);

    /// <summary>state.json as it is now, for who is about to be told of a change.</summary>
    public void PublishState() => Publisher.WriteNow();

    /// <summary>From now on, what is removed of the daemon's own files is made anew at once.</summary>
    public void WatchOwnFiles(AlarmClock clock) => _ownFiles = OwnFilesWatch.Start(Paths, clock, () => Publisher.BeatAfter(MendAfter));

    /// <summary>What is removed while the daemon stops is not made anew at once.</summary>
    public void LeaveOwnFiles() => _ownFiles?.End();

    /// <summary>What the configuration says of rules. Own changes of a run are reported up to one debounce after its end.</summary>
    public static RuleSet RulesOf(DaemonConfiguration configuration) => new()
    {
        Rules = configuration.Rules,
        Actions = configuration.Agents.Beside(configuration.Actions),
        ChangeWindow = configuration.Watch.Debounce + TimeSpan.FromMilliseconds(250),
    };

    public void Dispose()
    {
        _worktrees.Dispose();
        Store.Dispose();
        Journal.Dispose();
        Logging.Dispose();
    }

    // What cannot be written is asked for over the socket.
    private void ReportState(string key, string? message)
    {
        if (key == StatePublisher.StateIssue) _keeper.SayStateIsStale(message is not null);
        Report(key, message);
    }

    private void Beat()
    {
        // First: nothing that it looks at is waited for.
        _lifeSigns.Check();
        var holds = _keeper.Keep();
        // It says that the daemon lives, whatever the rest has to wait for.
        if (!_keeper.IsLost) _heartbeat.Write(_snapshot.Now, _snapshot.Uptime);
        if (holds)
        {
            Journal.Retry();
            Store.Retry();
            DeadLetters.Retry();
            Control.Restore();
            _ownFiles?.Arm();
        }
        WatchSource.Check();
        ConfigFile.Beat();
        if (!_keeper.IsLost) WorkingSet.Keep(Time);
    }

    private void OnHealthChanged(HealthChange change)
    {
        if (change.Message is null) Log.HealthIssueCleared(change.Key, change.Status);
        else Log.HealthIssueRaised(change.Status, change.Key, change.Message);
        Notify.Status(change.Message is null ? $"Running, {change.Status}" : $"Running, {change.Status}: {change.Message}");
        Publisher.Touch();
    }
}
