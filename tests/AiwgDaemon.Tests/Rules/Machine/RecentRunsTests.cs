using AiwgDaemon.Rules;

using AiwgDaemon.Rules.Machine;

namespace AiwgDaemon.Tests.Rules.Machine;

public sealed class RecentRunsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(-0.1, false)]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(10.9, true)]
    [InlineData(11, false)]
    public void A_change_during_or_right_after_a_run_of_another_rule_may_be_its_doing(double seconds, bool expected)
    {
        var runs = new RecentRuns();
        runs.Begin("1", "b", Start);
        runs.End("1", Start.AddSeconds(10));
        runs.AnyOther("a", Start.AddSeconds(seconds), Late).ShouldBe(expected);
        runs.AnyOther("b", Start.AddSeconds(seconds), Late).ShouldBeFalse();
        runs.Any("b", Start.AddSeconds(seconds)).ShouldBe(seconds is >= 0 and <= 10);
        runs.Any("a", Start.AddSeconds(seconds)).ShouldBeFalse();
    }

    [Fact]
    public void One_that_goes_on_has_no_end_yet_and_only_the_newest_are_kept()
    {
        var runs = new RecentRuns();
        runs.Begin("first", "b", Start);
        runs.AnyOther("a", Start.AddHours(1), Late).ShouldBeTrue();
        for (var i = 0; i < 256; i++)
        {
            runs.Begin($"{i}", "a", Start);
            runs.End($"{i}", Start);
        }
        runs.End("first", Start);
        runs.AnyOther("a", Start.AddHours(1), Late).ShouldBeFalse();
    }
}
