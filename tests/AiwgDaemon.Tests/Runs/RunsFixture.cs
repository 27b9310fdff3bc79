using System.Collections.Concurrent;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Runs;

/// <summary>Runs whose work a test ends itself, with a listener that lets everything go; it can be killed and started again.</summary>
internal sealed class RunsFixture : IRunListener, IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ActionOptions _options;
    private readonly Dictionary<string, TaskCompletionSource<ActionEnd>> _works = [];
    private EventJournal _journal = null!;
    private RunStore _store = null!;
    private EventBus _bus = null!;

    public RunsFixture(ActionOptions? options = null)
    {
        _options = options ?? new ActionOptions { MaxParallel = 1 };
        Open();
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public RunDispatcher Runs { get; private set; } = null!;

    public Recovery Recovery { get; private set; } = null!;

    /// <summary>The requests of those that started, in their order.</summary>
    public ConcurrentQueue<ActionRequest> Started { get; } = new();

    public ConcurrentQueue<string> Told { get; } = new();

    public ConcurrentQueue<DaemonEvent> Published { get; } = new();

    /// <summary>When the next attempt of the run that ends next is to be.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>What state.json says at the next start.</summary>
    public DaemonState Before { get; set; } = StateDefaults.Empty;

    public ActionDefinition Action { get; set; } = new() { Name = "work", Type = ActionType.Exec, Argv = ["true"] };

    public async Task<string> Decide(string rule = "r", bool queue = true, int attempts = 1, params string[] types)
    {
        var events = (types.Length == 0 ? ["go"] : types).Select(type => TestEvents.Manual(type)).ToList();
        foreach (var @event in events) await _bus.PublishDurablyAsync(@event, CancellationToken.None);
        var id = ActionId.New(Time.GetUtcNow());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Runs.Decide(new RunPlan { Id = id, RuleId = rule, Action = Action, Events = events, Attempts = attempts });
        if (queue) Runs.Queue(id);
        Runs.Reached(events[^1].JournalPosition);
        Runs.Commit();
        return id;
    }

    public Task WaitForStart(string id) => Eventually.Until(() => Started.Any(r => r.Id == id), $"{id} to start");

    public void End(string id, ActionStatus status = ActionStatus.Completed)
    {
        TaskCompletionSource<ActionEnd> work;
        lock (_works) work = _works[id];
        work.SetResult(new ActionEnd(new ActionOutcome(status), null));
    }

    public ActionRecord Record(string id) => Runs.Listing.Record(id).ShouldNotBeNull();

    /// <summary>As kill -9 and a start.</summary>
    public async Task Restart()
    {
        await _bus.DisposeAsync();
        _store.Dispose();
        _journal.Dispose();
        Open();
    }

    public void Starting(Run run) => Told.Enqueue($"starting {run.RuleId}");

    public void Ended(Run run, ActionRecord record)
    {
        Told.Enqueue($"ended {run.RuleId} {record.Status}");
        Runs.Close(run.Id, RetryAt);
        Runs.Commit();
    }

    public void Held(Run run) => Told.Enqueue($"held {run.RuleId}");

    public void Released(Run run)
    {
        Told.Enqueue($"released {run.RuleId}");
        Runs.Queue(run.Id);
        Runs.Commit();
    }

    public async ValueTask DisposeAsync()
    {
        Runs.ByHand.Pause(paused: true, null);
        List<TaskCompletionSource<ActionEnd>> works;
        lock (_works) works = [.. _works.Values];
        foreach (var work in works) work.TrySetResult(new ActionEnd(new ActionOutcome(ActionStatus.Cancelled), null));
        await _bus.DisposeAsync();
        _store.Dispose();
        _journal.Dispose();
        _directory.Dispose();
    }

    private void Open()
    {
        _journal = new EventJournal(_directory.Path, new HistoryOptions(), Time, TestEvents.NoReport, NullLogger.Instance);
        _store = new RunStore(_directory.Combine(RunStore.FileName), _journal, Time, TestEvents.NoReport, NullLogger.Instance);
        _bus = new EventBus(new BusOptions(), Time, NullLogger.Instance, _journal);
        Recovery = _store.Recover(_ => false);
        _bus.Subscribe("test", new SubscriptionOptions(), (e, _) =>
        {
            if (e.Source == EventSource.Daemon) Published.Enqueue(e);
            return default;
        });
        _bus.Start();
        Runs = new RunDispatcher(_store, _bus, _options, Execute, Templates.Expand, () => { }, Time, NullLogger.Instance);
        Runs.Open(this, Before);
        Runs.Earlier.Ended([.. Recovery.Ended.Select(run => new EarlierRun(run, 3, _ => Action))]);
        foreach (var owed in Recovery.Owed)
        {
            Runs.Decide(
                new RunPlan
                {
                    Id = owed.ActionId,
                    RuleId = owed.RuleId,
                    Action = Action,
                    Events = owed.Events,
                    IsNoted = true,
                    IsHeldByHand = owed.IsHeldByHand,
                }
            );
            Runs.Queue(owed.ActionId);
        }
        Runs.Commit();
    }

    private Task<ActionEnd> Execute(ActionRun work, Action<ActionStart> started)
    {
        // Continues on the thread that ends it, so that all that follows has happened by then.
        var end = new TaskCompletionSource<ActionEnd>();
        work.Stopping.Register(() => end.TrySetResult(new ActionEnd(new ActionOutcome(ActionStatus.Cancelled), null)));
        lock (_works) _works[work.Request.Id] = end;
        started(new ActionStart(ProcessIdentity.Current, "output"));
        Started.Enqueue(work.Request);
        return end.Task;
    }
}
