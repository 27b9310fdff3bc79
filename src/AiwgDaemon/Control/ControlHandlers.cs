using AiwgDaemon.Actions;
using AiwgDaemon.Agents;
using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Control;

/// <summary>One rule as <c>automation.status</c> and <c>rules.list</c> show it.</summary>
internal sealed record RuleView(
    string Id, bool Enabled, string Action, long Matches = 0, long Runs = 0, DateTimeOffset? LastRun = null, string? Suspended = null)
{
    public RuleFacts Facts { get; init; } = RuleFacts.None;
}

/// <summary>What a rule would do with an event: <c>rules.test</c>.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Matches">Its <c>event:</c> is as the event is.</param>
/// <param name="WouldRun">What would run, with the event's values; null if nothing would.</param>
/// <param name="Reason">Why nothing would run, or what the run would wait for; null if it would start at once.</param>
internal sealed record RuleTrial(string Id, bool Matches, string? WouldRun, string? Reason);

/// <summary>
/// What the daemon does when a client asks for it: supplied by the host, so that the server knows no feature's inside. Handlers
/// run on the thread of a connection; they are thread-safe. A refusal is a <see cref="ControlException"/>.
/// </summary>
internal sealed record ControlHandlers
{
    /// <summary>The state as it is now.</summary>
    public required Func<DaemonState> State { get; init; }

    /// <summary>Applies the configuration file anew; returns a line for each change.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<string>>> Reload { get; init; }

    /// <summary>Asks the daemon to shut down; returns at once.</summary>
    public required Action Stop { get; init; }

    public required Func<bool> AutomationEnabled { get; init; }

    public required Action<bool> EnableAutomation { get; init; }

    /// <summary>False where there is no such rule.</summary>
    public required Func<string, bool, bool> EnableRule { get; init; }

    public required Func<IReadOnlyList<RuleView>> Rules { get; init; }

    /// <summary>What each rule would do with an event that is not published; true: it came, and need not be judged by what its source
    /// reports.</summary>
    public required Func<DaemonEvent, bool, IReadOnlyList<RuleTrial>> TestRules { get; init; }

    /// <summary>One of the last events by its id; null if it is none of them.</summary>
    public required Func<string, DaemonEvent?> FindEvent { get; init; }

    /// <summary>Takes up a suspended rule again; false where there is no such rule.</summary>
    public required Func<string, bool> ResumeRule { get; init; }

    /// <summary>Accepts an event; it is on the disk on return.</summary>
    public required Func<DaemonEvent, CancellationToken, ValueTask> Emit { get; init; }

    /// <summary>The last events: number, source, type pattern.</summary>
    public required Func<int, EventSource?, string?, IReadOnlyList<DaemonEvent>> Events { get; init; }

    /// <summary>Subscribes a stream to the bus; dispose it to leave.</summary>
    public required Func<SubscriptionOptions, Func<DaemonEvent, CancellationToken, ValueTask>, IAsyncDisposable> Subscribe { get; init; }

    /// <summary>Waiting, queued, running and ended runs, newest first.</summary>
    public required Func<RunFilter, IReadOnlyList<ActionRecord>> Actions { get; init; }

    /// <summary>How many events wait in the journal for rules that are full.</summary>
    public required Func<long> WaitingInJournal { get; init; }

    /// <summary>The tasks of agents.</summary>
    public required AgentTasks Tasks { get; init; }

    /// <summary><c>daemon.max_parallel_actions</c>.</summary>
    public required Func<int> MaxParallelActions { get; init; }

    /// <summary>By id or the beginning of one; null where there is none.</summary>
    public required Func<string, ActionRecord?> FindAction { get; init; }

    /// <summary>False where it had ended already.</summary>
    public required Func<string, bool> CancelAction { get; init; }

    /// <summary>Cancels what waits, of one rule or of every one, and what runs too if that is asked for; returns how many.</summary>
    public required Func<string?, bool, ValueTask<int>> CancelActions { get; init; }

    /// <summary>A new run with the events of an ended one; returns its id.</summary>
    public required Func<string, CancellationToken, ValueTask<string>> RetryAction { get; init; }

    /// <summary>Keeps a waiting run back.</summary>
    public required Action<string> HoldAction { get; init; }

    /// <summary>Lets a held run go.</summary>
    public required Action<string> ReleaseAction { get; init; }

    /// <summary>Starts no run from now on, for so long or until it is resumed.</summary>
    public required Action<TimeSpan?> Pause { get; init; }

    /// <summary>False if it was not paused.</summary>
    public required Func<bool> Resume { get; init; }

    /// <summary>Queues a named action and returns its id; null where there is none of that name.</summary>
    public required Func<string, ReadOnlyMemory<byte>?, CancellationToken, ValueTask<string?>> RunAction { get; init; }

    public required Func<IReadOnlyList<DeadLetter>> DeadLetters { get; init; }

    public required Func<string, DeadLetter?> FindDeadLetter { get; init; }

    /// <summary>Delivers these again; returns how many were taken.</summary>
    public required Func<IReadOnlyList<DeadLetter>, int> RetryDeadLetters { get; init; }

    /// <summary>Returns how many there were.</summary>
    public required Func<int> ClearDeadLetters { get; init; }
}
