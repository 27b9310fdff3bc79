using System.Buffers.Binary;
using AiwgDaemon.Platform;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Actions;

/// <summary>
/// The last bytes of an output that is larger than its log may be: a ring in a file beside the log, so that a flood costs no memory and a
/// killed daemon does not lose the end. Behind the ring stand, in 8 bytes, how many went through it. Failures are
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal sealed class OutputTail : IDisposable
{
    public const string Extension = ".tail";

    // Half of the largest output that can be configured; what is larger is not of ours.
    private const long Largest = 512L * 1024 * 1024;

    private const int Piece = 64 * 1024;

    // Far more than a line has: whatever comes without line breaks is cut where it is.
    private const int LongestPartialLine = 4096;

    private readonly SafeFileHandle _file;
    private readonly long _size;
    private long _total;

    private OutputTail(SafeFileHandle file, long size, long total) => (_file, _size, _total) = (file, size, total);

    /// <param name="log">The log that the ring lies beside.</param>
    /// <param name="size">Bytes that are kept, at least 1.</param>
    public static OutputTail Create(string log, long size) =>
        new(SecureFile.Open(Path.ChangeExtension(log, Extension), SecureOpen.ReadWrite), size, 0);

    /// <summary>What a killed daemon left; null if there is nothing in it.</summary>
    public static OutputTail? Read(string path)
    {
        var file = SecureFile.Open(path, SecureOpen.Read);
        var size = RandomAccess.GetLength(file) - sizeof(long);
        Span<byte> total = stackalloc byte[sizeof(long)];
        if (
            size is > 0 and <= Largest
            && RandomAccess.Read(file, total, size) == total.Length
            && BinaryPrimitives.ReadInt64LittleEndian(total) is > 0 and var bytes
        )
            return new(file, size, bytes);
        file.Dispose();
        return null;
    }

    public void Write(ReadOnlySpan<byte> output)
    {
        _total += output.Length;
        if (output.Length > _size) output = output[^(int)_size..];
        var at = (_total - output.Length) % _size;
        var first = (int)Math.Min(output.Length, _size - at);
        RandomAccess.Write(_file, output[..first], at);
        if (first < output.Length) RandomAccess.Write(_file, output[first..], 0);
        Span<byte> total = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(total, _total);
        RandomAccess.Write(_file, total, _size);
    }

    /// <summary>Hands over how many bytes are left out, and then what is kept, from the beginning of a line if one begins soon.</summary>
    public void CopyTo(Action<long> leftOut, OutputSink sink)
    {
        var buffer = new byte[Piece];
        var (at, end) = (Math.Max(0, _total - _size), _total);
        if (at > 0) at += PartialLine(buffer.AsSpan(0, Read(buffer, at, Math.Min(end, at + LongestPartialLine))));
        leftOut(at);
        for (int read; at < end && (read = Read(buffer, at, end)) > 0; at += read) sink(buffer.AsSpan(0, read));
    }

    public void Dispose() => _file.Dispose();

    private int Read(byte[] buffer, long at, long end)
    {
        var inRing = at % _size;
        var most = (int)Math.Min(Math.Min(buffer.Length, end - at), _size - inRing);
        return RandomAccess.Read(_file, buffer.AsSpan(0, most), inRing);
    }

    private static int PartialLine(ReadOnlySpan<byte> start)
    {
        if (start.IndexOf((byte)'\n') is >= 0 and var end && end + 1 < start.Length) return end + 1;
        // Not in the middle of a character either.
        var skip = 0;
        while (skip < start.Length && skip < 3 && (start[skip] & 0xC0) == 0x80) skip++;
        return skip;
    }
}
