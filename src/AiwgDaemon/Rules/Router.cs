using System.Threading.Channels;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Rules;

/// <summary>
/// Decides what an event leads to. A subscriber of the bus: each burst of events is judged as a whole, what it leads to is
/// noted in the ledger with one write, then the actions go to the executor. At most 10,000 runs wait in memory,
/// 1,000 of one rule; what comes beyond waits in the journal, and holds up nobody. Thread-safe.
/// </summary>
internal sealed partial class Router : IRunListener, IAsyncDisposable
{
    public const int MaxOutstanding = 10_000;

    private readonly Lock _gate = new();
    private readonly EventBus _bus;
    private readonly RunDispatcher _runs;
    private readonly Func<string, ActionDefinition?> _named;
    private readonly Cooldowns _cooldowns;
    private readonly TimeProvider _time;
    private readonly IssueReport _report;
    private readonly ILogger _logger;
    private readonly Func<DaemonEvent, ulong?> _contentOf;
    private readonly Dictionary<string, RuleState> _states = [];
    private readonly Dictionary<Guid, IReadOnlySet<string>> _alreadyRouted = [];
    private readonly Queue<RuleState> _touched = new();
    private readonly RecentRuns _recent = new();
    private readonly Chains _chains = new();
    private Matcher _matcher = new([]);
    private EventSubscription? _subscription;
    private long _position;
    private long _positionAfterRedelivery;
    private long _lastRedelivered = long.MaxValue;
    private bool _redelivering;
    private int _outstanding;
    private bool _disposed;

    /// <param name="rules">In the order of the file.</param>
    /// <param name="projectDirectory">What the paths in events are relative to.</param>
    /// <param name="bus">Carries events here.</param>
    /// <param name="runs">Takes what is decided on.</param>
    /// <param name="named">The actions of the configuration by name, as it is when somebody asks for one.</param>
    /// <param name="cooldownFile"><c>events/cooldowns.json</c>.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="report">Health.</param>
    /// <param name="logger">Category <c>rules</c>.</param>
    /// <param name="contentOf">What the path of an event holds now, as a fingerprint; tests replace the file system by it.</param>
    public Router(
        IReadOnlyList<Rule> rules, string projectDirectory, EventBus bus, RunDispatcher runs, Func<string, ActionDefinition?> named, string cooldownFile,
        TimeProvider time, IssueReport report, ILogger logger, Func<DaemonEvent, ulong?>? contentOf = null)
    {
        (_bus, _runs, _named, _time, _report, _logger) = (bus, runs, named, time, report, logger);
        _cooldowns = new Cooldowns(cooldownFile, report);
        _contentOf = contentOf ?? (@event =>
            ContentMark.Of(Path.Combine(projectDirectory, ActionEventDocument.Path(@event) ?? @event.Subject), @event.Type == "file.delete"));
        Reload(rules);
    }

    /// <summary>Reads what an earlier daemon left of the cooldowns; before <see cref="Start"/>. Never throws, and may report.</summary>
    public void Open() => _cooldowns.Open();

    /// <summary>False: events are let go without an action (<c>automation.disable</c>). Actions that are under way go on.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long after an action's end changes of files still count as its own: the watcher's debounce and a little more.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromMilliseconds(2250);

    public IReadOnlyList<RuleStatus> Status
    {
        get
        {
            lock (_gate) return [.. _states.Values.Select(state => state.Status)];
        }
    }

    /// <summary>Subscribes to the bus.</summary>
    public void Start() => _subscription ??= _bus.Subscribe(
        "router", new SubscriptionOptions { Overflow = Overflow.Wait, Drained = Flush }, HandleAsync);

    /// <summary>
    /// Takes up what an earlier daemon left undone; after <see cref="Start"/>, and before any source publishes. The process
    /// groups of lost actions have been ended by then. Completes when all is redelivered, which takes as long as the actions
    /// of a large backlog: it need not be waited for, except after the bus was completed.
    /// </summary>
    public async Task ResumeAsync(Recovery recovery, CancellationToken token)
    {
        lock (_gate)
        {
            _redelivering = true;
            Restore(recovery.Deferred, recovery.WasRouted);
            foreach (var lost in recovery.Lost) TakeUp(lost);
            foreach (var owed in recovery.Owed) TakeUp(owed);
            foreach (var gone in recovery.Owed.Select(o => o.RuleId).Distinct().Where(id => id != RequestRule && !(_states.TryGetValue(id, out var state) && state.Rule.Enabled)))
                _outstanding -= _runs.CancelWaiting(gone, "its rule is not in the configuration any more, or is disabled").Count;
            JudgeWhatWasHeld();
        }
        Flush();
        var last = 0L;
        try
        {
            // One at a time as the bus takes them: there may be more than memory holds.
            foreach (var (@event, routedTo) in recovery.Unrouted)
            {
                RouterLog.Redelivered(_logger, @event.Id);
                last = @event.JournalPosition;
                if (routedTo.Count > 0)
                    lock (_gate) _alreadyRouted[@event.Id] = routedTo;
                await _bus.PublishAsync(@event, token);
            }
        }
        catch (ChannelClosedException)
        {
            // The daemon stops: the checkpoint stands before what is left, so the next start takes it up.
            return;
        }
        lock (_gate)
        {
            _lastRedelivered = last;
            EndRedelivery();
        }
        Flush();
    }

