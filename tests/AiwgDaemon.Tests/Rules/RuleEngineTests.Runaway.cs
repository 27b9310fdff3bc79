using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

public sealed partial class RuleEngineTests
{
    private static readonly Rule Feeding = Rule(OnBusy.Coalesce) with
    {
        Event = new EventMatch { Source = EventSource.Watch },
        IgnoreOwnChanges = false,
    };

    [Fact]
    public async Task A_rule_that_feeds_itself_is_paused_and_keeps_what_changed_until_it_is_resumed()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        _issues["rules.runaway.r"].ShouldNotBeNull().ShouldContain("rules resume r");
        await Edit("b.ts");
        await Edit("a.ts");
        _engine.Status.Single().Skipped.ShouldBe(0);
        lock (_submitted) _submitted.Count.ShouldBe(runs);

        _engine.Resume("r").ShouldBeTrue();
        _engine.Resume("r").ShouldBeFalse();
        _issues["rules.runaway.r"].ShouldBeNull();
        (await Submitted(runs + 1)).Events.Select(e => e.Subject).ShouldBe(["a.ts", "b.ts"]);
    }

    [Fact]
    public async Task Somebody_who_goes_on_saving_while_the_rule_is_watched_loses_nothing_and_sees_no_pause()
    {
        Use(Feeding);
        var runs = await FeedUntilHeld();
        for (var i = 0; i < 2; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Edit("a.ts");
        }
        (await Submitted(runs + 1)).Events.Single().Subject.ShouldBe("a.ts");
        (_engine.Status.Single().Paused, _engine.Status.Single().Skipped).ShouldBe((false, 0));
        _issues.GetValueOrDefault("rules.runaway.r").ShouldBeNull();
    }

    [Fact]
    public async Task A_reload_lets_go_of_what_a_paused_rule_kept_where_the_mended_rule_is_not_for_it()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        await Edit("b.ts");
        Glob.TryParse("b.*", out var pattern, out _).ShouldBeTrue();
        Reload(Feeding with { Event = Feeding.Event with { PathPatterns = [pattern] } });
        (await Submitted(runs + 1)).Events.Select(e => e.Subject).ShouldBe(["b.ts"]);
    }

    [Fact]
    public async Task A_paused_rule_that_is_switched_off_lets_go_of_what_it_kept()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        await Edit("b.ts");
        Reload(Feeding with { Enabled = false }, Rule(OnBusy.Queue, "other"));
        await Publish("a");
        (await Submitted(runs + 1)).RuleId.ShouldBe("other");
        _engine.Status.First(s => s.Id == "r").Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task A_paused_rule_that_gives_each_event_its_run_keeps_one_for_each_path()
    {
        Use(Feeding with { OnBusy = OnBusy.Queue });
        var runs = await FeedUntilPaused();
        await Edit("b.ts");
        await Edit("a.ts");
        await Edit("b.ts");
        _engine.Resume("r").ShouldBeTrue();
        var first = await Submitted(runs + 1);
        first.Events.Single().Subject.ShouldBe("a.ts");
        Finish(first);
        (await Submitted(runs + 2)).Events.Single().Subject.ShouldBe("b.ts");
    }

    [Fact]
    public async Task A_held_rule_keeps_thousands_of_changes_and_says_so_where_it_keeps_no_more()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        var changes = Enumerable
            .Range(0, new RuleLimits().KeptEvents + 9)
            .Select(i => _bus.PublishDurablyAsync(TestEvents.Watch($"{i}.ts", _time.GetUtcNow()), CancellationToken.None).AsTask());
        await Task.WhenAll(changes);
        await Eventually.Until(() => _engine.Status.Single().Skipped == 10, "what came last to be let go");
        await _engine.Executed();
        _issues["rules.full.r"].ShouldNotBeNull().ShouldContain("rules resume r");
        _engine.Resume("r").ShouldBeTrue();
        (await Submitted(runs + 1)).Events.Count.ShouldBe(new RuleLimits().KeptEvents);
        _issues["rules.full.r"].ShouldBeNull();
    }

    [Fact]
    public async Task What_a_held_rule_let_go_is_no_issue_any_more_when_the_experiment_acquits_it()
    {
        Use(Feeding);
        var runs = await FeedUntilHeld();
        await Task.WhenAll(
            Enumerable
                .Range(0, new RuleLimits().KeptEvents)
                .Select(i => _bus.PublishDurablyAsync(TestEvents.Watch($"{i}.ts", _time.GetUtcNow()), CancellationToken.None).AsTask())
        );
        await Eventually.Until(() => _engine.Status.Single().Skipped == 1, "what came last to be let go");
        await _engine.Executed();
        _issues["rules.full.r"].ShouldNotBeNull();
        _time.Advance(CircuitBreaker.Stillness);
        Finish(await Submitted(runs + 1));
        _time.Advance(LoopEvidence.Reach(Window));
        await Eventually.Until(() => _issues["rules.full.r"] is null, "the issue to be cleared");
    }

    [Fact]
    public async Task Rules_on_the_ends_of_actions_that_feed_each_other_are_paused()
    {
        Use([
            .. new[] { "a", "b", "c" }.Select(id =>
                Rule(OnBusy.Queue, id) with
                {
                    Event = new EventMatch { Source = EventSource.Daemon, Type = "action.completed" },
                }
            ),
        ]);
        await _bus.PublishDurablyAsync(
            EventFactory.Create(_time.GetUtcNow(), EventSource.Daemon, "action.completed", "x", "{}"u8.ToArray()),
            CancellationToken.None
        );
        var finished = 0;
        await Eventually.Until(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(250));
                List<ActionRequest> ended;
                lock (_submitted) ended = [.. _submitted.Skip(finished)];
                finished += ended.Count;
                ended.ForEach(request => Finish(request));
                return _engine.Status.Count(s => s.Paused) >= 2;
            },
            "two of three to be paused, which breaks every circle");
        finished.ShouldBeInRange(3 * LoopEvidence.MaxFirings, 6 * LoopEvidence.MaxFirings);
    }

    [Fact]
    public async Task What_a_paused_rule_kept_survives_a_crash_and_runs_once()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        lock (_submitted) _submitted.Clear();
        await Restart(Feeding);
        (await Submitted(1)).Events.Single().Subject.ShouldBe("a.ts");
        runs.ShouldBeGreaterThan(LoopEvidence.MaxFirings);
    }

    // Each run changes the file that it was started by.
    private async Task<int> FeedUntilHeld()
    {
        await Edit("a.ts");
        for (var i = 1; i <= LoopEvidence.MaxFirings + 1; i++) await RunAndEdit(i);
        lock (_submitted) return _submitted.Count;
    }

    private async Task<int> FeedUntilPaused()
    {
        var runs = await FeedUntilHeld();
        _time.Advance(CircuitBreaker.Stillness);
        await RunAndEdit(runs + 1);
        await Eventually.Until(() => _engine.Status.Single().Paused, "the rule to be paused");
        return runs + 1;
    }

    private async Task RunAndEdit(int run)
    {
        var request = await Submitted(run);
        _time.Advance(TimeSpan.FromSeconds(1));
        Finish(request, ActionStatus.Completed);
        await Edit("a.ts");
    }
}
