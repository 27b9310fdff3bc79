using AiwgDaemon.Agents;
using AiwgDaemon.Api;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The operations of a project whose daemon does not run: what its files remember is told, everything else is refused with how to start
/// it.
/// </summary>
internal sealed class StoppedDaemon(ProjectPaths paths) : IDaemon
{
    private AgentTasks? _tasks;

    public ProjectFiles Files { get; } = FilesOfProject.Of(paths, asks: false);

    public string Status => "stopped";

    public AgentTasks Tasks => _tasks ??= ReadTasks();

    public bool AutomationEnabled => State().Automation?.Enabled ?? true;

    public int MaxParallelActions => Configuration().Limits.MaxParallel;

    public long WaitingInJournal => 0;

    /// <summary>As the last daemon left it.</summary>
    public DaemonState State() =>
        StateStore.TryRead(paths.State, out var state, out var fault) || fault is null
            ? state with { ActiveActions = [], QueuedActions = 0 }
            : throw new ApiException(ApiError.Unavailable, fault);

    public IReadOnlyList<RuleView> Rules() =>
        [.. Configuration().Rules.Select(rule => new RuleView(rule.Id, rule.Enabled, rule.Action.Name))];

    public IReadOnlyList<RuleTrial> TestRules(DaemonEvent @event, bool came)
    {
        var configuration = Configuration();
        return new RuleTrials(configuration, paths.Project, new AutomationView(), CooldownsLeft.Read(paths, configuration))
            .Judge(@event, came);
    }

    public IReadOnlyList<DaemonEvent> Events(int count, EventSource? source, string? type) =>
        EventFiles.Last(paths.Events, count, new EventFilter(source is { } known ? EventJson.Word(known) : null, type));

    public DaemonEvent? FindEvent(string id) => EventFiles.Find(paths.Events, id, most: 2) is [var one] ? one : null;

    /// <summary>Those that state.json remembers. What ran when the daemon was killed is lost, as the next start records it.</summary>
    public IReadOnlyList<ActionRecord> Actions(RunFilter filter)
    {
        if (!StateStore.TryRead(paths.State, out var state, out var fault))
            return fault is null ? [] : throw new ApiException(ApiError.Unavailable, fault);
        var isGone = InstanceLock.FindHolder(paths.Lock) is null;
        return
        [
            .. state
                .ActiveActions.Concat(state.RecentActions)
                .DistinctBy(run => run.Id)
                .OrderByDescending(run => run.Id, StringComparer.Ordinal)
                .Select(run => run.Status == ActionStatus.Running && isGone ? run with { Status = ActionStatus.Lost } : run)
                .Where(filter.Takes)
                .Take(filter.Limit),
        ];
    }

    public ActionRecord? FindAction(string id) => RunName.Choose(Actions(new RunFilter()), id);

    public Task<IReadOnlyList<string>> ReloadAsync(CancellationToken token) => throw NotRunning();

    public void Stop()
    {
        // It is what was asked for.
    }

    public void EnableAutomation(bool enabled) => throw NotRunning();

    public bool EnableRule(string id, bool enabled) => throw NotRunning();

    public void Pause(TimeSpan? length) => throw NotRunning();

    public bool Resume() => throw NotRunning();

    public bool ResumeRule(string id) => throw NotRunning();

    public ValueTask EmitAsync(DaemonEvent @event, CancellationToken token) => throw NotRunning();

    public IAsyncDisposable Subscribe(SubscriptionOptions options, Func<DaemonEvent, CancellationToken, ValueTask> handler) =>
        throw NotRunning();

    public bool CancelAction(string id) => throw NotRunning();

    public ValueTask<int> CancelActionsAsync(string? rule, bool running) => throw NotRunning();

    public ValueTask<string> RetryActionAsync(string id, CancellationToken token) => throw NotRunning();

    public void HoldAction(string id) => throw NotRunning();

    public void ReleaseAction(string id) => throw NotRunning();

    public ValueTask<string?> RunActionAsync(
        string name, ReadOnlyMemory<byte>? payload, string? causedBy, CancellationToken token) => throw NotRunning();

    public IReadOnlyList<DeadLetter> DeadLetters() => throw NotRunning();

    public DeadLetter? FindDeadLetter(string id) => throw NotRunning();

    public int RetryDeadLetters(IReadOnlyList<DeadLetter> letters) => throw NotRunning();

    public int ClearDeadLetters() => throw NotRunning();

    private AgentTasks ReadTasks()
    {
        var folder = new TaskFolder(paths.Tasks);
        var book = new TaskBook(folder, NullLogger.Instance);
        return new AgentTasks(
            book,
            folder,
            paths.Project,
            () => throw NotRunning(),
            (_, _) => throw NotRunning(),
            new TaskRuns(Actions, _ => throw NotRunning(), _ => throw NotRunning()),
            new TaskWorktrees(
                book, folder, paths.Project, () => throw NotRunning(), () => throw NotRunning(), TimeProvider.System, NullLogger.Instance),
            TimeProvider.System
        );
    }

    private DaemonConfiguration Configuration()
    {
        var (_, result) = Files.Check(null);
        return result.Configuration
            ?? throw new ApiException(
                ApiError.InvalidConfiguration,
                "The configuration is not valid",
                [.. result.Errors.Select(error => error.ToString())]
            );
    }

    private ApiException NotRunning() =>
        new(ApiError.Unavailable, $"No daemon is running for {paths.Project}; start it with 'aiwg-daemon start'");
}
