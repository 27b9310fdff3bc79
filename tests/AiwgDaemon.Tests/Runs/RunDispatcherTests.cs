using AiwgDaemon.Actions;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Runs;

public sealed class RunDispatcherTests
{
    [Fact]
    public async Task A_run_is_known_by_its_id_from_the_decision_on_with_what_it_waits_for()
    {
        await using var fixture = new RunsFixture();
        var first = await fixture.Decide("a");
        await fixture.WaitForStart(first);
        var queued = await fixture.Decide("b");
        var behind = await fixture.Decide("a", queue: false);
        var retrying = await fixture.Decide("c", queue: false, attempts: 3);
        var at = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(4);
        fixture.Runs.Wait(retrying, WaitReason.Retry, at);
        (fixture.Record(first).Status, fixture.Record(first).WaitsFor).ShouldBe((ActionStatus.Running, null));
        (fixture.Record(queued).Status, fixture.Record(queued).WaitsFor, fixture.Record(queued).Reason).ShouldBe(
            (ActionStatus.Queued, "slot", "a slot (1 of 1 run)")
        );
        (fixture.Record(behind).WaitsFor, fixture.Record(behind).Reason).ShouldBe(("rule", $"its rule is busy (with {first})"));
        (fixture.Record(retrying).WaitsFor, fixture.Record(retrying).WaitsUntil, fixture.Record(retrying).Attempts).ShouldBe(
            ("retry", at, 3)
        );
        fixture.Runs.Listing.Numbers.Waiting.Values.Sum().ShouldBe(3);
        fixture.Runs.Listing.List(new RunFilter()).Select(r => r.Id).ShouldBe([retrying, behind, queued, first]);
        fixture.Runs.Listing.List(new RunFilter { Status = "waiting", Limit = 1, Before = retrying }).Single().Id.ShouldBe(behind);
        fixture.Runs.Listing.List(new RunFilter { Rule = "a", Status = "running" }).Single().Id.ShouldBe(first);
    }

    [Fact]
    public async Task What_is_cancelled_before_its_start_never_runs_and_has_a_record_also_after_a_kill()
    {
        await using var fixture = new RunsFixture();
        var first = await fixture.Decide();
        await fixture.WaitForStart(first);
        var second = await fixture.Decide();
        fixture.Runs.ByHand.Cancel(second).ShouldBeTrue();
        fixture.Runs.ByHand.Cancel(second).ShouldBeFalse();
        (fixture.Record(second).Status, fixture.Record(second).Error, fixture.Record(second).Final).ShouldBe(
            (ActionStatus.Cancelled, "cancelled before it was started", true)
        );
        fixture.Told.ShouldContain("ended r Cancelled");
        await fixture.Restart();
        fixture.Recovery.Owed.ShouldBeEmpty();
        fixture.Recovery.Lost.Single().ActionId.ShouldBe(first);
    }

    [Fact]
    public async Task What_ended_just_before_a_kill_is_known_again_and_can_be_repeated()
    {
        await using var fixture = new RunsFixture();
        var (seen, done, failed) = (await Over(ActionStatus.Completed), await Over(ActionStatus.Completed), await Over(ActionStatus.Failed));
        var endedAt = fixture.Record(failed).CompletedAt;
        // Only the first is in the last state.json.
        fixture.Before = StateDefaults.Empty with { RecentActions = [fixture.Record(seen)] };
        await fixture.Restart();
        fixture.Runs.Listing.Recent.Select(run => run.Id).ShouldBe([failed, done, seen], ignoreOrder: true);
        fixture.Runs.Listing.Numbers.Totals.Sum(total => total.Outcomes.Values.Sum()).ShouldBe(2);
        var record = fixture.Record(failed);
        (record.Status, record.CompletedAt, record.RuleId, record.Command).ShouldBe((ActionStatus.Failed, endedAt, "r", "true"));
        record.Error.ShouldNotBeNull();
        fixture.Record(done).Error.ShouldBeNull();
        fixture.Runs.ByHand.EventsOf(record).ShouldNotBeNull().Single().Type.ShouldBe("go");
        // The ledger that is written anew keeps it.
        await fixture.Restart();
        fixture.Record(failed).Status.ShouldBe(ActionStatus.Failed);

        async Task<string> Over(ActionStatus status)
        {
            var id = await fixture.Decide();
            await fixture.WaitForStart(id);
            fixture.End(id, status);
            await Eventually.Until(() => fixture.Record(id).HasEnded, "its end");
            return id;
        }
    }

