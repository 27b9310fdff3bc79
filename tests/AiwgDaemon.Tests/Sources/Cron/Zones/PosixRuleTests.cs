using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Tests.Sources.Cron.Zones;

/// <summary>Values of TZ, with what tzset(3) of glibc makes of them.</summary>
public sealed class PosixRuleTests
{
    [Theory]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "2027-03-28T01:00:00Z 3600 7200", "2027-10-31T01:00:00Z 7200 3600")]
    [InlineData("EST5EDT4,M3.2.0,M11.1.0", "2027-03-14T07:00:00Z -18000 -14400", "2027-11-07T06:00:00Z -14400 -18000")]
    [InlineData("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2027-03-28T01:00:00Z -10800 -7200", "2027-10-31T01:00:00Z -7200 -10800")]
    [InlineData("EET-2EEST,M4.5.5/0,M10.5.4/24", "2027-04-29T22:00:00Z 7200 10800", "2027-10-28T21:00:00Z 10800 7200")]
    [InlineData("IST-2IDT,M3.4.4/26,M10.5.0", "2027-03-26T00:00:00Z 7200 10800", "2027-10-30T23:00:00Z 10800 7200")]
    [InlineData("<-04>4<-03>,M9.1.6/24,M4.1.6/24", "2027-04-04T03:00:00Z -10800 -14400", "2027-09-05T04:00:00Z -14400 -10800")]
    [InlineData("IST-1GMT0,M10.5.0,M3.5.0/1", "2027-03-28T01:00:00Z 0 3600", "2027-10-31T01:00:00Z 3600 0")]
    [InlineData("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2027-04-03T15:00:00Z 39600 37800", "2027-10-02T15:30:00Z 37800 39600")]
    [InlineData("ABC3DEF,J60/-167,300/167", "2027-02-22T04:00:00Z -10800 -7200", "2027-11-04T01:00:00Z -7200 -10800")]
    [InlineData("ABC3DEF,J60,J300", "2027-03-01T05:00:00Z -10800 -7200", "2027-10-27T04:00:00Z -7200 -10800")]
    [InlineData("ABC3DEF,59,299", "2027-03-01T05:00:00Z -10800 -7200", "2027-10-27T04:00:00Z -7200 -10800")]
    [InlineData("ABC3DEF,M3.5.0", "2027-03-28T05:00:00Z -10800 -7200", "2027-11-07T04:00:00Z -7200 -10800")]
    public void The_clock_is_changed_when_libc_says(string text, params string[] changes)
    {
        var rule = PosixRuleReader.Read(text, out _);
        rule.ShouldNotBeNull();
        var zone = new Zone(text, rule.Standard, [], rule);
        ChangesOf(instant => zone.At(instant)).ShouldBe(changes);
        // Beyond the table the same is worked out each time.
        ChangesOf(instant => rule.At(instant)).ShouldBe(changes);
    }

    [Theory]
    [InlineData("<+03>-3", 10800)]
    [InlineData("UTC+3", -10800)]
    [InlineData("UTC0", 0)]
    [InlineData("ABC-5:30", 19800)]
    [InlineData("ABC3:5:7", -11107)]
    [InlineData("ABC24:59:59", -89999)]
    [InlineData("ABC25", -89999)]
    [InlineData("EST5EDT,0/0,J365/25", -14400)]
    public void One_offset_is_one_for_ever(string text, int seconds)
    {
        var rule = PosixRuleReader.Read(text, out _)!;
        foreach (var year in new[] { 1970, 2027, 2099, 2101, 9999 })
            new Zone(text, rule.Standard, [], rule)
                .At(new DateTime(year, 7, 1).Ticks)
                .Offset.ShouldBe(seconds * TimeSpan.TicksPerSecond, $"in {year}");
    }

    [Theory]
    [InlineData("CET-1CEST", false)]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0", true)]
    [InlineData("CET-1", true)]
    public void A_summer_time_without_dates_is_told(string text, bool dates)
    {
        PosixRuleReader.Read(text, out var hasDates).ShouldNotBeNull();
        hasDates.ShouldBe(dates);
    }

    [Theory]
    [InlineData("")]
    [InlineData("X")]
    [InlineData("AB3")]
    [InlineData("ABC")]
    [InlineData("<+0>3")]
    [InlineData("<+03-3")]
    [InlineData("ABC 3")]
    [InlineData("ABC3DEF,M13.1.0,M1.1.1")]
    [InlineData("ABC3DEF,M3.0.0,M10.6.0")]
    [InlineData("ABC3DEF,M3.1.7,M10.1.0")]
    [InlineData("ABC3DEF,J0,J365")]
    [InlineData("ABC3DEF,366,J365")]
    [InlineData("ABC3DEF,J60/168,300")]
    [InlineData("ABC3DEF,J60/2:60,300")]
    [InlineData("ABC3DEF,J60/,300")]
    [InlineData("ABC3DEF,J99999999999,300")]
    [InlineData("Europe/Berlin")]
    public void What_is_no_rule_is_none(string text) => PosixRuleReader.Read(text, out _).ShouldBeNull();

    private static List<string> ChangesOf(Func<long, ZoneSpan> at)
    {
        var changes = new List<string>();
        var span = at(new DateTime(2027, 1, 1).Ticks);
        while (span.To < new DateTime(2028, 1, 1).Ticks)
        {
            var next = at(span.To);
            next.From.ShouldBe(span.To);
            changes.Add(
                $"{new DateTime(span.To):yyyy-MM-ddTHH:mm:ssZ} {span.Offset / TimeSpan.TicksPerSecond} "
                    + $"{next.Offset / TimeSpan.TicksPerSecond}"
            );
            span = next;
        }
        return changes;
    }
}
