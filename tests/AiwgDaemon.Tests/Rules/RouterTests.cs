using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Rules;

public sealed partial class RouterTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<ActionRequest> _submitted = [];
    private readonly List<string> _cancelled = [];
    private readonly Dictionary<string, string?> _issues = [];
    private readonly Dictionary<string, DateTimeOffset> _files = [];
    private EventJournal _journal = null!;
    private DeliveryLedger _ledger = null!;
    private EventBus _bus = null!;
    private Router _router = null!;

    public ValueTask InitializeAsync()
    {
        Open();
        _ledger.Recover(_ => false);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _router.DisposeAsync();
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
        _router.Status.Single().Runs.ShouldBe(2);
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
        _router.Status.First(s => s.Id == "skip").Skipped.ShouldBe(1);
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

    [Fact]
    public async Task A_cooldown_holds_over_a_restart()
    {
        var rule = Rule(OnBusy.Queue) with { Cooldown = TimeSpan.FromMinutes(5) };
        Use(rule);
        await Publish("a");
        Finish(await Submitted(1));
        await Restart(rule);
        await Publish("b");
        _time.Advance(TimeSpan.FromMinutes(6));
        await Publish("c");
        (await Submitted(2)).Events.Single().Type.ShouldBe("c");
    }

    [Fact]
    public async Task What_was_not_started_is_delivered_again_and_what_was_started_is_lost()
    {
        var rule = Rule(OnBusy.Queue);
        Use(rule, rule with { Id = "rerun", OnLost = OnLost.Rerun });
        await Publish("a");
        await Submitted(2);
        foreach (var request in _submitted) _router.Hooks.Started(request, new ProcessIdentity(1, 1, "x"));
        await Publish("b");
        var before = _submitted.ToList();
        await Restart(rule, rule with { Id = "rerun", OnLost = OnLost.Rerun });
        // rerun repeats a before it comes to b; the other goes on with b.
        await Submitted(4);
        var again = _submitted.Skip(2).ToDictionary(r => r.RuleId);
        (again["r"].Events.Single().Type, again["r"].Events.Single().Redelivered).ShouldBe(("b", true));
        again["rerun"].Events.Single().Type.ShouldBe("a");
        Finish(again["rerun"]);
        (await Submitted(5)).Events.Single().Type.ShouldBe("b");
        before.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_run_that_was_asked_for_and_not_started_is_taken_up_after_a_crash_once()
    {
        Use();
        var id = await _router.RunAsync("build", """{"n":1}"""u8.ToArray(), CancellationToken.None);
        (await Submitted(1)).Id.ShouldBe(id);
        await Restart();
        var again = await Submitted(2);
        (again.Id, again.RuleId, again.Action.Name).ShouldBe((id, "manual", "build"));
        System.Text.Encoding.UTF8.GetString(again.Events.Single().Payload.Span).ShouldBe("""{"n":1}""");
        _router.Hooks.Started(again, new ProcessIdentity(1, 1, "x"));
        (await Restart()).Lost.Single().ActionId.ShouldBe(id);
        (await Restart()).Lost.ShouldBeEmpty();
        _submitted.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_run_that_was_accepted_and_not_routed_is_taken_up_after_a_crash_once()
    {
        // No router listens yet: the request gets as far as the journal.
        _bus.Start();
        using var giveUp = new CancellationTokenSource();
        var asked = _router.RunAsync("build", "{}"u8.ToArray(), giveUp.Token);
        await Eventually.Until(() => _bus.Status.Published == 1, "the request to be accepted");
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asked);
        await Restart();
        (await Submitted(1)).Action.Name.ShouldBe("build");
        Finish(_submitted[0]);
        var clean = await Restart();
        (clean.Unrouted.Count(r => r.Event.Source == EventSource.Manual), clean.Owed.Count).ShouldBe((0, 0));
        _submitted.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_run_of_an_action_that_is_gone_by_then_fails_and_says_so()
    {
        Use();
        var records = new List<ActionRecord>();
        _router.Attach(Submit, _ => { }, records.Add);
        await _router.RunAsync("gone", "{}"u8.ToArray(), CancellationToken.None);
        records.Single().Error.ShouldBe("The configuration has no action 'gone' any more");
        (await Restart()).Owed.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_event_does_not_move_the_checkpoint_past_older_ones_that_are_still_to_be_delivered_again()
    {
        // Accepted, and not routed before the daemon is killed.
        _bus.Start();
        foreach (var type in new[] { "a", "b" }) await _bus.PublishDurablyAsync(Events.Manual(type), CancellationToken.None);

        // The next one comes as far as a new event before it, too, is killed.
        var recovery = await Crash(capacity: 1);
        recovery.Unrouted.Select(r => r.Event.Type).ShouldBe(["a", "b"]);
        _bus.TryPublish(Events.Manual("c")).ShouldBeTrue();
        await Should.ThrowAsync<OperationCanceledException>(_router.ResumeAsync(recovery, new CancellationToken(canceled: true)));
        Use(Rule(OnBusy.Allow));
        (await Submitted(1)).Events.Single().Type.ShouldBe("c");

        recovery = await Restart(Rule(OnBusy.Allow));
        recovery.Unrouted.Select(r => r.Event.Type).ShouldBe(["a", "b", "c"]);
        await Submitted(4);
        _submitted.Skip(1).Select(r => r.Events.Single().Type).ShouldBe(["c", "a", "b"], ignoreOrder: true);
        foreach (var request in _submitted.Skip(1).ToList()) Finish(request);

        // All of it routed: the checkpoint is behind the new event too.
        recovery = await Restart(Rule(OnBusy.Allow));
        (recovery.Owed.Count, recovery.Unrouted.Count(r => r.Event.Source == EventSource.Manual)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task An_action_that_rewrites_its_trigger_runs_once_for_each_edit()
    {
        var rule = Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } };
        Use(rule);
        for (var edit = 1; edit <= 3; edit++)
        {
            await Edit("a.ts");
            var request = await Submitted(edit);
            _time.Advance(TimeSpan.FromSeconds(3));
            // The action writes as it ends; the watcher reports that one debounce later.
            _files["a.ts"] = _time.GetUtcNow();
            Finish(request);
            _time.Advance(TimeSpan.FromSeconds(2));
            await Publish(Events.Watch("a.ts", _time.GetUtcNow()));
            await Settled();
            _submitted.Count.ShouldBe(edit);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task An_edit_during_the_run_leads_to_one_following_run()
    {
        Use(Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        var request = await Submitted(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Edit("a.ts");
        await Edit("b.ts");
        _time.Advance(TimeSpan.FromSeconds(5));
        Finish(request);
        await Settled();
        (await Submitted(2)).Events.Count.ShouldBe(2);
        Finish(_submitted[1]);
        await Settled();
        _submitted.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_change_during_the_run_restarts_it_at_once_where_own_changes_count()
    {
        Use(Rule(OnBusy.Restart) with { Event = new EventMatch { Source = EventSource.Watch }, IgnoreOwnChanges = false });
        await Edit("a.ts");
        var request = await Submitted(1);
        await Edit("a.ts");
        await Eventually.Until(() => { lock (_submitted) return _cancelled.Contains(request.Id); }, "the running action to be cancelled");
        Finish(request, ActionStatus.Cancelled);
        await Submitted(2);
    }

    [Fact]
    public async Task A_rule_on_actions_does_not_fire_on_its_own()
    {
        Use(Rule(OnBusy.Queue) with { Event = new EventMatch { Type = "action.*" } }, Rule(OnBusy.Queue, "work"));
        await Publish("a");
        Finish(await Submitted(1));
        var report = await Submitted(2);
        (report.RuleId, report.Events.Single().Subject).ShouldBe(("r", "work"));
        Finish(report);
        await Publish("b");
        (await Submitted(3)).RuleId.ShouldBe("work");
    }

    private static Rule Rule(OnBusy onBusy, string id = "r") => MatcherTests.Rule(id, new EventMatch { Source = EventSource.Manual }) with { OnBusy = onBusy };

    private RuleStatus? Use(params Rule[] rules)
    {
        _router.Reload(rules);
        _router.Start();
        _bus.Start();
        return _router.Status is [var first, ..] ? first : null;
    }

    private void Open(int capacity = 4096)
    {
        _journal = new EventJournal(_directory.Path, new HistoryOptions(), _time, Events.NoReport, NullLogger.Instance);
        _ledger = new DeliveryLedger(_directory.Combine("deliveries.jsonl"), _journal, _time, Events.NoReport, NullLogger.Instance);
        _bus = new EventBus(new BusOptions(capacity), _time, NullLogger.Instance, _journal);
        _router = new Router([], _directory.Path, _bus, _ledger, _directory.Combine("cooldowns.json"), _time,
            (key, message, _) => _issues[key] = message, NullLogger.Instance, path => _files.TryGetValue(path, out var at) ? at : null);
        _router.Named = name => name == "gone" ? null : new ActionDefinition { Name = name, Type = ActionType.Exec, Argv = ["true"] };
        _router.Attach(Submit, id => { lock (_submitted) _cancelled.Add(id); });
    }

    private async Task<Recovery> Restart(params Rule[] rules)
    {
        var recovery = await Crash();
        Use(rules);
        await _router.ResumeAsync(recovery, CancellationToken.None);
        return recovery;
    }

    private async Task<Recovery> Crash(int capacity = 4096)
    {
        await _router.DisposeAsync();
        await _bus.DisposeAsync();
        _ledger.Dispose();
        _journal.Dispose();
        Open(capacity);
        return _ledger.Recover(_ => false);
    }

    private void Submit(ActionRequest request)
    {
        _router.Hooks.Starting(request);
        lock (_submitted) _submitted.Add(request);
    }

    private Task Publish(string type) => Publish(Events.Manual(type));

    private async Task Publish(DaemonEvent @event)
    {
        var matched = _router.Status.Sum(s => s.Matched);
        await _bus.PublishDurablyAsync(@event, CancellationToken.None);
        await Eventually.Until(() => _router.Status.Sum(s => s.Matched) > matched, "the router to see the event");
    }

    private Task Edit(string path)
    {
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _files[path] = _time.GetUtcNow();
        return Publish(Events.Watch(path, _time.GetUtcNow()));
    }

    private async Task<ActionRequest> Submitted(int count)
    {
        await Eventually.Until(() => { lock (_submitted) return _submitted.Count >= count; }, $"{count} submitted actions");
        lock (_submitted) return _submitted[count - 1];
    }

    /// <summary>Lets the time pass in which changes count as the action's own.</summary>
    private async Task Settled()
    {
        _time.Advance(_router.Settle);
        await Eventually.Until(() => _router.Status.All(s => s.Held == 0), "the held changes to be judged");
    }

    private void Finish(ActionRequest request, ActionStatus status = ActionStatus.Completed) => _router.Hooks.Finished(request, new ActionRecord
    {
        Id = request.Id, RuleId = request.RuleId, EventId = request.Events[0].Id, Type = "exec", Command = "true", Status = status, Attempt = request.Attempt, QueuedAt = request.QueuedAt,
    });
}
