using AiwgDaemon.Bus;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

public sealed partial class RouterTests
{
    private static readonly Rule Feeding = Rule(OnBusy.Queue) with { Event = new EventMatch { Source = EventSource.Watch }, IgnoreOwnChanges = false };

    [Fact]
    public async Task A_rule_that_feeds_itself_is_paused_and_keeps_what_changed_until_it_is_resumed()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        _issues["rules.runaway.r"].ShouldNotBeNull().ShouldContain("rules resume r");
        await Edit("b.ts");
        await Edit("a.ts");
        _router.Status.Single().Skipped.ShouldBe(0);
        lock (_submitted) _submitted.Count.ShouldBe(runs);

        _router.Resume("r").ShouldBeTrue();
        _router.Resume("r").ShouldBeFalse();
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
        (_router.Status.Single().Paused, _router.Status.Single().Skipped).ShouldBe((false, 0));
        _issues.GetValueOrDefault("rules.runaway.r").ShouldBeNull();
    }

    [Fact]
    public async Task A_reload_lets_go_of_what_a_paused_rule_kept_where_the_mended_rule_is_not_for_it()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        await Edit("b.ts");
        Glob.TryParse("b.*", out var pattern, out _).ShouldBeTrue();
        _router.Reload([Feeding with { Event = Feeding.Event with { PathPatterns = [pattern] } }]);
        (await Submitted(runs + 1)).Events.Select(e => e.Subject).ShouldBe(["b.ts"]);
    }

    [Fact]
    public async Task What_a_paused_rule_kept_survives_a_crash_and_runs_once()
    {
        Use(Feeding);
        var runs = await FeedUntilPaused();
        lock (_submitted) _submitted.Clear();
        await Restart(Feeding);
        (await Submitted(1)).Events.Single().Subject.ShouldBe("a.ts");
        runs.ShouldBeGreaterThan(RunawayGuard.MaxFirings);
    }

    // Each run changes the file that it was started by.
    private async Task<int> FeedUntilHeld()
    {
        await Edit("a.ts");
        for (var i = 1; i <= RunawayGuard.MaxFirings + 1; i++) await RunAndEdit(i);
        lock (_submitted) return _submitted.Count;
    }

    private async Task<int> FeedUntilPaused()
    {
        var runs = await FeedUntilHeld();
        _time.Advance(RunawayGuard.Stillness);
        await RunAndEdit(runs + 1);
        await Eventually.Until(() => _router.Status.Single().Paused, "the rule to be paused");
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
