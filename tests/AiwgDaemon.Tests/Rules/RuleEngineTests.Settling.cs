using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

// Rules with settle_ms.
public sealed partial class RuleEngineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("Queue")]
    [InlineData("Coalesce")]
    [InlineData("Skip")]
    [InlineData("Restart")]
    [InlineData("Allow")]
    public async Task A_burst_is_one_run_which_begins_when_it_has_been_quiet(string onBusy)
    {
        Use(Settling(Enum.Parse<OnBusy>(onBusy)));
        for (var i = 0; i < 10; i++)
        {
            await Edit($"{i}.ts");
            Pass(0.9);
        }
        Count().ShouldBe(0);
        _engine.Status.Single().Waiting.ShouldBe(1);
        (await AfterQuiet(1)).Events.Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_burst_without_an_end_runs_at_the_ceiling()
    {
        Use(Settling(OnBusy.Queue));
        for (var i = 0; i < 1000 && Count() == 0; i++)
        {
            await Edit($"{i}.ts");
            Pass(0.5);
        }
        (await Submitted(1)).Events.Count.ShouldBeInRange(18, 999);
        Count().ShouldBe(1);
    }

    [Fact]
    public async Task What_comes_while_the_action_runs_is_one_following_run_after_quiet()
    {
        Use(Settling(OnBusy.Coalesce) with { IgnoreOwnChanges = false });
        await Edit("a.ts");
        var first = await AfterQuiet(1);
        await Edit("b.ts");
        Pass(1);
        await Edit("c.ts");
        Finish(first);
        Pass(0.5);
        Count().ShouldBe(1);
        await Edit("d.ts");
        (await AfterQuiet(2)).Events.Select(e => e.Subject).ShouldBe(["b.ts", "c.ts", "d.ts"]);
    }

    [Fact]
    public async Task Restart_ends_the_running_action_when_the_burst_is_over_and_not_before()
    {
        Use(Settling(OnBusy.Restart) with { IgnoreOwnChanges = false });
        await Edit("a.ts");
        var first = await AfterQuiet(1);
        await Edit("b.ts");
        Pass(0.5);
        _cancelled.ShouldBeEmpty();
        await Eventually.Until(
            () =>
            {
                Pass(0.1);
                lock (_submitted)
                    return _cancelled.Contains(first.Id);
            },
            "the running action to be cancelled"
        );
        Finish(first, ActionStatus.Cancelled);
        (await Submitted(2)).Events.Single().Subject.ShouldBe("b.ts");
    }

    [Fact]
    public async Task Held_changes_of_a_run_join_one_burst()
    {
        Use(Settling(OnBusy.Queue));
        await Edit("a.ts");
        await AfterQuiet(1);
        await Edit("b.ts");
        await Edit("c.ts");
        Finish(_submitted[0]);
        await Settled();
        await Edit("d.ts");
        (await AfterQuiet(2)).Events.Select(e => e.Subject).ShouldBe(["b.ts", "c.ts", "d.ts"]);
    }

    [Fact]
    public async Task A_cooldown_begins_with_the_burst_and_does_not_cut_it()
    {
        Use(Settling(OnBusy.Queue) with { Cooldown = TimeSpan.FromMinutes(1) });
        await Edit("a.ts");
        await Edit("b.ts");
        Finish(await AfterQuiet(1));
        _submitted[0].Events.Count.ShouldBe(2);
        await Settled();
        await Edit("c.ts");
        await Eventually.Until(() => _engine.Status.Single().Skipped == 1, "the edit within the cooldown to be skipped");
    }

    [Fact]
    public async Task A_burst_that_a_crash_interrupts_is_one_run_with_what_still_comes()
    {
        var rule = Settling(OnBusy.Coalesce);
        Use(rule);
        await Edit("a.ts");
        await Edit("b.ts");
        await Restart(rule);
        _engine.Status.Single().Waiting.ShouldBe(1);
        await Edit("c.ts");
        (await AfterQuiet(1)).Events.Select(e => e.Subject).ShouldBe(["a.ts", "b.ts", "c.ts"]);
    }

    [Fact]
    public async Task A_reload_without_the_key_runs_what_was_gathered_and_one_without_the_rule_cancels_it()
    {
        var rule = Settling(OnBusy.Queue);
        Use(rule);
        await Edit("a.ts");
        Reload(rule with { Settle = TimeSpan.Zero });
        await AfterQuiet(1);
        Finish(_submitted[0]);
        await Settled();
        Reload(rule);
        await Edit("b.ts");
        await Eventually.Until(() => _engine.Status.Single().Waiting == 1, "the edit to be gathered");
        Reload();
        var record = _runs.Listing.List(new RunFilter())[0];
        (record.Status, record.Error, _runs.Listing.Numbers.Waiting.Values.Sum()).ShouldBe(
            (ActionStatus.Cancelled, "its rule was removed from the configuration", 0)
        );
        Pass(10);
        Count().ShouldBe(1);
    }

    [Fact]
    public async Task Webhooks_and_emitted_events_settle_too()
    {
        Use(Rule(OnBusy.Queue) with { Settle = Second });
        foreach (var type in new[] { "a", "b", "c" }) await Publish(type);
        (await AfterQuiet(1)).Events.Select(e => e.Type).ShouldBe(["a", "b", "c"]);
    }

    private static Rule Settling(OnBusy onBusy) =>
        Rule(onBusy) with
        {
            Event = new EventMatch { Source = EventSource.Watch },
            Settle = Second,
        };

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    // The timer is set anew on another thread, which may come to it only after the time has been advanced.
    private async Task<ActionRequest> AfterQuiet(int count)
    {
        await Eventually.Until(() => { Pass(0.1); return Count() >= count; }, $"{count} submitted actions");
        lock (_submitted) return _submitted[count - 1];
    }

    private int Count()
    {
        lock (_submitted) return _submitted.Count;
    }
}
