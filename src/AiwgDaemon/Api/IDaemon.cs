using AiwgDaemon.Agents;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Api;

/// <summary>
/// What the operations are made of, so that they know no feature's inside. Members are called from the threads of clients, and are
/// thread-safe. A refusal is an <see cref="ApiException"/>.
/// </summary>
internal interface IDaemon
{
    /// <summary>What the project's files tell.</summary>
    public ProjectFiles Files { get; }

    /// <summary>healthy, degraded or unhealthy; stopped if no daemon runs.</summary>
    public string Status { get; }

    /// <summary>The tasks of agents.</summary>
    public AgentTasks Tasks { get; }

    /// <summary>False if no rule fires.</summary>
    public bool AutomationEnabled { get; }

    /// <summary><c>daemon.max_parallel_actions</c>.</summary>
    public int MaxParallelActions { get; }

    /// <summary>How many events wait in the journal for rules that are full.</summary>
    public long WaitingInJournal { get; }

    /// <summary>The state as it is now.</summary>
    public DaemonState State();

    /// <summary>Applies the configuration file anew; returns a line for each change.</summary>
    public Task<IReadOnlyList<string>> ReloadAsync(CancellationToken token);

    /// <summary>Asks the daemon to shut down; returns at once.</summary>
    public void Stop();

    public void EnableAutomation(bool enabled);

    /// <summary>False if there is no such rule.</summary>
    public bool EnableRule(string id, bool enabled);

    /// <summary>Starts no run from now on, for so long or until it is resumed.</summary>
    public void Pause(TimeSpan? length);

    /// <summary>False if it was not paused.</summary>
    public bool Resume();

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<RuleView> Rules();

    /// <summary>What each rule would do with an event that is not published.</summary>
    /// <param name="event">An event that came, or one that might.</param>
    /// <param name="came">It came, and need not be judged by what its source reports.</param>
    public IReadOnlyList<RuleTrial> TestRules(DaemonEvent @event, bool came);

    /// <summary>Takes up a suspended rule again; false if there is no such rule.</summary>
    public bool ResumeRule(string id);

    /// <summary>Accepts an event; it is on the disk on return.</summary>
    public ValueTask EmitAsync(DaemonEvent @event, CancellationToken token);

    /// <summary>The last events, oldest first.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="source">Only of this source; null for every one.</param>
    /// <param name="type">Only of this type, which may hold <c>*</c>; null for every one.</param>
    public IReadOnlyList<DaemonEvent> Events(int count, EventSource? source, string? type);

    /// <summary>One of the last events by its id; null if it is none of them.</summary>
    public DaemonEvent? FindEvent(string id);

    /// <summary>Subscribes a stream to the bus; dispose it to leave.</summary>
    public IAsyncDisposable Subscribe(SubscriptionOptions options, Func<DaemonEvent, CancellationToken, ValueTask> handler);

    /// <summary>Waiting, queued, running and ended runs, newest first.</summary>
    public IReadOnlyList<ActionRecord> Actions(RunFilter filter);

    /// <summary>By id, or by the beginning or end of one; null if there is none.</summary>
    public ActionRecord? FindAction(string id);

    /// <summary>False if it had ended already.</summary>
    public bool CancelAction(string id);

    /// <summary>Cancels what waits, of one rule or of every one, and what runs too if that is asked for; returns how many.</summary>
    public ValueTask<int> CancelActionsAsync(string? rule, bool running);

    /// <summary>A new run with the events of an ended one; returns its id.</summary>
    public ValueTask<string> RetryActionAsync(string id, CancellationToken token);

    /// <summary>Keeps a waiting run back.</summary>
    public void HoldAction(string id);

    /// <summary>Lets a held run go.</summary>
    public void ReleaseAction(string id);

    /// <summary>Queues a named action and returns its id; null if there is none of that name.</summary>
    /// <param name="name">The action's.</param>
    /// <param name="payload">Of its event; null: an empty object.</param>
    /// <param name="causedBy">The run that asks for it; null if a person does.</param>
    /// <param name="token">Ends the waiting.</param>
    public ValueTask<string?> RunActionAsync(string name, ReadOnlyMemory<byte>? payload, string? causedBy, CancellationToken token);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters();

    public DeadLetter? FindDeadLetter(string id);

    /// <summary>Delivers these again; returns how many were taken.</summary>
    public int RetryDeadLetters(IReadOnlyList<DeadLetter> letters);

    /// <summary>Returns how many there were.</summary>
    public int ClearDeadLetters();
}
