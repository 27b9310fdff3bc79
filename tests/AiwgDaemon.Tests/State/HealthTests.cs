using AiwgDaemon.State;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.State;

public sealed class HealthTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<HealthChange> _changes = [];

    [Fact]
    public void Issues_come_change_and_go_and_only_changes_are_told()
    {
        var health = new Health(_time, _changes.Add);
        health.Report("watch.limit", null);
        health.Report("watch.limit", "too many");
        health.Report("watch.limit", "too many");
        health.Status.ShouldBe("degraded");
        health.Report("log", "full", unhealthy: true);
        health.Status.ShouldBe("unhealthy");
        health.Report("log", null);
        health.Report("watch.limit", null);

        health.Snapshot().Issues.ShouldBeEmpty();
        _changes
            .Select(c => $"{c.PreviousStatus} {c.Status}")
            .ShouldBe(["healthy degraded", "degraded unhealthy", "unhealthy degraded", "degraded healthy"]);
    }

    [Fact]
    public void What_is_reported_before_anybody_listens_is_told_when_somebody_does()
    {
        var health = new Health(_time);
        health.Report("bus.ledger", "damaged");
        health.Report("rules.cooldowns", "empty");
        health.Report("rules.cooldowns", null);
        health.Listen(_changes.Add);
        health.Report("watch.limit", "too many");
        _changes.Select(c => (c.Key, c.Message)).ShouldBe([("bus.ledger", "damaged"), ("watch.limit", "too many")]);
    }

    [Fact]
    public void An_issue_keeps_its_beginning_when_its_message_changes()
    {
        var health = new Health(_time, _changes.Add);
        health.Report("disk", "1");
        var since = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(1));
        health.Report("disk", "2");
        health.Snapshot().Issues.ShouldHaveSingleItem().Since.ShouldBe(since);
    }

    [Theory]
    [InlineData(90, true, Verdict.Healthy)]
    [InlineData(91, true, Verdict.Unhealthy)]
    [InlineData(91, false, Verdict.Stopped)]
    public void A_live_daemon_whose_heartbeat_is_older_than_three_intervals_is_unhealthy(int age, bool alive, object verdict)
    {
        var now = _time.GetUtcNow();
        HealthCheck.Of(StateDefaults.Empty with { LastHeartbeat = now.AddSeconds(-age) }, alive, now).Verdict.ShouldBe((Verdict)verdict);
    }
}
