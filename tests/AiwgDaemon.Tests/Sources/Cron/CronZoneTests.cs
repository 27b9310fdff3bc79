using AiwgDaemon.Sources.Cron;

namespace AiwgDaemon.Tests.Sources.Cron;

/// <summary>Scheduling across changes of the clock, judged by a walker that looks at every minute.</summary>
public sealed class CronZoneTests
{
    public static TheoryData<string> Zones =>
    [
        "America/New_York", "America/Sao_Paulo", "America/St_Johns", "America/Havana", "America/Scoresbysund", "Europe/Berlin", "Europe/London",
        "Europe/Dublin", "Europe/Istanbul", "Africa/Casablanca", "Africa/Cairo", "Asia/Amman", "Asia/Tehran", "Asia/Gaza", "Asia/Pyongyang",
        "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Chatham", "Antarctica/Troll",
    ];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Fires_around_every_change_of_the_clock_are_those_of_the_minute_walker(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var random = new Random(20261122);
        var changes = Changes(zone);
        changes.Count.ShouldBeGreaterThan(1);
        foreach (var change in changes)
        {
            for (var i = 0; i < 6; i++)
            {
                var walker = MinuteWalker.Make(random);
                CronExpression.TryParse(walker.Text, out var cron, out var error).ShouldBeTrue($"{walker.Text}: {error}");
                var after = change.AddMinutes(-random.Next(0, 30 * 60)).AddSeconds(random.Next(60)).AddMinutes(random.Next(0, 4 * 60));
                var from = new DateTime(after.Ticks - (after.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
                var until = change.AddHours(40);
                var expected = walker.Fires(from, until, zone);
                var actual = new List<DateTime>();
                for (var next = cron!.Next(new DateTimeOffset(after), zone); next is { } fire && fire.UtcDateTime <= until; next = cron.Next(fire, zone))
                    actual.Add(fire.UtcDateTime);
                actual.ShouldBe(expected, $"'{walker.Text}' in {id} after {after:O}");
            }
        }
    }

    [Theory]
    // Spring forward 2026-03-08 02:00 -> 03:00, back 2026-11-01 02:00 -> 01:00.
    [InlineData("30 2 * * *", "2026-03-08T00:00-05:00", "2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00")]
    [InlineData("0,30 2,3 8 3 *", "2026-03-08T00:00-05:00", "2026-03-08T03:00-04:00", "2026-03-08T03:30-04:00")]
    [InlineData("30 1 * * *", "2026-11-01T00:00-04:00", "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00")]
    [InlineData("30 * * * *", "2026-11-01T01:00-04:00", "2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00")]
    [InlineData("*/30 1 * * *", "2026-11-01T01:15-04:00", "2026-11-01T01:30-04:00", "2026-11-01T01:00-05:00")]
    [InlineData("15 * * * *", "2026-03-08T01:00-05:00", "2026-03-08T01:15-05:00", "2026-03-08T03:15-04:00")]
    [InlineData("0 0 29 2 *", "2097-01-01T00:00-05:00", "2104-02-29T00:00-05:00", "2108-02-29T00:00-05:00")]
    public void In_New_York(string text, string after, string first, string second)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        CronExpression.TryParse(text, out var cron, out _).ShouldBeTrue();
        var next = cron!.Next(DateTimeOffset.Parse(after), zone);
        next!.Value.ToString("yyyy-MM-ddTHH:mmK").ShouldBe(first);
        cron.Matches(next.Value, zone).ShouldBeTrue();
        cron.Next(next.Value, zone)!.Value.ToString("yyyy-MM-ddTHH:mmK").ShouldBe(second);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Changes_of_the_clock_are_more_than_twenty_six_hours_apart(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var step = TimeSpan.FromHours(13);
        var before = DateTime.MinValue;
        for (var at = new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc); at.Year < 2100; at += step)
        {
            if (zone.GetUtcOffset(at) == zone.GetUtcOffset(at + step)) continue;
            var (low, high) = (at.Ticks, (at + step).Ticks);
            while (high - low > TimeSpan.TicksPerSecond)
            {
                var middle = (low + high) / 2;
                if (zone.GetUtcOffset(new DateTime(middle, DateTimeKind.Utc)) == zone.GetUtcOffset(at)) low = middle;
                else high = middle;
            }
            var change = new DateTime(high, DateTimeKind.Utc);
            (change - before).ShouldBeGreaterThan(TimeSpan.FromHours(26), $"{id} around {change:O}");
            before = change;
        }
    }

    [Fact]
    public void Matches_says_what_the_minute_walker_says_in_every_zone()
    {
        var random = new Random(20261123);
        foreach (var id in Zones.Select(z => z.Data))
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
            foreach (var change in Changes(zone).TakeLast(2))
            {
                var walker = MinuteWalker.Make(random);
                CronExpression.TryParse(walker.Text, out var cron, out _).ShouldBeTrue();
                var (from, until) = (change.AddHours(-3), change.AddHours(30));
                var fires = walker.Fires(from, until, zone).ToHashSet();
                for (var at = from.AddMinutes(1); at < until; at = at.AddMinutes(1))
                    cron!.Matches(new DateTimeOffset(at.AddSeconds(17)), zone).ShouldBe(fires.Contains(at), $"'{walker.Text}' in {id} at {at:O}");
            }
        }
    }

    [Fact]
    public void A_whole_day_that_a_zone_skips_fires_once_after_it()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Apia");
        CronExpression.TryParse("0 9,17 30 12 *", out var cron, out _).ShouldBeTrue();
        var next = cron!.Next(DateTimeOffset.Parse("2011-12-01T00:00-10:00"), zone);
        next!.Value.ToString("yyyy-MM-ddTHH:mmK").ShouldBe("2011-12-31T00:00+14:00");
        cron.Next(next.Value, zone)!.Value.Year.ShouldBe(2012);
    }

    [Fact]
    public void Next_is_later_allocates_nothing_and_reaches_the_year_9999()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Amman");
        CronExpression.TryParse("*/7 0-3 * * *", out var cron, out _).ShouldBeTrue();
        CronExpression.TryParse("0 0 29 2 */3", out var rare, out _).ShouldBeTrue();
        var at = DateTimeOffset.Parse("2019-03-01T00:00Z");
        cron!.Next(at, zone);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var late = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var next = cron.Next(at, zone)!.Value;
            if (next <= at) late++;
            at = next;
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        late.ShouldBe(0);

        var last = at;
        for (DateTimeOffset? next = at; next is { } fire; next = rare!.Next(fire, zone)) last = fire;
        last.Year.ShouldBeGreaterThan(9950);
        cron.Next(DateTimeOffset.MaxValue, TimeZoneInfo.Utc).ShouldBeNull();
        cron.Next(DateTimeOffset.MaxValue, zone).ShouldBeNull();
        cron.Next(DateTimeOffset.MinValue, zone).ShouldNotBeNull();
    }

    private static List<DateTime> Changes(TimeZoneInfo zone)
    {
        var changes = new List<DateTime>();
        var end = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var at = new DateTime(2005, 1, 1, 0, 0, 0, DateTimeKind.Utc); at < end; at = at.AddHours(1))
            if (zone.GetUtcOffset(at) != zone.GetUtcOffset(at.AddHours(1))) changes.Add(at.AddHours(1));
        return changes;
    }
}
