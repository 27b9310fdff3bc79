using AiwgDaemon.Sources.Watch.Watches;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>Listing what has no watch costs no more than a twentieth of a processor.</summary>
public sealed class PollPaceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PollPace _pace;

    public PollPaceTests() => _pace = new PollPace(_time);

    [Theory]
    [InlineData(0.01, 2)]
    [InlineData(0.5, 10)]
    [InlineData(0.51, 11)]
    [InlineData(30, 60)]
    public void A_round_is_followed_by_twenty_times_as_long_between_two_seconds_and_a_minute(double took, double interval)
    {
        _pace.Begin();
        _time.Advance(TimeSpan.FromSeconds(took));
        _pace.End();
        _pace.Interval.ShouldBe(TimeSpan.FromSeconds(interval));
    }

    [Fact]
    public void A_round_that_is_planned_stays_where_it_is_until_it_is_due_or_not_needed()
    {
        _pace.IsDue.ShouldBeFalse();
        _pace.Plan(needed: true);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        _pace.Plan(needed: true);
        _pace.IsDue.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.5));
        _pace.IsDue.ShouldBeTrue();
        _pace.Plan(needed: false);
        _pace.IsDue.ShouldBeFalse();
        _pace.Due.ShouldBe(long.MaxValue);
    }
}
