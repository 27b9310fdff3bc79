using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Rules.Machine;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using CsCheck;

namespace AiwgDaemon.Tests.Rules.Machine;

/// <summary>Whatever happens to the rules, in whatever order: each event has exactly one outcome, and no run is forgotten or runs beside
/// one that it must not.</summary>
public sealed class RuleMachinePropertyTests
{
    private static readonly RuleLimits Small = new()
    {
        Outstanding = 40,
        Waiting = 8,
        Share = 2,
        Joined = 12,
        KeptEvents = 20,
        KeptRuns = 20,
    };
    private static readonly string[] Paths = ["a", "b", "c", "d"];

    [Fact]
    public void Each_event_has_exactly_one_outcome_and_everything_that_waits_comes_to_its_end() =>
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 99], Gen.Int[0, 9]).Array[0, 250].Sample(Walk, iter: 500);

    private static void Walk((int What, int Which, int How)[] steps)
    {
        var world = new RuleWorld(new RuleSet { Rules = Rules(0) }, Small);
        foreach (var (what, which, how) in steps) Step(world, what, which, how);
        world.RunDry();

        world.Runs.Where(r => r.State != WorldState.Ended).ShouldBeEmpty("nothing is forgotten");
        world.Machine.Outstanding.ShouldBe(0);
        world.Machine.Status.Where(s => s.Waiting + s.Held > 0).ShouldBeEmpty();
        foreach (var ((rule, id), outcomes) in world.Outcomes)
        {
            if (outcomes.Count == 1 || (outcomes.Count == 0 && WasReplaced(world, rule, id)))
                continue;
            outcomes.Count.ShouldBe(
                1,
                $"{rule}, event {world.Events.ToList().FindIndex(e => e.Id == id)}: {string.Join(" and ", outcomes)}"
            );
        }
    }

    // Only of changes of one path the latest is kept.
    private static bool WasReplaced(RuleWorld world, string rule, Guid id)
    {
        var at = world.Events.ToList().FindIndex(e => e.Id == id);
        return world.Events[at].Source == EventSource.Watch
            && world.Events.Skip(at + 1).Any(e => e.Subject == world.Events[at].Subject && world.Outcomes.ContainsKey((rule, e.Id)));
    }

    private static void Step(RuleWorld world, int what, int which, int how)
    {
        var rules = world.Machine.Status;
        var rule = rules.Count == 0 ? "none" : rules[which % rules.Count].Id;
        switch (what)
        {
            case 0 or 1 or 2:
                world.Publish([.. Enumerable.Range(0, 1 + (how / 3)).Select(i => world.Change(Paths[(which + i) % Paths.Length]))]);
                break;
            case 3 or 4:
                world.Publish([.. Enumerable.Range(0, 1 + how).Select(_ => TestEvents.Manual("work"))]);
                break;
            case 5 or 6 or 7:
                OnRun(world, which, WorldState.Queued, world.Begin);
                break;
            case 8 or 9 or 10:
                OnRun(world, which, WorldState.Running, run => world.End(run, EndOf(run, how)));
                break;
            case 11:
                world.Advance(TimeSpan.FromMilliseconds(100 * (1 + how)));
                break;
            case 12:
                world.Advance(TimeSpan.FromSeconds(1 + (5 * how)));
                break;
            case 13 or 14:
                world.AnswerReads(path => (ulong)(which % 3) + path[0]);
                break;
            case 15:
                world.Reload(Rules(which));
                break;
            case 16:
                world.Give(new RuleInput.EnableRule(rule, how > 3));
                break;
            case 17:
                if (how > 6)
                    world.Give(new RuleInput.CancelWaiting(how > 8 ? null : rule));
                else
                    world.Give(new RuleInput.ResumeRule(rule));
                break;
            case 18:
                OnRun(world, which, how < 5 ? WorldState.Waiting : WorldState.Queued, run =>
                {
                    if (run.IsHeld)
                        world.Release(run);
                    else
                        world.Hold(run);
                });
                break;
            default:
                OnRun(world, which, how < 5 ? WorldState.Waiting : WorldState.Queued, run => world.End(run, ActionStatus.Cancelled));
                break;
        }
    }

    private static ActionStatus EndOf(WorldRun run, int how) =>
        run.IsAskedToEnd ? ActionStatus.Cancelled
        : how < 4 ? ActionStatus.Failed
        : ActionStatus.Completed;

    private static void OnRun(RuleWorld world, int which, WorldState state, Action<WorldRun> action)
    {
        var there = world.Runs.Where(r => r.State == state).ToList();
        if (there.Count > 0) action(there[which % there.Count]);
    }

    // A reload changes patterns, times and retries, switches rules off and takes some away, and leaves on_busy alone.
    private static List<Rule> Rules(int variant)
    {
        var rules = new List<Rule>();
        foreach (var busy in Enum.GetValues<OnBusy>())
        {
            rules.Add(Rule($"{busy}-changes", busy, new EventMatch { Source = EventSource.Watch }, variant));
            rules.Add(
                Rule($"{busy}-work", busy, new EventMatch { Source = EventSource.Manual }, variant / 3) with
                {
                    Settle = variant % 2 == 1 ? TimeSpan.FromSeconds(1) : default,
                }
            );
        }
        if (variant % 7 == 1) rules.RemoveRange(variant % 5, 3);
        if (variant % 5 == 1) rules[variant % rules.Count] = rules[variant % rules.Count] with { Enabled = false };
        return rules;
    }

    private static Rule Rule(string id, OnBusy busy, EventMatch match, int variant) => MatcherTests.Rule(id, match) with
    {
        OnBusy = busy,
        Retries = variant % 3,
        RetryDelay = variant % 4 == 1 ? TimeSpan.FromSeconds(3) : null,
        IgnoreOwnChanges = variant % 4 != 2,
        Cooldown = variant % 6 == 5 ? TimeSpan.FromSeconds(20) : default,
    };
}
