using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

// More events than a rule can take: they wait in the journal, in their order, and hold up no other rule.
public sealed partial class RuleEngineTests
{
    private static Rule For(string id, string type) => MatcherTests.Rule(id, new EventMatch { Type = type }) with { OnBusy = OnBusy.Queue };

    [Fact]
    public async Task Waiting_runs_of_one_rule_hold_up_no_other_and_all_run_in_their_order()
    {
        var count = new RuleLimits().Waiting + 700;
        Use(For("slow", "slow"), For("other", "other"));
        await PublishMany("slow", count);
        await _bus.PublishDurablyAsync(TestEvents.Manual("other"), CancellationToken.None);
        await Eventually.Until(() => Runs("other").Count == 1, "the other rule to run");
        await Eventually.Until(() => _engine.Status.First(s => s.Id == "slow").Matched == count, "the slow rule to have been told of all");
        _issues["rules.backlog.slow"].ShouldNotBeNull().ShouldContain("waits in the journal");
        for (var i = 0; i < count; i++) Finish(await Next("slow", i));
        Runs("slow").Select(r => r.Events.Single().PayloadJson.GetProperty("n").GetInt32()).ShouldBe(Enumerable.Range(0, count));
        await Eventually.Until(() => _issues["rules.backlog.slow"] is null, "the issue to be cleared");
    }

    [Fact]
    public async Task What_waits_in_the_journal_is_taken_up_after_a_crash_and_nothing_of_it_twice()
    {
        var count = new RuleLimits().Waiting + 300;
        Rule[] rules = [For("slow", "slow"), For("other", "other")];
        Use(rules);
        await PublishMany("slow", count);
        await Eventually.Until(() => _engine.Status.First(s => s.Id == "slow").Matched == count, "the slow rule to have been told of all");
        for (var i = 0; i < 20; i++)
        {
            var next = await Next("slow", i);
            Started(next, new ProcessIdentity(1, 1, "x"));
            Finish(next);
        }
        await Next("slow", 20);
        var done = Runs("slow").Take(20).ToList();
        _submitted.Clear();
        await Restart(rules);
        for (var i = 0; i < count - done.Count; i++)
            Finish(await Next("slow", i));
        done.Concat(Runs("slow"))
            .Select(r => r.Events.Single().PayloadJson.GetProperty("n").GetInt32())
            .ShouldBe(Enumerable.Range(0, count));
        (await Restart(rules)).Owed.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_held_while_a_run_goes_on_stays_one_run_over_a_crash_and_keeps_to_the_cooldown()
    {
        foreach (var cooldown in new[] { TimeSpan.Zero, TimeSpan.FromHours(1) })
        {
            var rule = MatcherTests.Rule("r", new EventMatch { Source = EventSource.Watch }) with
            {
                OnBusy = OnBusy.Coalesce,
                Cooldown = cooldown,
                IgnoreOwnChanges = true,
            };
            _submitted.Clear();
            Use(rule);
            await Publish(TestEvents.Watch("first", _time.GetUtcNow()));
            var running = await Submitted(1);
            Started(running, new ProcessIdentity(1, 1, "x"));
            for (var i = 0; i < 20; i++) await Publish(TestEvents.Watch($"f{i}", _time.GetUtcNow()));
            _engine.Status.Single().Held.ShouldBe(20);
            await Restart(rule);
            _time.Advance(TimeSpan.FromSeconds(10));
            if (cooldown == TimeSpan.Zero)
                (await Submitted(2)).Events.Select(e => e.Subject).Order().ShouldBe(Enumerable.Range(0, 20).Select(i => $"f{i}").Order());
            await Eventually.Until(() => _engine.Status.Single().Held == 0, "what was held to be judged");
            _submitted.Count.ShouldBe(cooldown == TimeSpan.Zero ? 2 : 1);
            foreach (var request in _submitted.Skip(1).ToList()) Finish(request);
            await Restart();
            _time.Advance(TimeSpan.FromHours(2));
        }
    }

    [Fact]
    public async Task What_waits_in_the_journal_is_counted_at_once_after_a_crash()
    {
        var count = new RuleLimits().Waiting + 300;
        Rule[] rules = [For("slow", "slow"), For("other", "other")];
        Use(rules);
        await PublishMany("slow", count);
        await Eventually.Until(() => _engine.Status.First(s => s.Id == "slow").Matched == count, "the slow rule to have been told of all");
        var waiting = _engine.WaitingInJournal;
        waiting.ShouldBeGreaterThan(200);
        // Nothing is taken up meanwhile: the rule has no room.
        await Restart(rules, inJournal: (int)waiting);
        _engine.WaitingInJournal.ShouldBe(waiting);
        // Nor if the daemon before could not say how many there are.
        await Restart(rules);
        await Eventually.Until(() => _engine.WaitingInJournal == waiting, "what waits to be counted");
    }

    private List<ActionRequest> Runs(string rule)
    {
        lock (_submitted) return [.. _submitted.Where(r => r.RuleId == rule)];
    }

    private async Task<ActionRequest> Next(string rule, int index)
    {
        await Eventually.Until(() => Runs(rule).Count > index, $"run {index} of {rule}");
        return Runs(rule)[index];
    }

    private async Task PublishMany(string type, int count)
    {
        for (var i = 0; i < count; i++) await _bus.PublishAsync(TestEvents.Manual(type, $$"""{"n":{{i}}}"""), CancellationToken.None);
    }
}
