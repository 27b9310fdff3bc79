using System.Collections.Concurrent;
using System.Threading.Channels;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Rules;

/// <summary>
/// The rules among the other parts: a subscriber of the bus and a listener of the runs. What is decided is in <see cref="RuleMachine"/>,
/// what is done in <see cref="EffectRunner"/>; a slow disk holds up neither a timer nor a client. Thread-safe.
/// </summary>
internal sealed class RuleEngine : IRunListener, IAsyncDisposable
{
    // What hangs longer than this at a stop is judged by the next start.
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(2);

    private readonly EventBus _bus;
    private readonly RunDispatcher _runs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CooldownFile _cooldowns;
    private readonly RuleTimers _timers;
    private readonly RuleDisk _disk;
    private readonly RunRequests _requests = new();
    private readonly RuleReader _reader;
    private readonly ConcurrentDictionary<Guid, IReadOnlySet<string>> _alreadyRouted = [];
    private EventSubscription? _subscription;

    /// <param name="set">The configuration.</param>
    /// <param name="projectDirectory">What the paths in events are relative to.</param>
    /// <param name="bus">Carries events here.</param>
    /// <param name="runs">Takes what is decided on.</param>
    /// <param name="cooldownFile"><c>events/cooldowns.json</c>.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="report">Health.</param>
    /// <param name="logger">Category <c>rules</c>.</param>
    /// <param name="contentOf">What the path of an event holds now, as a fingerprint; tests replace the file system by it.</param>
    public RuleEngine(
        RuleSet set, string projectDirectory, EventBus bus, RunDispatcher runs, string cooldownFile, TimeProvider time, IssueReport report,
        ILogger logger, Func<DaemonEvent, ulong?>? contentOf = null)
    {
        (_bus, _runs, _time, _logger) = (bus, runs, time, logger);
        _cooldowns = new CooldownFile(cooldownFile, report);
        _timers = new RuleTimers(time);
        _disk = new RuleDisk(runs, contentOf ?? (@event =>
            ContentMark.Of(
                Path.Combine(projectDirectory, ActionEventDocument.Path(@event) ?? @event.Subject), @event.Type == EventTypes.FileDelete)));
        var runner = new EffectRunner(runs, _timers, _disk, _requests, _cooldowns, report, logger);
        _reader = new RuleReader(new RuleMachine(set, ActionId.New, new RuleLimits()), set, runner, time);
    }

    /// <summary>False: events are let go without a run (<c>automation.disable</c>). What is under way goes on.</summary>
    public bool Enabled
    {
        get => _reader.Read(static machine => machine.IsEnabled);
        set => _reader.Post(new RuleInput.EnableAutomation(value));
    }

    public IReadOnlyList<RuleStatus> Status => _reader.Read(static machine => machine.Status);

    /// <summary>How many events wait in the journal for rules that are full; about, after a restart.</summary>
    public long WaitingInJournal => _reader.Read(static machine => machine.WaitingInJournal);

    /// <summary>Reads what an earlier daemon left of the cooldowns; before <see cref="Start"/>. Never throws, and may report.</summary>
    public void Open() => _reader.Post(new RuleInput.CooldownsRestored(_cooldowns.Read()));

    /// <summary>Subscribes to the bus.</summary>
    public void Start() => _subscription ??= _bus.Subscribe(
        "router",
        new SubscriptionOptions { Overflow = Overflow.Wait, Drained = () => _reader.Post(new RuleInput.BurstEnded()) },
        HandleAsync);

    /// <summary>
    /// Takes up what an earlier daemon left undone; after <see cref="Start"/>, and before any source publishes. The process groups of
    /// lost runs have been ended by then. Completes when all is redelivered, which takes as long as the runs of a large backlog: it need
    /// not be waited for, except after the bus was completed.
    /// </summary>
    /// <param name="recovery">What it left undone.</param>
    /// <param name="inJournal">So many events waited in the journal, as the daemon before said last.</param>
    /// <param name="token">Ends it.</param>
    public async Task ResumeAsync(Recovery recovery, int inJournal, CancellationToken token)
    {
        _disk.Recovered = recovery;
        _reader.Post(new RuleInput.Recovered(recovery, _runs.Checkpoint, inJournal));
        var last = 0L;
        try
        {
            // One at a time as the bus takes them: there may be more than memory holds.
            foreach (var (@event, routedTo) in recovery.Unrouted)
            {
                RuleLog.Redelivered(_logger, @event.Id);
                last = @event.JournalPosition;
                if (routedTo.Count > 0) _alreadyRouted[@event.Id] = routedTo;
                await _bus.PublishAsync(@event, token);
            }
        }
        catch (ChannelClosedException)
        {
            // The daemon stops: the checkpoint stands before what is left, so the next start takes it up.
            return;
        }
        _reader.Post(new RuleInput.Redelivered(last));
    }

    /// <summary>
    /// Applies new rules. What runs goes on, counters and cooldowns are kept, a paused rule resumes; what waits for a rule that is gone
    /// is cancelled.
    /// </summary>
    public void Reload(RuleSet set) => _reader.Reload(set);

