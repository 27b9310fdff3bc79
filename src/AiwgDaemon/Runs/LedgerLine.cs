using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;

namespace AiwgDaemon.Runs;

/// <summary>How much a line of the ledger can be believed.</summary>
internal enum LineCheck
{
    /// <summary>Its checksum is right.</summary>
    Whole,

    /// <summary>It has none: a version before checksums wrote it.</summary>
    Unchecked,

    Damaged,
}

/// <summary>
/// What is added to each record of the ledger so that damage shows: <c>n</c>, which grows by one from line to line, and at the end
/// <c>crc</c>, the CRC-32C (Castagnoli) of every byte before it. Pure.
/// </summary>
internal static class LedgerLine
{
    private const int TailLength = 18;

    private static ReadOnlySpan<byte> Tail => ",\"crc\":\""u8;

    /// <summary>Writes the record, a JSON object, with number and checksum as one line.</summary>
    public static void Write(IBufferWriter<byte> to, ReadOnlySpan<byte> record, long number)
    {
        var line = to.GetSpan(record.Length + 64);
        // Reopened before its last brace.
        record[..^1].CopyTo(line);
        var length = record.Length - 1;
        ",\"n\":"u8.CopyTo(line[length..]);
        Utf8Formatter.TryFormat(number, line[(length + 5)..], out var digits);
        length += 5 + digits;
        var crc = Crc(line[..length]);
        Tail.CopyTo(line[length..]);
        Utf8Formatter.TryFormat(crc, line[(length + Tail.Length)..], out _, new StandardFormat('x', 8));
        "\"}\n"u8.CopyTo(line[(length + TailLength - 2)..]);
        to.Advance(length + TailLength + 1);
    }

    /// <summary>Without the line end.</summary>
    public static LineCheck Check(ReadOnlySpan<byte> line)
    {
        if (line.Length <= TailLength || !line[^TailLength..].StartsWith(Tail)) return LineCheck.Unchecked;
        var told = line.Slice(line.Length - 10, 8);
        return
            Utf8Parser.TryParse(told, out uint crc, out var read, 'x')
            && read == 8
            && line.EndsWith("\"}"u8)
            && crc == Crc(line[..^TailLength])
            ? LineCheck.Whole
            : LineCheck.Damaged;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
