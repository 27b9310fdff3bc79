using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

// Rules that see what their own actions did.
public sealed partial class RuleEngineTests
{
    [Fact]
    public async Task An_action_that_rewrites_its_trigger_settles_after_one_following_run()
    {
        Use(Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } });
        for (var edit = 1; edit <= 3; edit++)
        {
            await Edit("a.ts");
            await RunAndChange(2 * edit - 1, "a.ts", content: (ulong)edit);
            await RunAndChange(2 * edit, "a.ts", content: (ulong)edit);
            lock (_submitted) _submitted.Count.ShouldBe(2 * edit);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.59)]
    [InlineData(0.6)]
    [InlineData(0.7)]
    public async Task A_second_save_of_the_trigger_is_seen_by_a_later_run_whenever_it_comes(double seconds)
    {
        Use(Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        var request = await Submitted(1);
        var saved = _time.GetUtcNow().AddSeconds(seconds);
        _time.Advance(TimeSpan.FromSeconds(0.6));
        Finish(request);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await Publish(TestEvents.Watch("a.ts", _time.GetUtcNow(), saved));
        await Settled();
        Finish(await Submitted(2));
        await Settled();
        lock (_submitted) _submitted.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Saves_in_each_of_many_runs_are_each_seen_by_a_later_one()
    {
        Use(Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        for (var run = 1; run <= 8; run++)
        {
            await RunAndChange(run, "a.ts", content: (ulong)run);
            if (run != 3) continue;
            // Suspected, and held until it is still. Another save, while nothing runs, says that somebody saves.
            _time.Advance(TimeSpan.FromSeconds(1.5));
            lock (_submitted) _submitted.Count.ShouldBe(3);
            await Edit("a.ts");
        }
        await Submitted(9);
    }

    [Fact]
    public async Task A_path_that_is_different_after_each_run_is_learnt_by_an_experiment()
    {
        Use(Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        for (var run = 1; run <= 3; run++) await RunAndChange(run, "stamp.txt", content: (ulong)run);
        lock (_submitted) _submitted.Count.ShouldBe(3);
        _time.Advance(TimeSpan.FromSeconds(10));
        await RunAndChange(4, "stamp.txt", content: 4);
        await Edit("a.ts");
        await RunAndChange(5, "stamp.txt", content: 5);
        _time.Advance(TimeSpan.FromMinutes(1));
        lock (_submitted) _submitted.Count.ShouldBe(5);
        _engine.Status.Single().Paused.ShouldBeFalse();
        _issues.GetValueOrDefault("rules.runaway.r").ShouldBeNull();
    }

    [Fact]
    public async Task A_change_during_the_run_that_is_reported_long_after_is_judged_as_one_of_the_run()
    {
        Use(Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        await RunAndChange(1, "a.ts", content: 1);
        var second = await Submitted(2);
        var during = _time.GetUtcNow().AddSeconds(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        Finish(second);
        await Settled();
        _time.Advance(TimeSpan.FromMinutes(1));
        await Publish(TestEvents.Watch("a.ts", _time.GetUtcNow(), during));
        await Eventually.Until(() => _engine.Status.Single() is { Held: 0, Skipped: 1 }, "the late change to be judged");
        lock (_submitted) _submitted.Count.ShouldBe(2);
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
    public async Task Edits_during_the_run_lead_to_a_run_each_where_each_event_has_its_own()
    {
        Use(Rule(OnBusy.Queue) with { Event = new EventMatch { Source = EventSource.Watch } });
        await EditDuringARun("b.ts", "c.ts");
        var second = await Submitted(2);
        second.Events.Single().Subject.ShouldBe("b.ts");
        Finish(second);
        (await Submitted(3)).Events.Single().Subject.ShouldBe("c.ts");
    }

    [Fact]
    public async Task Edits_during_the_run_are_dropped_where_the_rule_skips_when_busy()
    {
        Use(Rule(OnBusy.Skip) with { Event = new EventMatch { Source = EventSource.Watch } });
        await EditDuringARun("b.ts", "c.ts");
        _engine.Status.Single().Skipped.ShouldBe(2);
        await Edit("d.ts");
        (await Submitted(2)).Events.Single().Subject.ShouldBe("d.ts");
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("reloaded")]
    [InlineData("removed")]
    public async Task An_edit_during_the_run_is_let_go_where_the_rule_is_switched_off_meanwhile(string how)
    {
        var rule = Rule(OnBusy.Coalesce) with { Event = new EventMatch { Source = EventSource.Watch } };
        Use(rule);
        await EditDuringARun(() =>
        {
            if (how == "disabled") _engine.SetEnabled("r", enabled: false).ShouldBeTrue();
            else if (how == "reloaded") Reload(rule with { Enabled = false });
            else Reload();
        }, "b.ts");
        if (how == "removed") _engine.Status.ShouldBeEmpty();
        else (_engine.Status.Single().Skipped, _engine.Status.Single().Waiting).ShouldBe((1, 0));
        _runs.Listing.Numbers.Waiting.Values.Sum().ShouldBe(0);
        lock (_submitted) _submitted.Count.ShouldBe(1);
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

    private Task EditDuringARun(params string[] paths) => EditDuringARun(static () => { }, paths);

    // All well apart from the start and the end of the run, then lets it settle.
    private async Task EditDuringARun(Action meanwhile, params string[] paths)
    {
        await Edit("a.ts");
        var request = await Submitted(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        foreach (var path in paths) await Edit(path);
        _time.Advance(TimeSpan.FromSeconds(5));
        meanwhile();
        Finish(request);
        await Settled();
    }

    // The action changes the path as it ends; the watcher reports that one debounce later.
    private async Task RunAndChange(int run, string path, ulong content)
    {
        var request = await Submitted(run);
        _time.Advance(TimeSpan.FromSeconds(1));
        var changed = _time.GetUtcNow();
        _contents[path] = content;
        Finish(request);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await Publish(TestEvents.Watch(path, _time.GetUtcNow(), changed));
        await Settled();
    }

    private Task Edit(string path)
    {
        _time.Advance(TimeSpan.FromMilliseconds(20));
        return Publish(TestEvents.Watch(path, _time.GetUtcNow()));
    }

    /// <summary>Lets the time pass in which changes count as the action's own.</summary>
    private async Task Settled()
    {
        _time.Advance(Window);
        await Eventually.Until(() => _engine.Status.All(s => s.Held == 0), "the held changes to be judged");
    }

    [Theory]
    [InlineData("Coalesce", 1)]
    [InlineData("Queue", 3)]
    public async Task Changes_during_a_run_are_waiting_runs_that_say_why_until_they_are_judged(string busy, int shown)
    {
        var onBusy = Enum.Parse<OnBusy>(busy);
        Use(Rule(onBusy) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        var running = await Submitted(1);
        Started(running, new ProcessIdentity(1, 1, "x"));
        foreach (var path in new[] { "b", "c", "d", "b" }) await Publish(TestEvents.Watch(path, _time.GetUtcNow()));
        var waiting = _runs.Listing.List(new RunFilter { Status = "waiting" });
        waiting.Count.ShouldBe(shown);
        waiting.ShouldAllBe(run => run.WaitsFor == "own_changes" && run.Reason!.Contains(running.Id) && run.RuleId == "r");
        waiting.Sum(run => run.Events ?? 1).ShouldBe(3);
        _runs.Listing.Numbers.Waiting["own_changes"].ShouldBe(shown);
        _runs.ByHand.Hold(waiting[0].Id).ShouldBe("judged");
        Finish(running);
        await Settled();
        (await Submitted(2)).Events.Count.ShouldBe(onBusy == OnBusy.Queue ? 1 : 3);
        await _engine.Executed();
        _runs.Listing.Numbers.Waiting.GetValueOrDefault("own_changes").ShouldBe(0);
    }

    [Fact]
    public async Task A_change_during_a_run_can_be_cancelled_before_it_is_judged()
    {
        Use(Rule(OnBusy.Queue) with { Event = new EventMatch { Source = EventSource.Watch } });
        await Edit("a.ts");
        var running = await Submitted(1);
        Started(running, new ProcessIdentity(1, 1, "x"));
        var cancelled = TestEvents.Watch("b", _time.GetUtcNow());
        await Publish(cancelled);
        await Publish(TestEvents.Watch("c", _time.GetUtcNow()));
        // Ids of one instant have no order.
        var first = _runs.Listing.List(new RunFilter { Status = "waiting" }).Single(run => run.EventId == cancelled.Id);
        _runs.ByHand.Cancel(first.Id).ShouldBeTrue();
        await _engine.Executed();
        _runs.Listing.Record(first.Id)!.Status.ShouldBe(ActionStatus.Cancelled);
        Finish(running);
        await Settled();
        var second = await Submitted(2);
        second.Events.Single().Subject.ShouldBe("c");
        Started(second, new ProcessIdentity(1, 1, "x"));
        await Publish(TestEvents.Watch("d", _time.GetUtcNow()));
        var before = _runs.Listing.List(new RunFilter { Status = "waiting" }).Single();
        (await _engine.CancelWaitingAsync("r")).ShouldBe(1);
        _runs.Listing.Record(before.Id)!.Status.ShouldBe(ActionStatus.Cancelled);
        _engine.Status.Single().Held.ShouldBe(0);
    }
}
