using AiwgDaemon.Cli;
using AiwgDaemon.Tests.Sources.Cron;

namespace AiwgDaemon.Tests.Cli;

public sealed class SinceTextTests
{
    [Theory]
    [InlineData("90s", "2027-07-01T21:58:30Z")]
    [InlineData("10m", "2027-07-01T21:50:00Z")]
    [InlineData("1.5h", "2027-07-01T20:30:00Z")]
    [InlineData("1d", "2027-06-30T22:00:00Z")]
    [InlineData("2027-07-01T09:00:00Z", "2027-07-01T09:00:00Z")]
    [InlineData("2027-07-01T09:00", "2027-07-01T07:00:00Z")]
    [InlineData("2027-07-01", "2027-06-30T22:00:00Z")]
    // In Berlin it is the second of July already.
    [InlineData("00:00", "2027-07-01T22:00:00Z")]
    public void A_point_in_the_past_is_read_in_the_local_zone(string text, string utc)
    {
        SinceText
            .TryParse(text, DateTimeOffset.Parse("2027-07-01T22:00:00Z"), TestZones.Named("Europe/Berlin"), out var instant)
            .ShouldBeTrue();
        instant.ShouldBe(DateTimeOffset.Parse(utc));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-5m")]
    [InlineData("03/01/2027")]
    [InlineData("99999999d")]
    public void What_is_none_is_refused(string text) =>
        SinceText.TryParse(text, DateTimeOffset.UnixEpoch, TestZones.Named("Europe/Berlin"), out _).ShouldBeFalse();
}