    [Fact]
    public async Task A_held_run_lets_others_pass_stays_held_over_a_kill_and_runs_when_released()
    {
        await using var fixture = new RunsFixture();
        var first = await fixture.Decide("a");
        await fixture.WaitForStart(first);
        var (held, other) = (await fixture.Decide("b"), await fixture.Decide("c"));
        fixture.Runs.ByHand.Hold(first).ShouldBe("running");
        fixture.Runs.ByHand.Hold(held).ShouldBeNull();
        fixture.Record(held).WaitsFor.ShouldBe("hold");
        fixture.End(first);
        await fixture.WaitForStart(other);
        fixture.End(other);
        fixture.Runs.ByHand.Hold(other).ShouldBe("ended");
        await fixture.Restart();
        fixture.Record(held).WaitsFor.ShouldBe("hold");
        fixture.Recovery.Owed.Single().IsHeldByHand.ShouldBeTrue();
        fixture.Runs.ByHand.Release(held).ShouldBeTrue();
        fixture.Runs.ByHand.Release(held).ShouldBeFalse();
        await fixture.WaitForStart(held);
        await fixture.Restart();
        fixture.Recovery.Lost.Single().ActionId.ShouldBe(held);
    }

    [Fact]
    public async Task While_all_is_paused_nothing_starts_and_each_says_so()
    {
        await using var fixture = new RunsFixture();
        var until = fixture.Time.GetUtcNow() + TimeSpan.FromHours(2);
        fixture.Runs.ByHand.Pause(paused: true, until);
        var id = await fixture.Decide();
        (fixture.Record(id).WaitsFor, fixture.Record(id).Reason, fixture.Record(id).WaitsUntil).ShouldBe(
            ("pause", "automation is paused", until)
        );
        fixture.Started.ShouldBeEmpty();
        fixture.Runs.ByHand.Pause(paused: false, null);
        await fixture.WaitForStart(id);
    }

    [Fact]
    public async Task Of_a_group_no_more_run_than_it_may_each_in_a_place_of_its_own()
    {
        await using var fixture = new RunsFixture(
            new ActionOptions
            {
                MaxParallel = 10,
                Groups = new Dictionary<string, int> { ["gpu"] = 2 },
            }
        );
        fixture.Action = fixture.Action with { Group = "gpu" };
        string[] ids = [await fixture.Decide(), await fixture.Decide(), await fixture.Decide()];
        await fixture.WaitForStart(ids[1]);
        (fixture.Record(ids[2]).WaitsFor, fixture.Record(ids[2]).Reason).ShouldBe(("group", "its group gpu is full (2 of 2 run)"));
        fixture.Action = fixture.Action with { Group = null };
        var free = await fixture.Decide();
        await fixture.WaitForStart(free);
        fixture
            .Started.ToDictionary(r => r.Id, r => r.Slot)
            .ShouldBe(
                new Dictionary<string, int>
                {
                    [ids[0]] = 1,
                    [ids[1]] = 2,
                    [free] = 0,
                },
                ignoreOrder: true
            );
        fixture.End(ids[0]);
        await fixture.WaitForStart(ids[2]);
        fixture.Started.Last().Slot.ShouldBe(1);
        fixture.Record(ids[2]).Slot.ShouldBe(1);
    }

    [Fact]
    public async Task The_events_of_a_failed_attempt_say_whether_another_one_follows()
    {
        await using var fixture = new RunsFixture();
        fixture.RetryAt = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(1);
        var first = await fixture.Decide(attempts: 2);
        await fixture.WaitForStart(first);
        fixture.End(first, ActionStatus.Failed);
        fixture.RetryAt = null;
        var second = await fixture.Decide(attempts: 2);
        await fixture.WaitForStart(second);
        fixture.End(second, ActionStatus.Failed);
        await Eventually.Until(() => fixture.Published.Count == 2, "both to be published");
        var told = fixture.Published.Select(e => e.PayloadJson).ToList();
        told.ConvertAll(p =>
                (
                    p.GetProperty("final").GetBoolean(),
                    p.TryGetProperty("retry_at", out _),
                    p.GetProperty("attempts").GetInt32(),
                    p.GetProperty("action").GetString()
                )
            )
            .ShouldBe([(false, true, 2, "work"), (true, false, 2, "work")]);
    }