    /// <summary>Switches one rule off, which cancels what waits for it, or on; false if there is no such rule.</summary>
    public bool SetEnabled(string ruleId, bool enabled) => _reader.Post(new RuleInput.EnableRule(ruleId, enabled)) > 0;

    /// <summary>Lets a paused rule fire again, and runs what it kept; false if there is no such paused rule.</summary>
    public bool Resume(string ruleId) => _reader.Post(new RuleInput.ResumeRule(ruleId)) > 0;

    /// <summary>
    /// For a person: cancels all that has not started, of one rule or of every one, also what waits in the journal; returns how many. On
    /// the disk on return.
    /// </summary>
    public async Task<int> CancelWaitingAsync(string? ruleId)
    {
        var count = _reader.Post(new RuleInput.CancelWaiting(ruleId));
        await Executed();
        _runs.CommitDurably();
        return count;
    }

    /// <summary>What is so of a rule at this moment, for <c>rules test</c> and the list of rules.</summary>
    public RuleFacts Facts(string ruleId) => _reader.Read(machine => machine.Facts(ruleId, _time.GetUtcNow()));

    /// <summary>Busy while what was decided on is noted and done.</summary>
    public SignOfLife Life => _reader.Life;

    /// <summary>Completes when everything that has come so far was decided, noted and done.</summary>
    public Task Executed() => _reader.Executed();

    /// <summary>Accepts the request durably and returns the run's id once it is decided on; waits as every publisher does.</summary>
    public Task<string> RunAsync(string action, ReadOnlyMemory<byte> payload, string? causedBy, CancellationToken token) =>
        RunAsync(RequestFor(action, payload, _time.GetUtcNow(), causedBy), token);

    /// <summary>The event that asks for a run of a named action.</summary>
    public static DaemonEvent RequestFor(string action, ReadOnlyMemory<byte> payload, DateTimeOffset now, string? causedBy = null) =>
        EventFactory.Create(now, EventSource.Manual, ManualRuns.RequestType, action, payload, causedBy: causedBy);

    /// <summary>The same for a request whose id somebody has noted.</summary>
    public Task<string> RunAsync(DaemonEvent request, CancellationToken token) =>
        _requests.AskAsync(request.Id, () => _bus.PublishDurablyAsync(request, token), token);

    /// <summary>
    /// A new run for the events of an ended one, of its rule as it is configured now; returns its id. On the disk on return. A
    /// <see cref="KeyNotFoundException"/> that says so if the rule or action is not there any more.
    /// </summary>
    public async Task<string> RetryAsync(string id, string ruleId, IReadOnlyList<DaemonEvent> events, CancellationToken token)
    {
        var key = Guid.CreateVersion7();
        var run = await _requests.AskAsync(
            key,
            () =>
            {
                var known = _reader.Post(new RuleInput.Repeat(key, id, ruleId, events)) > 0;
                if (!known) throw new KeyNotFoundException(WhyNotAgain(ruleId, events[0]));
                return default;
            },
            token);
        _runs.CommitDurably();
        return run;
    }

    void IRunListener.Starting(Run run) => _reader.Post(new RuleInput.Started(run.Id, run.RuleId, run.Events));

    void IRunListener.Ended(Run run, ActionRecord record) => _reader.Post(new RuleInput.Ended(run.Id, record.Status, run.Events));

    void IRunListener.Held(Run run) => _reader.Post(new RuleInput.Held(run.Id));

    void IRunListener.Released(Run run) => _reader.Post(new RuleInput.Released(run.Id));

    /// <summary>
    /// Queues nothing more; what waits stays in the ledger for the next start. To be called between the bus's completion and the drain of
    /// the runs: how they end is still heard and noted, until <see cref="DisposeAsync"/>.
    /// </summary>
    public async Task StopAsync()
    {
        _reader.Post(new RuleInput.Stop());
        _requests.Abandon();
        if (_subscription is not null) await _subscription.DisposeAsync();
        await _reader.Executed();
    }

    /// <summary>
    /// Works off what has been given, and takes nothing more: what is noted from now on would come after the ledger was closed.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Task.WhenAny(_disk.Idle(), Task.Delay(ReadLimit));
        _timers.Dispose();
        await _reader.Executed();
        _reader.Close();
    }

    private ValueTask HandleAsync(DaemonEvent @event, CancellationToken token)
    {
        _alreadyRouted.TryGetValue(@event.Id, out var routedTo);
        _reader.Post(@event, @event.Redelivered ? routedTo : null);
        if (routedTo is not null) _alreadyRouted.TryRemove(@event.Id, out _);
        if (!_reader.IsFull) return default;
        _reader.Post(new RuleInput.BurstEnded());
        return new ValueTask(_reader.Executed());
    }

    private static string WhyNotAgain(string ruleId, DaemonEvent cause) => ManualRuns.IsRequest(cause)
        ? $"The configuration has no action '{cause.Subject}' any more"
        : $"The configuration has no rule '{ruleId}' any more; 'aiwg-daemon actions run NAME --payload JSON' runs an action by hand";
}
