using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Cron;

/// <summary>Scheduling across changes of the clock, judged by a walker that looks at every minute.</summary>
public sealed class CronZoneTests
{
    public static TheoryData<string> Zones =>
        [
            "America/New_York",
            "America/Sao_Paulo",
            "America/St_Johns",
            "America/Havana",
            "America/Scoresbysund",
            "Europe/Berlin",
            "Europe/London",
            "Europe/Dublin",
            "Europe/Istanbul",
            "Africa/Casablanca",
            "Africa/Cairo",
            "Asia/Amman",
            "Asia/Tehran",
            "Asia/Gaza",
            "Asia/Pyongyang",
            "Australia/Lord_Howe",
            "Australia/Sydney",
            "Pacific/Apia",
            "Pacific/Chatham",
            "Antarctica/Troll",
            "America/Nuuk",
        ];

    /// <summary>AIWG_TEST_ZONES=all looks at every zone of the machine, with 10 cases each; takes minutes.</summary>
    private static bool IsWhole => Environment.GetEnvironmentVariable("AIWG_TEST_ZONES") == "all";

    // As this machine has them, in the form with all years to 2037 and in that with a rule from today on.
    [Theory]
    [InlineData("installed")]
    [InlineData("fat")]
    [InlineData("slim")]
    public void Fires_around_changes_of_the_clock_to_2089_are_those_of_a_walker_on_the_data_of_the_c_library(string form)
    {
        Assert.SkipUnless(ZoneOracle.IsThere, "zdump is not installed (Debian: libc-bin)");
        using var directory = new TemporaryDirectory();
        var installed = form == "installed";
        Assert.SkipUnless(
            installed || ZoneOracle.TryCompile(form, directory.Path),
            "zic or tzdata.zi is not installed (Debian: libc-bin, tzdata)"
        );
        var data = installed ? ZoneFiles.System.Directories[0] : directory.Path;
        var files = new ZoneFiles(() => null, [data], "/nonexistent");
        var ids = IsWhole ? All(data, files) : [.. Zones.Select(z => z.Data)];
        var random = new Random(20261122);
        var cases = 0;
        foreach (var (id, oracle) in ZoneOracle.Read(ids, data))
        {
            var zone = files.Read(id).Zone;
            // Before that the walker's minutes are not those of every place: Monrovia was 44 minutes and 30 seconds behind UTC.
            var changes = oracle.Changes.Where(c => c.Year >= 1973).ToList();
            for (var i = 0; i < (IsWhole ? 10 : 26) && changes.Count > 0; i++)
            {
                var change = changes[random.Next(changes.Count)];
                var walker = MinuteWalker.Make(random);
                CronExpression.TryParse(walker.Text, out var cron, out var error).ShouldBeTrue($"{walker.Text}: {error}");
                var after = change.AddMinutes(-random.Next(0, 30 * 60)).AddSeconds(random.Next(60)).AddMinutes(random.Next(0, 4 * 60));
                var from = new DateTime(after.Ticks - (after.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
                var until = change.AddHours(30);
                var actual = new List<DateTime>();
                for (
                    var next = cron!.Next(new DateTimeOffset(after), zone);
                    next is { } fire && fire.UtcDateTime <= until;
                    next = cron.Next(fire, zone)
                )
                    actual.Add(fire.UtcDateTime);
                actual.ShouldBe(walker.Fires(from, until, oracle), $"'{walker.Text}' in {id}, {form}, after {after:O}");
                cases++;
            }
        }
        cases.ShouldBeGreaterThan(400);
    }

    // The oracle cannot read the clocks that count leap seconds ("right/").
    private static List<string> All(string data, ZoneFiles files) =>
        [
            .. Directory
                .EnumerateFiles(data, "*", SearchOption.AllDirectories)
                .Select(f => f[(data.Length + 1)..])
                .Where(f =>
                    f.Contains('/')
                    && !f.StartsWith("right/", StringComparison.Ordinal)
                    && !f.StartsWith("posix/", StringComparison.Ordinal)
                )
                .Where(f => files.TryRead(f) is { Problem: null }),
        ];

    [Fact]
    public void Every_zone_has_the_offsets_of_the_c_library_to_2089()
    {
        Assert.SkipUnless(ZoneOracle.IsThere, "zdump is not installed (Debian: libc-bin)");
        string[] some =
        [
            "America/Santiago",
            "America/Nuuk",
            "Asia/Jerusalem",
            "Africa/El_Aaiun",
            "Europe/Chisinau",
            "Antarctica/Casey",
            "Asia/Kathmandu",
        ];
        foreach (var (id, oracle) in ZoneOracle.Read(IsWhole ? [.. Zones.Select(z => z.Data), .. some] : some))
        {
            var zone = TestZones.Named(id);
            foreach (var change in oracle.Changes)
                foreach (var at in new[] { change.AddSeconds(-1), change, change.AddHours(26) })
                    zone.At(at.Ticks).Offset.ShouldBe(oracle.OffsetAt(at).Ticks, $"{id} at {at:O}");
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
        var zone = TestZones.Named("America/New_York");
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
        var zone = TestZones.Named(id);
        var end = new DateTime(2150, 1, 1).Ticks;
        for (var span = zone.At(new DateTime(1900, 1, 1).Ticks); span.To < end; span = zone.At(span.To))
            (span.From == long.MinValue || span.To - span.From > 26 * TimeSpan.TicksPerHour).ShouldBeTrue(
                $"{id} around {new DateTime(span.To):O}"
            );
    }

    [Fact]
    public void Matches_says_what_the_minute_walker_says_in_every_zone()
    {
        Assert.SkipUnless(ZoneOracle.IsThere, "zdump is not installed (Debian: libc-bin)");
        var random = new Random(20261123);
        foreach (var (id, oracle) in ZoneOracle.Read([.. Zones.Select(z => z.Data)]))
        {
            var zone = TestZones.Named(id);
            foreach (var change in oracle.Changes.Where(c => c.Year < 2027).TakeLast(2))
            {
                var walker = MinuteWalker.Make(random);
                CronExpression.TryParse(walker.Text, out var cron, out _).ShouldBeTrue();
                var (from, until) = (change.AddHours(-3), change.AddHours(30));
                var fires = walker.Fires(from, until, oracle).ToHashSet();
                for (var at = from.AddMinutes(1); at < until; at = at.AddMinutes(1))
                    cron!
                        .Matches(new DateTimeOffset(at.AddSeconds(17)), zone)
                        .ShouldBe(fires.Contains(at), $"'{walker.Text}' in {id} at {at:O}");
            }
        }
    }

    [Fact]
    public void A_whole_day_that_a_zone_skips_fires_once_after_it()
    {
        var zone = TestZones.Named("Pacific/Apia");
        CronExpression.TryParse("0 9,17 30 12 *", out var cron, out _).ShouldBeTrue();
        var next = cron!.Next(DateTimeOffset.Parse("2011-12-01T00:00-10:00"), zone);
        next!.Value.ToString("yyyy-MM-ddTHH:mmK").ShouldBe("2011-12-31T00:00+14:00");
        cron.Next(next.Value, zone)!.Value.Year.ShouldBe(2012);
    }

    [Fact]
    public void Next_is_later_allocates_nothing_and_reaches_the_year_9999()
    {
        var zone = TestZones.Named("Asia/Amman");
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
        cron.Next(DateTimeOffset.MaxValue, Zone.Utc).ShouldBeNull();
        cron.Next(DateTimeOffset.MaxValue, zone).ShouldBeNull();
        cron.Next(DateTimeOffset.MinValue, zone).ShouldNotBeNull();
    }
}
