using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules.Machine;

/// <summary>Single steps of the machine; what they come to among the other parts is in <see cref="RuleEngineTests"/>.</summary>
public sealed class RuleMachineTests
{
    private static readonly Rule Work = MatcherTests.Rule("r", new EventMatch { Source = EventSource.Manual });

    [Theory]
    [InlineData(null, new[] { 1.0, 2, 4, 8, 16, 32, 60, 60 })]
    [InlineData(5.0, new[] { 5.0, 5, 5 })]
    [InlineData(0.0, new[] { 0.0, 0 })]
    [InlineData(90.0, new[] { 90.0, 90 })]
    public void A_failed_run_is_tried_again_after_the_time_that_is_configured(double? seconds, double[] delays)
    {
        var world = Of(Work with { Retries = delays.Length, RetryDelay = seconds is { } s ? TimeSpan.FromSeconds(s) : null });
        world.Publish(TestEvents.Manual("a"));
        foreach (var _ in delays)
        {
            Fail(world);
            world.Advance(TimeSpan.FromMinutes(2));
        }
        world.Seen.OfType<RuleEffect.Arm>().Select(e => e.Delay.TotalSeconds).ShouldBe(delays);
        Fail(world);
        world.Runs.Count.ShouldBe(delays.Length + 1);
    }

    [Fact]
    public void A_run_that_fails_before_its_program_starts_is_tried_again_like_others()
    {
        var world = Of(Work with { Retries = 1 });
        world.Publish(TestEvents.Manual("a"));
        world.End(world.Runs[0], ActionStatus.Failed);
        world.Seen.OfType<RuleEffect.Arm>().Single().Delay.ShouldBe(TimeSpan.FromSeconds(1));
        world.Advance(TimeSpan.FromSeconds(1));
        world.Runs.Count.ShouldBe(2);
        world.End(world.Runs[1], ActionStatus.Failed);
        world.Runs.Count.ShouldBe(2);
        world.Machine.Outstanding.ShouldBe(0);
    }

    [Fact]
    public void A_fire_of_a_job_that_comes_while_it_runs_is_said_by_health_until_the_job_runs_again()
    {
        var job = MatcherTests.Rule("job:nightly", new EventMatch { Source = EventSource.Schedule }) with { OnBusy = OnBusy.Skip };
        var world = Of(job, Work with { OnBusy = OnBusy.Skip });
        world.Publish(Fire(), TestEvents.Manual("a"));
        foreach (var run in world.Runs.ToList()) world.Begin(run);
        world.Publish(Fire(), TestEvents.Manual("a"));
        var said = world.Seen.OfType<RuleEffect.Report>().Single();
        said.Key.ShouldBe("cron.skipped.nightly");
        said.Message.ShouldNotBeNull().ShouldContain("Job nightly did not run");
        world.End(world.Runs.First(run => run.RuleId == "job:nightly"), ActionStatus.Completed);
        world.Seen.OfType<RuleEffect.Report>().Count().ShouldBe(1);
        world.Publish(Fire());
        world.Begin(world.Runs.Last(run => run.RuleId == "job:nightly"));
        world.Seen.OfType<RuleEffect.Report>().Last().ShouldBe(new RuleEffect.Report("cron.skipped.nightly", null));

        static DaemonEvent Fire() => TestEvents.Of(EventSource.Schedule, EventTypes.CronFired, "nightly", "{}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rule_that_is_switched_off_or_removed_gives_up_what_waits_once_and_what_runs_goes_on(bool removed)
    {
        var world = Of(Work with { OnBusy = OnBusy.Queue, Retries = 3 });
        world.Publish([.. Enumerable.Range(0, 5).Select(_ => TestEvents.Manual("a"))]);
        world.Begin(world.Runs[0]);
        if (removed) world.Reload([]);
        else world.Give(new RuleInput.EnableRule("r", Enabled: false));
        world.Seen.OfType<RuleEffect.CancelWaiting>().Count().ShouldBe(1);
        world
            .Runs.Select(r => r.State)
            .ShouldBe([WorldState.Running, WorldState.Ended, WorldState.Ended, WorldState.Ended, WorldState.Ended]);
        world.End(world.Runs[0], ActionStatus.Failed);
        world.HasTimers.ShouldBeFalse("a rule that is off tries nothing again");
        world.Machine.Outstanding.ShouldBe(0);
    }

    [Fact]
    public void A_run_that_is_held_by_hand_is_passed_over_and_is_the_first_when_it_is_released()
    {
        var world = Of(Work with { OnBusy = OnBusy.Queue });
        world.Publish(TestEvents.Manual("a"), TestEvents.Manual("b"), TestEvents.Manual("c"));
        world.Hold(world.Runs[0]);
        world.Runs[1].State.ShouldBe(WorldState.Queued);
        world.Release(world.Runs[0]);
        world.Begin(world.Runs[1]);
        world.End(world.Runs[1]);
        world.Runs.Select(r => r.State).ShouldBe([WorldState.Queued, WorldState.Ended, WorldState.Waiting]);
    }

    [Fact]
    public void Nothing_is_queued_after_a_stop()
    {
        var world = Of(Work);
        world.Give(new RuleInput.Stop());
        world.Publish(TestEvents.Manual("a"));
        world.Runs.Single().State.ShouldBe(WorldState.Waiting);
    }

    private static RuleWorld Of(params Rule[] rules) => new(new RuleSet { Rules = rules }, new RuleLimits());

    private static void Fail(RuleWorld world)
    {
        var run = world.Runs.Last(r => r.State == WorldState.Queued);
        world.Begin(run);
        world.End(run, ActionStatus.Failed);
    }
}
