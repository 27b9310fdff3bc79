using System.Buffers.Binary;
using System.Text;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Tests.Sources.Cron.Zones;

public sealed class TzifReaderTests
{
    private static readonly byte[] Berlin = System.IO.File.ReadAllBytes(
        Path.Combine(ZoneFiles.System.Directories.First(Directory.Exists), "Europe/Berlin")
    );

    [Fact]
    public void A_rule_in_the_last_line_is_enough()
    {
        var zone = Read(File("2", [], [(7200, 0)], "<+02>-2"));
        zone.At(DateTime.UtcNow.Ticks).ShouldBe(new ZoneSpan(long.MinValue, long.MaxValue, 2 * TimeSpan.TicksPerHour));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    [InlineData("5")]
    public void Of_every_version_the_wide_data_count_and_the_rule_from_the_last_change_on(string version)
    {
        var zone = Read(File(version, [(1_000_000_000, 1)], [(0, 0), (3600, 0)], "<-04>4<-03>,M9.1.6/24,M4.1.6/24"));
        OffsetAt(zone, "2001-09-09T01:46:39Z").ShouldBe(0);
        OffsetAt(zone, "2027-04-04T02:59:59Z").ShouldBe(-3);
        OffsetAt(zone, "2027-04-04T03:00:00Z").ShouldBe(-4);
        OffsetAt(zone, "2089-04-03T02:59:59Z").ShouldBe(-3);
    }

    [Fact]
    public void Of_version_1_there_are_the_narrow_data_only_and_the_last_offset_stays()
    {
        var zone = Read(File("\0", [(1_000_000_000, 1)], [(0, 0), (3600, 0)], rule: null));
        OffsetAt(zone, "2001-09-09T01:46:39Z").ShouldBe(0);
        OffsetAt(zone, "2001-09-09T01:46:40Z").ShouldBe(1);
        OffsetAt(zone, "2089-01-01T00:00:00Z").ShouldBe(1);
    }

    [Fact]
    public void Without_a_rule_the_last_offset_stays()
    {
        var zone = Read(File("2", [(1_000_000_000, 1), (4_000_000_000, 0)], [(0, 0), (3600, 0)], ""));
        OffsetAt(zone, "2090-01-01T00:00:00Z").ShouldBe(1);
        OffsetAt(zone, "2096-10-02T07:06:40Z").ShouldBe(0);
        OffsetAt(zone, "9999-12-31T00:00:00Z").ShouldBe(0);
    }

    // As America/Nuuk in the slim form: no summer time in 2023, though its rule has one each year.
    [Fact]
    public void The_rule_begins_with_the_last_change_also_if_that_changes_nothing()
    {
        var zone = Read(File("2", [(1_679_792_400, 1), (1_698_541_200, 1)], [(-10800, 0), (-7200, 0)], "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"));
        OffsetAt(zone, "2023-03-26T00:59:59Z").ShouldBe(-3);
        OffsetAt(zone, "2023-03-26T01:00:00Z").ShouldBe(-2);
        OffsetAt(zone, "2023-10-29T00:59:59Z").ShouldBe(-2);
        OffsetAt(zone, "2024-03-31T00:59:59Z").ShouldBe(-2);
        OffsetAt(zone, "2024-03-31T01:00:00Z").ShouldBe(-1);
    }

    // "right/": a clock that counts leap seconds is 27 s ahead, and nobody's clock does.
    [Fact]
    public void Leap_seconds_are_taken_back()
    {
        var zone = Read(File("2", [(1_000_000_022, 1)], [(0, 0), (3600, 0)], "", leaps: [(78_796_800, 1), (915_148_821, 22)]));
        OffsetAt(zone, "2001-09-09T01:46:39Z").ShouldBe(0);
        OffsetAt(zone, "2001-09-09T01:46:40Z").ShouldBe(1);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused_in_words()
    {
        for (var length = 0; length < Berlin.Length; length++)
        {
            TzifReader.Read(Berlin.AsSpan(0, length), "cut", out var fault).ShouldBeNull($"{length} bytes");
            fault.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void Any_bytes_are_read_without_harm()
    {
        var random = new Random(20261128);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Berlin.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--)
                bytes[random.Next(random.Next(2) == 0 ? 100 : bytes.Length)] = (byte)random.Next(256);
            if (TzifReader.Read(bytes, "hostile", out _) is not { } zone)
                continue;
            var at = random.NextInt64(DateTime.MaxValue.Ticks);
            var span = zone.At(at);
            (span.From <= at && span.To > at && Math.Abs(span.Offset) <= 26 * TimeSpan.TicksPerHour).ShouldBeTrue($"{span} at {at}");
        }
    }

    [Theory]
    [InlineData("changes")]
    [InlineData("offsets")]
    [InlineData("counts")]
    [InlineData("rule")]
    [InlineData("no types")]
    public void A_file_that_contradicts_itself_is_refused(string what)
    {
        var bytes = what switch
        {
            "changes" => File("2", [(2000, 1), (1000, 0)], [(0, 0), (3600, 0)], ""),
            "offsets" => File("2", [(1000, 1)], [(0, 0), (int.MinValue, 0)], ""),
            "rule" => File("2", [], [(0, 0)], "nonsense"),
            "no types" => File("2", [], [], "UTC0"),
            _ => File("2", [(1000, 7)], [(0, 0)], ""),
        };
        TzifReader.Read(bytes, what, out var fault).ShouldBeNull();
        fault.ShouldNotBeNullOrEmpty();
    }

    private static Zone Read(byte[] bytes)
    {
        var zone = TzifReader.Read(bytes, "test", out var fault);
        fault.ShouldBeNull();
        return zone.ShouldNotBeNull();
    }

    private static double OffsetAt(Zone zone, string instant) =>
        TimeSpan.FromTicks(zone.At(DateTimeOffset.Parse(instant).UtcTicks).Offset).TotalHours;

    /// <summary>A zone file with these changes (Unix seconds, type), types (seconds, is summer) and leap seconds; the narrow data are those
    /// of version 1 only.</summary>
    internal static byte[] File(
        string version,
        (long At, byte Type)[] changes,
        (int Offset, byte Summer)[] types,
        string? rule,
        (long At, int Count)[]? leaps = null
    )
    {
        using var file = new MemoryStream();
        if (version == "\0") Block(4);
        else
        {
            var (all, kinds) = (changes, types);
            (changes, types) = ([], [(0, 0)]);
            Block(4);
            (changes, types) = (all, kinds);
            Block(8);
            file.Write(Encoding.ASCII.GetBytes($"\n{rule}\n"));
        }
        return file.ToArray();

        void Block(int wide)
        {
            var leapSeconds = wide == 8 ? leaps ?? [] : [];
            file.Write(Encoding.ASCII.GetBytes($"TZif{version}"));
            file.Write(new byte[15]);
            foreach (var count in new[] { 0, 0, leapSeconds.Length, changes.Length, types.Length, 4 }) Number(count, 4);
            foreach (var (at, _) in changes) Number(at, wide);
            foreach (var (_, type) in changes) file.WriteByte(type);
            foreach (var (offset, summer) in types)
            {
                Number(offset, 4);
                file.Write([summer, 0]);
            }
            file.Write("ABC\0"u8);
            foreach (var (at, count) in leapSeconds)
            {
                Number(at, wide);
                Number(count, 4);
            }
        }

        void Number(long value, int wide)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            file.Write(bytes[(8 - wide)..]);
        }
    }
}
