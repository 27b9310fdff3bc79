using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;

using AiwgDaemon.Rules.Machine;

namespace AiwgDaemon.Tests.Rules.Machine;

public sealed class ChainsTests
{
    private readonly Chains _chains = new();
    private DateTimeOffset _now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_rule_that_publishes_its_own_event_is_counted_round_by_round()
    {
        var cause = Run("r", By(null));
        for (var round = 1; round <= 20; round++)
        {
            _chains.Rounds("r", By(cause), _now).ShouldBe(round);
            cause = Run("r", By(cause));
        }
    }

    [Fact]
    public void Over_another_rule_too()
    {
        var cause = Run("a", By(null));
        for (var round = 1; round <= 20; round++)
        {
            cause = Run("b", By(cause));
            _chains.Rounds("a", By(cause), _now).ShouldBe(round);
            cause = Run("a", By(cause));
        }
    }

    [Fact]
    public void A_pipeline_of_many_rules_is_no_chain()
    {
        string? cause = null;
        for (var i = 0; i < 100; i++)
        {
            _chains.Rounds($"step{i}", By(cause), _now).ShouldBe(0);
            cause = Run($"step{i}", By(cause));
        }
    }

    [Fact]
    public void An_event_that_came_from_outside_begins_anew()
    {
        var cause = Run("r", By(Run("r", By(null))));
        _chains.Rounds("r", By(cause), _now).ShouldBe(2);
        _chains.Rounds("r", By(Run("r", By(cause), By(null))), _now).ShouldBe(1);
        _chains.Rounds("r", By("of a daemon before"), _now).ShouldBe(0);
    }

    [Fact]
    public void A_minute_between_two_links_makes_it_deliberate()
    {
        string? cause = null;
        for (var i = 0; i < 100; i++)
        {
            cause = Run("r", By(cause));
            _now += TimeSpan.FromMinutes(1);
            _chains.Rounds("r", By(cause), _now).ShouldBe(0);
        }
    }

    [Fact]
    public void Runs_long_past_are_forgotten()
    {
        var old = Run("r", By(null));
        for (var i = 0; i < 5000; i++) Run("other", By(null));
        _chains.Rounds("r", By(old), _now).ShouldBe(0);
    }

    private int _runs;

    private string Run(string rule, params DaemonEvent[] events)
    {
        var id = $"run{_runs++}";
        _chains.Add(id, rule, events, _now);
        return id;
    }

    private static DaemonEvent By(string? action) => TestEvents.Of(EventSource.Manual, "go", "", "{}", causedBy: action);
}
