using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

// What a daemon that was killed owes, and what its follower makes of it.
public sealed partial class RuleEngineTests
{
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
        foreach (var request in _submitted) Started(request, new ProcessIdentity(1, 1, "x"));
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
        var id = await _engine.RunAsync("build", """{"n":1}"""u8.ToArray(), null, CancellationToken.None);
        (await Submitted(1)).Id.ShouldBe(id);
        await Restart();
        var again = await Submitted(2);
        (again.Id, again.RuleId, again.Action.Name).ShouldBe((id, "manual", "build"));
        System.Text.Encoding.UTF8.GetString(again.Events.Single().Payload.Span).ShouldBe("""{"n":1}""");
        Started(again, new ProcessIdentity(1, 1, "x"));
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
        var asked = _engine.RunAsync("build", "{}"u8.ToArray(), null, giveUp.Token);
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
        var id = await _engine.RunAsync("gone", "{}"u8.ToArray(), null, CancellationToken.None);
        _runs.Listing.Record(id)!.Error.ShouldBe("The configuration has no action 'gone' any more");
        (await Restart()).Owed.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_event_does_not_move_the_checkpoint_past_older_ones_that_are_still_to_be_delivered_again()
    {
        // Accepted, and not routed before the daemon is killed.
        _bus.Start();
        foreach (var type in new[] { "a", "b" }) await _bus.PublishDurablyAsync(TestEvents.Manual(type), CancellationToken.None);

        // The next one comes as far as a new event before it, too, is killed.
        var recovery = await Crash(capacity: 1);
        recovery.Unrouted.Select(r => r.Event.Type).ShouldBe(["a", "b"]);
        _bus.TryPublish(TestEvents.Manual("c")).ShouldBeTrue();
        await Should.ThrowAsync<OperationCanceledException>(_engine.ResumeAsync(recovery, inJournal: 0, new CancellationToken(canceled: true)));
        Use(Rule(OnBusy.Allow));
        (await Submitted(1)).Events.Single().Type.ShouldBe("c");

        recovery = await Restart(Rule(OnBusy.Allow));
        recovery.Unrouted.Select(r => r.Event.Type).ShouldBe(["a", "b", "c"]);
        await Submitted(4);
        _submitted.Skip(1).Select(r => r.Events.Single().Type).ShouldBe(["c", "a", "b"], ignoreOrder: true);
        foreach (var request in _submitted.Skip(1).ToList())
            Finish(request);
        await Eventually.Until(
            () => _runs.Checkpoint >= recovery.Unrouted.Last().Event.JournalPosition,
            "the last of them to have been routed"
        );

        // All of it routed: the checkpoint is behind the new event too.
        recovery = await Restart(Rule(OnBusy.Allow));
        (recovery.Owed.Count, recovery.Unrouted.Count(r => r.Event.Source == EventSource.Manual)).ShouldBe((0, 0));
    }

    private Task<Recovery> Restart(params Rule[] rules) => Restart(rules, inJournal: 0);

    private async Task<Recovery> Restart(Rule[] rules, int inJournal)
    {
        var recovery = await Crash();
        Use(rules);
        await _engine.ResumeAsync(recovery, inJournal, CancellationToken.None);
        return recovery;
    }

    private async Task<Recovery> Crash(int capacity = 4096)
    {
        await _engine.DisposeAsync();
        await _bus.DisposeAsync();
        _ledger.Dispose();
        _journal.Dispose();
        Open(capacity);
        return _ledger.Recover(_ => false);
    }
}
