using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>
/// Reads the content of a zone file (TZif, RFC 9636, versions 1 to 4): the 64-bit data and the rule in the last line, or the 32-bit data of
/// version 1. The offsets alone are kept; a file that counts leap seconds ("right/") gives the instants of the clock that everybody
/// has, which does not count them. Any bytes are taken: what is no zone file gives words that say so.
/// </summary>
internal ref struct TzifReader
{
    private const int HeaderSize = 44;
    private const long Epoch = 621355968000000000;

    // RFC 9636, 3.2: from -25 to +26 hours, not included.
    private const int MostEast = (26 * 3600) - 1;
    private const int MostWest = (25 * 3600) - 1;

    private readonly ReadOnlySpan<byte> _data;
    private int _at;
    private string? _fault;

    private TzifReader(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Null with the reason if the bytes are no zone file, or not a whole one.</summary>
    public static Zone? Read(ReadOnlySpan<byte> data, string name, out string? fault)
    {
        var reader = new TzifReader(data);
        var zone = reader.ReadFile(name);
        fault = reader._fault;
        return zone;
    }

    private Zone? ReadFile(string name)
    {
        if (!ReadHeader(out var version, out var counts)) return null;
        if (version == 0) return ReadBody(counts, 4, out var old) is { } changes ? new Zone(name, old, changes, null) : null;
        _at += counts.Size(4);
        if (!ReadHeader(out _, out counts) || ReadBody(counts, 8, out var first) is not { } all) return null;
        return ReadFooter(out var rule) ? new Zone(name, first, all, rule) : null;
    }

    private bool ReadHeader(out int version, out Counts counts)
    {
        (version, counts) = (0, default);
        if (_data.Length - _at < HeaderSize || !_data[_at..].StartsWith("TZif"u8))
            return Fail(_at == 0 ? "is no zone file (TZif)" : "is cut off or damaged");
        version = _data[_at + 4];
        var numbers = _data[(_at + 20)..];
        counts = new(
            Number(numbers, 0),
            Number(numbers, 1),
            Number(numbers, 2),
            Number(numbers, 3),
            Number(numbers, 4),
            Number(numbers, 5)
        );
        _at += HeaderSize;
        return counts.AreSane && counts.Size(4) <= _data.Length - _at || Fail("is cut off or damaged");

        static int Number(ReadOnlySpan<byte> at, int i) => BinaryPrimitives.ReadInt32BigEndian(at[(4 * i)..]);
    }

    private List<ZoneChange>? ReadBody(Counts counts, int wide, out long first)
    {
        first = 0;
        if (counts.Size(wide) > _data.Length - _at || counts.Types == 0)
        {
            Fail("is cut off or damaged");
            return null;
        }
        var times = _data.Slice(_at, counts.Times * wide);
        var indexes = _data.Slice(_at + times.Length, counts.Times);
        var types = _data.Slice(_at + times.Length + indexes.Length, counts.Types * 6);
        var leaps = _data.Slice(_at + times.Length + indexes.Length + types.Length + counts.Characters, counts.Leaps * (wide + 4));
        _at += counts.Size(wide);
        var changes = new List<ZoneChange>(counts.Times);
        var before = long.MinValue;
        for (var i = 0; i < counts.Times; i++)
        {
            var time = Seconds(times, i * wide, wide);
            if (time <= before || !TryOffset(types, indexes[i], out var offset))
            {
                Fail("has changes that are out of order or of no known kind");
                return null;
            }
            before = time;
            changes.Add(new(Ticks(time - LeapSeconds(leaps, wide, time)), offset));
        }
        if (TryOffset(types, 0, out first)) return changes;
        Fail("has an offset of more than a day");
        return null;
    }

    private bool ReadFooter(out PosixRule? rule)
    {
        rule = null;
        var end = _at < _data.Length && _data[_at] == '\n' ? _data[(_at + 1)..].IndexOf((byte)'\n') : -1;
        if (end < 0) return Fail("is cut off: its last line is missing");
        if (end == 0) return true;
        rule = PosixRuleReader.Read(Encoding.ASCII.GetString(_data.Slice(_at + 1, end)), out _);
        return rule is not null || Fail("has a rule in its last line that is not understood");
    }

    private bool Fail(string fault)
    {
        _fault ??= fault;
        return false;
    }

    private static bool TryOffset(ReadOnlySpan<byte> types, int index, out long offset)
    {
        offset = 0;
        if (index >= types.Length / 6) return false;
        var seconds = BinaryPrimitives.ReadInt32BigEndian(types[(6 * index)..]);
        offset = seconds * TimeSpan.TicksPerSecond;
        return seconds is >= -MostWest and <= MostEast;
    }

    private static long Seconds(ReadOnlySpan<byte> at, int offset, int wide) =>
        wide == 8 ? BinaryPrimitives.ReadInt64BigEndian(at[offset..]) : BinaryPrimitives.ReadInt32BigEndian(at[offset..]);

    // How many leap seconds the file has counted by then.
    private static int LeapSeconds(ReadOnlySpan<byte> leaps, int wide, long time)
    {
        var corrected = 0;
        for (var i = 0; i < leaps.Length && Seconds(leaps, i, wide) <= time; i += wide + 4)
            corrected = BinaryPrimitives.ReadInt32BigEndian(leaps[(i + wide)..]);
        return corrected;
    }

    // Before the year 1 and after 9999 lies nothing that could be asked.
    private static long Ticks(long seconds) => (Math.Clamp(seconds, -62135596800, 253402300799) * TimeSpan.TicksPerSecond) + Epoch;

    /// <summary>What a header says comes after it, in the order of the RFC.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Counts(int UtMarks, int StandardMarks, int Leaps, int Times, int Types, int Characters)
    {
        // No file has more bytes than are read, so larger numbers are wrong, and sums of these cannot overflow.
        private const int Most = 1 << 20;

        public bool AreSane =>
            (uint)UtMarks < Most
            && (uint)StandardMarks < Most
            && (uint)Leaps < Most
            && (uint)Times < Most
            && (uint)Types < Most
            && (uint)Characters < Most;

        public int Size(int wide) => (Times * (wide + 1)) + (Types * 6) + Characters + (Leaps * (wide + 4)) + StandardMarks + UtMarks;
    }
}