    [Fact]
    public async Task The_events_of_an_ended_run_are_found_after_a_kill_all_of_them()
    {
        await using var fixture = new RunsFixture();
        var id = await fixture.Decide(types: ["a", "b", "c"]);
        await fixture.WaitForStart(id);
        fixture.End(id);
        await Eventually.Until(() => fixture.Record(id).Status == ActionStatus.Completed, "it to end");
        var record = fixture.Record(id);
        record.Events.ShouldBe(3);
        fixture.Runs.ByHand.EventsOf(record)!.Select(e => e.Type).ShouldBe(["a", "b", "c"]);
        await fixture.Restart();
        fixture.Runs.ByHand.EventsOf(record)!.Select(e => e.Type).ShouldBe(["a", "b", "c"]);
        // Forgotten by the store, a single one is found by its id.
        fixture.Runs.ByHand.EventsOf(record with { Id = "0000000000000000", Events = null })!.Single().Type.ShouldBe("a");
        fixture.Runs.ByHand.EventsOf(record with { Id = "0000000000000000", Events = null, EventId = Guid.CreateVersion7() }).ShouldBeNull();
    }

    [Fact]
    public async Task All_that_waits_for_a_rule_is_cancelled_at_once_without_telling_the_rule()
    {
        await using var fixture = new RunsFixture();
        var running = await fixture.Decide("a");
        await fixture.WaitForStart(running);
        for (var i = 0; i < 1000; i++) await fixture.Decide("a", queue: false);
        var other = await fixture.Decide("b");
        fixture.Runs.CancelWaiting("a", "its rule was removed").Count.ShouldBe(1000);
        fixture.Runs.Commit();
        fixture.Runs.Listing.Numbers.Waiting.Values.Sum().ShouldBe(1);
        fixture.Told.ShouldBe(["starting a"]);
        fixture.End(running);
        await fixture.WaitForStart(other);
        // A thousand that never ran have not pushed out the one that did.
        fixture.Record(running).Status.ShouldBe(ActionStatus.Completed);
        await fixture.Restart();
        fixture.Recovery.Owed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_runs_that_are_cancelled_together_the_first_hundred_have_their_event()
    {
        await using var fixture = new RunsFixture();
        await fixture.WaitForStart(await fixture.Decide("other"));
        var ids = new List<string>();
        for (var i = 0; i < 105; i++) ids.Add(await fixture.Decide("r"));
        fixture.Runs.CancelWaiting("r", "cancelled by hand").ShouldBe(ids);
        fixture.Runs.Commit();
        await Eventually.Until(() => fixture.Published.Count(e => e.Type == EventTypes.ActionCancelled) == 100, "100 events");
        fixture.Published.Select(e => e.CausedBy).ShouldBe(ids.Take(100));
        ids.ShouldAllBe(id => fixture.Record(id).Status == ActionStatus.Cancelled);
    }

    [Fact]
    public async Task Who_waits_for_an_event_is_told_of_the_end_of_its_last_attempt_whichever_event_of_the_run_it_is()
    {
        await using var fixture = new RunsFixture();
        var id = await fixture.Decide("r", queue: false, attempts: 2, types: ["a", "b"]);
        var shared = fixture.Runs.Find(id)!.Events[1].Id;
        var waiting = fixture.Runs.Listing.Ends.FirstAsync(shared, TimeSpan.FromSeconds(9), fixture.Time, CancellationToken.None);
        fixture.Runs.Queue(id);
        fixture.Runs.Commit();
        await fixture.WaitForStart(id);
        waiting.IsCompleted.ShouldBeFalse();
        fixture.End(id, ActionStatus.Failed);
        (await waiting).ShouldNotBeNull().Status.ShouldBe(ActionStatus.Failed);

        var other = await fixture.Decide();
        await fixture.WaitForStart(other);
        var impatient = fixture.Runs.Listing.Ends.FirstAsync(
            fixture.Runs.Find(other)!.Events[0].Id, TimeSpan.FromSeconds(9), fixture.Time, CancellationToken.None);
        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        (await impatient).ShouldBeNull("the run goes on, and nobody waits for it any more");
    }

    [Fact]
    public async Task An_end_that_is_followed_by_another_attempt_is_not_what_somebody_waits_for()
    {
        await using var fixture = new RunsFixture();
        var id = await fixture.Decide(attempts: 2);
        await fixture.WaitForStart(id);
        using var given = new CancellationTokenSource();
        var waiting = fixture.Runs.Listing.Ends.FirstAsync(
            fixture.Runs.Find(id)!.Events[0].Id, TimeSpan.FromSeconds(9), fixture.Time, given.Token);
        fixture.RetryAt = fixture.Time.GetUtcNow().AddSeconds(1);
        fixture.End(id, ActionStatus.Failed);
        await Eventually.Until(() => fixture.Record(id).Status == ActionStatus.Failed, "the end of the first attempt");
        waiting.IsCompleted.ShouldBeFalse();
        await given.CancelAsync();
        (await waiting).ShouldBeNull("who asked has gone");
    }
}
