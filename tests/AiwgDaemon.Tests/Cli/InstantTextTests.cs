using AiwgDaemon.Cli;
using AiwgDaemon.Tests.Sources.Cron;

namespace AiwgDaemon.Tests.Cli;

public sealed class InstantTextTests
{
    [Theory]
    [InlineData("2027-03-01", "2027-02-28T23:00:00.0000000Z")]
    [InlineData("2027-03-01T10:00", "2027-03-01T09:00:00.0000000Z")]
    [InlineData("2027-03-01 10:00:30", "2027-03-01T09:00:30.0000000Z")]
    [InlineData("2027-03-01T10:00:00Z", "2027-03-01T10:00:00.0000000Z")]
    [InlineData("2027-03-01T10:00Z", "2027-03-01T10:00:00.0000000Z")]
    [InlineData("2027-03-01t10:00:00z", "2027-03-01T10:00:00.0000000Z")]
    [InlineData("2027-03-01T10:00:00+01:00", "2027-03-01T09:00:00.0000000Z")]
    [InlineData("2027-03-01T10:00:00.5+0530", "2027-03-01T04:30:00.5000000Z")]
    [InlineData("2027-03-01T10:00:00-05", "2027-03-01T15:00:00.0000000Z")]
    // The clock shows it twice, and an offset says which.
    [InlineData("2027-10-31T02:30", "2027-10-31T00:30:00.0000000Z")]
    [InlineData("2027-10-31T02:30+01:00", "2027-10-31T01:30:00.0000000Z")]
    // It skips it: what comes right after the gap is later.
    [InlineData("2027-03-28T02:30", "2027-03-28T00:59:59.9999999Z")]
    public void An_instant_is_read_as_a_time_of_the_zone_unless_it_says_otherwise(string text, string utc)
    {
        InstantText.TryParse(text, TestZones.Named("Europe/Berlin"), out var instant).ShouldBeTrue();
        instant.UtcDateTime.ToString("O").ShouldBe(utc);
    }

    [Theory]
    [InlineData("03/01/2027")]
    [InlineData("01.03.2027")]
    [InlineData("10:00")]
    [InlineData("2027-3-1")]
    [InlineData("1 Mar 2027")]
    [InlineData("2027-03-01T25:00:00Z")]
    [InlineData("2027-02-30")]
    [InlineData("2027-03")]
    [InlineData("20270301")]
    [InlineData("Monday")]
    [InlineData("tomorrow")]
    [InlineData("1790000000")]
    [InlineData("2027-03-01T10:00 PM")]
    [InlineData("2027-03-01Z")]
    [InlineData("")]
    public void What_is_no_instant_is_refused_and_not_guessed(string text) =>
        InstantText.TryParse(text, TestZones.Named("Europe/Berlin"), out _).ShouldBeFalse();
}
