using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Rules;

public sealed partial class RuleEngineTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<ActionRequest> _submitted = [];
    private readonly List<string> _cancelled = [];
    private readonly Dictionary<string, string?> _issues = [];
    private readonly Dictionary<string, ulong> _contents = [];
    private EventJournal _journal = null!;
    private readonly Dictionary<string, (TaskCompletionSource<ActionEnd> End, Action<ActionStart> Started)> _works = [];
    private RunStore _ledger = null!;
    private RunDispatcher _runs = null!;
    private EventBus _bus = null!;
    private RuleEngine _engine = null!;

    public ValueTask InitializeAsync()
    {
        Open();
        _ledger.Recover(_ => false);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _bus.DisposeAsync();
        _ledger.Dispose();
        _journal.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Coalesce_shares_one_following_run()
    {
        var rule = Use(Rule(OnBusy.Coalesce));
        await Publish("a");
        var first = await Submitted(1);
        await Publish("b");
        await Publish("c");
        _submitted.Count.ShouldBe(1);
        Finish(first);
        (await Submitted(2)).Events.Select(e => e.Type).ShouldBe(["b", "c"]);
        rule!.Runs.ShouldBe(0);
        _engine.Status.Single().Runs.ShouldBe(2);
    }

    [Fact]
    public async Task Queue_gives_each_event_its_run_one_after_the_other()
    {
        Use(Rule(OnBusy.Queue));
        foreach (var type in new[] { "a", "b", "c" }) await Publish(type);
        for (var i = 1; i <= 3; i++)
        {
            var request = await Submitted(i);
            request.Events.Single().Type.ShouldBe(new[] { "a", "b", "c" }[i - 1]);
            _submitted.Count.ShouldBe(i);
            Finish(request);
        }
    }

    [Fact]
    public async Task Skip_drops_restart_cancels_and_allow_runs_beside()
    {
        Use(Rule(OnBusy.Skip, "skip"), Rule(OnBusy.Restart, "restart"), Rule(OnBusy.Allow, "allow"));
        await Publish("a");
        await Submitted(3);
        await Publish("b");
        await Submitted(4);
        var restarted = _submitted.First(r => r.RuleId == "restart");
        await Eventually.Until(() => _cancelled.Contains(restarted.Id), "the running action to be cancelled");
        Finish(restarted, ActionStatus.Cancelled);
        await Submitted(5);
        _submitted.Select(r => r.RuleId).ShouldBe(["skip", "restart", "allow", "allow", "restart"], ignoreOrder: true);
        _engine.Status.First(s => s.Id == "skip").Skipped.ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_action_is_tried_again_with_the_same_events()
    {
        Use(Rule(OnBusy.Queue) with { Retries = 2 });
        await Publish("a");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var request = await Submitted(attempt);
            (request.Attempt, request.Events.Single().Type).ShouldBe((attempt, "a"));
            Finish(request, ActionStatus.Failed);
            _time.Advance(TimeSpan.FromSeconds(4));
        }
        await Publish("b");
        (await Submitted(4)).Attempt.ShouldBe(1);
    }

    private static Rule Rule(OnBusy onBusy, string id = "r") =>
        MatcherTests.Rule(id, new EventMatch { Source = EventSource.Manual }) with
        {
            OnBusy = onBusy,
        };

    // A person can ask for any action but the one that is gone.
    private static RuleSet Set(params Rule[] rules) =>
        new()
        {
            Rules = rules,
            Actions = new[] { "build", "deploy" }.ToDictionary(
                name => name,
                name => new ActionDefinition
                {
                    Name = name,
                    Type = ActionType.Exec,
                    Argv = ["true"],
                }
            ),
        };

    private static TimeSpan Window => Set().ChangeWindow;

    private void Reload(params Rule[] rules) => _engine.Reload(Set(rules));

    private RuleStatus? Use(params Rule[] rules)
    {
        Reload(rules);
        _engine.Start();
        _bus.Start();
        return _engine.Status is [var first, ..] ? first : null;
    }

    private void Open(int capacity = 4096)
    {
        _journal = new EventJournal(_directory.Path, new HistoryOptions(), _time, TestEvents.NoReport, NullLogger.Instance);
        _ledger = new RunStore(_directory.Combine("deliveries.jsonl"), _journal, _time, TestEvents.NoReport, NullLogger.Instance);
        _bus = new EventBus(new BusOptions(capacity), _time, NullLogger.Instance, _journal);
        _runs = new RunDispatcher(
            _ledger,
            _bus,
            new ActionOptions { MaxParallel = int.MaxValue },
            Execute,
            Templates.Expand,
            () => { },
            _time,
            NullLogger.Instance
        );
        _engine = new RuleEngine(
            Set(),
            _directory.Path,
            _bus,
            _runs,
            _directory.Combine("cooldowns.json"),
            _time,
            (key, message, _) => _issues[key] = message,
            NullLogger.Instance,
            e => _contents.TryGetValue(e.Subject, out var content) ? content : null
        );
        _engine.Open();
        _runs.Open(_engine, StateDefaults.Empty);
    }

    private Task<ActionEnd> Execute(ActionRun work, Action<ActionStart> started)
    {
        // Continues on the thread that ends it, so that all that follows has happened by then.
        var end = new TaskCompletionSource<ActionEnd>();
        work.Stopping.Register(() => { lock (_submitted) _cancelled.Add(work.Request.Id); });
        // Those of the same event start behind it, and nobody says of this one that it has.
        _runs.Find(work.Request.Id)!.Start.End();
        lock (_submitted)
        {
            _works[work.Request.Id] = (end, started);
            _submitted.Add(work.Request);
        }
        return end.Task;
    }

    private Task Publish(string type) => Publish(TestEvents.Manual(type));

    private async Task Publish(DaemonEvent @event)
    {
        var matched = _engine.Status.Sum(s => s.Matched);
        await _bus.PublishDurablyAsync(@event, CancellationToken.None);
        await Eventually.Until(() => _engine.Status.Sum(s => s.Matched) > matched, "the rules to see the event");
        await _engine.Executed();
    }

    private async Task<ActionRequest> Submitted(int count)
    {
        await Eventually.Until(() => { lock (_submitted) return _submitted.Count >= count; }, $"{count} submitted actions");
        lock (_submitted) return _submitted[count - 1];
    }

    private void Started(ActionRequest request, ProcessIdentity process) => _works[request.Id].Started(new ActionStart(process, "output"));

    private void Finish(ActionRequest request, ActionStatus status = ActionStatus.Completed) =>
        _works[request.Id].End.SetResult(new ActionEnd(new ActionOutcome(status), null));
}