    /// <summary>Applies new rules. What runs or waits goes on under the rule it was decided by; counters and cooldowns are kept, a paused rule resumes.</summary>
    public void Reload(IReadOnlyList<Rule> rules)
    {
        lock (_gate)
        {
            _matcher = new Matcher(rules);
            var ids = rules.Select(rule => rule.Id).ToHashSet();
            foreach (var gone in _states.Values.Where(state => !ids.Contains(state.Rule.Id)).ToList())
            {
                LetGo(gone, "its rule was removed from the configuration");
                if (!gone.IsBusy) _states.Remove(gone.Rule.Id);
                // It only ends what it has begun.
                else gone.Rule = gone.Rule with { Enabled = false };
            }
            foreach (var rule in rules)
            {
                if (!_states.TryGetValue(rule.Id, out var state))
                {
                    _states.Add(rule.Id, new RuleState(rule));
                    continue;
                }
                if (state.Rule.Enabled && !rule.Enabled) LetGo(state, "its rule was disabled");
                state.Rule = rule;
            }
            var held = _states.Values.Where(state => state.Guard.Holds).ToList();
            foreach (var state in held)
            {
                JudgeAnew(state);
                Release(state);
            }
        }
        Flush();
    }

    /// <summary>Switches one rule off, which cancels what waits for it, or on; false if there is no such rule.</summary>
    public bool SetEnabled(string ruleId, bool enabled)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(ruleId, out var state)) return false;
            if (!enabled && !state.Disabled) LetGo(state, "its rule was disabled by a client");
            state.Disabled = !enabled;
        }
        Flush();
        return true;
    }

    /// <summary>What is so of a rule at this moment, for <c>rules test</c> and the list of rules.</summary>
    public RuleFacts Facts(string ruleId)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(ruleId, out var state)) return RuleFacts.None;
            return new RuleFacts
            {
                IsDisabled = state.Disabled,
                IsHeld = state.Guard.Holds,
                Cooldown = _cooldowns.Remaining(state.Rule, _time.GetUtcNow()),
                Run = state.Active.Keys.Concat(state.Retrying.Keys).FirstOrDefault(),
                Waiting = state.Status.Waiting,
            };
        }
    }

    /// <summary>
    /// Submits nothing more; what waits stays in the ledger for the next start. To be called between the bus's completion and the
    /// executor's drain; how runs end is still heard and noted.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var state in _states.Values)
            {
                state.Settle?.Dispose();
                state.Quiet?.Dispose();
                state.Trial?.Dispose();
                foreach (var (_, timer) in state.Retrying.Values) timer.Dispose();
            }
            AbandonRequests();
        }
        if (_subscription is not null) await _subscription.DisposeAsync();
    }

    private ValueTask HandleAsync(DaemonEvent @event, CancellationToken token)
    {
        lock (_gate)
        {
            Route(@event);
            Advance(@event);
        }
        return default;
    }

    // While older events are still being redelivered, a newer one says nothing about how far the journal has been routed.
    private void Advance(DaemonEvent @event)
    {
        if (_redelivering && !@event.Redelivered) _positionAfterRedelivery = Math.Max(_positionAfterRedelivery, @event.JournalPosition);
        else _position = Math.Max(_position, @event.JournalPosition);
        EndRedelivery();
    }

    private void EndRedelivery()
    {
        if (!_redelivering || _position < _lastRedelivered) return;
        _redelivering = false;
        _position = Math.Max(_position, _positionAfterRedelivery);
    }

    /// <summary>Notes what was decided, then does it: never the other way round.</summary>
    private void Flush()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                SubmitWaiting();
                ConsiderBacklogs();
            }
            _runs.Reached(_position);
        }
        // Outside the lock: it waits for the disk.
        _runs.Commit();
    }
}
