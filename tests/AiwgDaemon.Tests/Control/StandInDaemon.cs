using System.Collections.Concurrent;
using AiwgDaemon.Agents;
using AiwgDaemon.Api;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Control;

/// <summary>A daemon without parts: keeps what was asked of it.</summary>
/// <param name="emitted">The events that it took.</param>
/// <param name="bus">Carries them; null if nobody does.</param>
/// <param name="stop">Does what a stop does.</param>
/// <param name="emit">Takes an event instead.</param>
internal sealed class StandInDaemon(
    ConcurrentQueue<DaemonEvent> emitted,
    EventBus? bus = null,
    Action? stop = null,
    Func<DaemonEvent, CancellationToken, ValueTask>? emit = null
) : IDaemon
{
    public ProjectFiles Files { get; } = FilesOfProject.Of(new ProjectPaths(Path.GetTempPath()), asks: false);

    public string Status => "healthy";

    public AgentTasks Tasks { get; } = NoTasks();

    public bool AutomationEnabled => true;

    public int MaxParallelActions => 3;

    public long WaitingInJournal => 0;

    public DaemonState State() => StateDefaults.Empty with { Pid = 42 };

    public Task<IReadOnlyList<string>> ReloadAsync(CancellationToken token) =>
        throw new ApiException(ApiError.InvalidConfiguration, "The configuration is invalid", ["daemon.yaml:1:1: x"]);

    public void Stop() => stop?.Invoke();

    public void EnableAutomation(bool enabled) { }

    public bool EnableRule(string id, bool enabled) => id == "known";

    public void Pause(TimeSpan? length) { }

    public bool Resume() => false;

    public IReadOnlyList<RuleView> Rules() => [new RuleView("known", true, "test")];

    public IReadOnlyList<RuleTrial> TestRules(DaemonEvent @event, bool came) =>
        [new RuleTrial("known", @event.Subject.Length > 0, "test", null)];

    public bool ResumeRule(string id) => id == "known";

    public ValueTask EmitAsync(DaemonEvent @event, CancellationToken token)
    {
        if (emit is not null) return emit(@event, token);
        emitted.Enqueue(@event);
        return bus?.PublishAsync(@event, token) ?? default;
    }

    public IReadOnlyList<DaemonEvent> Events(int count, EventSource? source, string? type) => [.. emitted.TakeLast(count)];

    public DaemonEvent? FindEvent(string id) => emitted.FirstOrDefault(e => e.Id.ToString() == id);

    public IAsyncDisposable Subscribe(SubscriptionOptions options, Func<DaemonEvent, CancellationToken, ValueTask> handler) =>
        bus!.Subscribe(Guid.NewGuid().ToString(), options, handler);

    public IReadOnlyList<ActionRecord> Actions(RunFilter filter) => [];

    public ActionRecord? FindAction(string id) => null;

    public bool CancelAction(string id) => false;

    public ValueTask<int> CancelActionsAsync(string? rule, bool running) => new(0);

    public ValueTask<string> RetryActionAsync(string id, CancellationToken token) => new(id);

    public void HoldAction(string id) { }

    public void ReleaseAction(string id) { }

    public ValueTask<string?> RunActionAsync(
        string name, ReadOnlyMemory<byte>? payload, string? causedBy, CancellationToken token) => default;

    public IReadOnlyList<DeadLetter> DeadLetters() => [];

    public DeadLetter? FindDeadLetter(string id) => null;

    public int RetryDeadLetters(IReadOnlyList<DeadLetter> letters) => letters.Count;

    public int ClearDeadLetters() => throw new InvalidOperationException("boom");

    private static AgentTasks NoTasks()
    {
        var folder = new TaskFolder(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));
        var book = new TaskBook(folder, NullLogger.Instance);
        return new AgentTasks(
            book,
            folder,
            Path.GetTempPath(),
            () => new AgentOptions(),
            (e, _) => Task.FromResult(e.Id.ToString()),
            new TaskRuns(_ => [], _ => false, _ => false),
            new TaskWorktrees(book, folder, Path.GetTempPath(), () => new AgentOptions(), () => [], TimeProvider.System, NullLogger.Instance),
            TimeProvider.System
        );
    }
}
