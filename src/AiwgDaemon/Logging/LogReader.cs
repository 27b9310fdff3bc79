using AiwgDaemon.Platform;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Logging;

/// <summary>Takes one or more whole lines, newlines included.</summary>
internal delegate void LogLines(ReadOnlySpan<byte> lines);

/// <summary>One log file open for reading, by its descriptor: it stays the same file whatever its name becomes. Memory is a block, however
/// large the file.</summary>
internal sealed class LogReader : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly FileStatus _identity;
    private byte[] _block = new byte[BlockSize];

    private LogReader(SafeFileHandle handle)
    {
        _handle = handle;
        if (OperatingSystem.IsLinux()) FileStatus.TryGet((int)handle.DangerousGetHandle(), out _identity);
    }

    /// <summary>What was read up to here has been given out.</summary>
    public long Position { get; set; }

    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Null if there is no such file.</summary>
    public static LogReader? TryOpen(string path)
    {
        try
        {
            return new LogReader(SecureFile.Open(path, SecureOpen.Read));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public bool IsSameFile(LogReader other) => OperatingSystem.IsLinux() && _identity.IsSameFile(other._identity);

    /// <summary>True if the name leads to another file now; false also if it leads to none.</summary>
    public bool IsReplacedAt(string path) =>
        OperatingSystem.IsLinux() && FileStatus.TryGet(path, out var now) && !now.IsSameFile(_identity);

    /// <summary>Where the last <paramref name="wanted"/> matching lines begin; takes off what it found. Reads from the end, in
    /// blocks.</summary>
    public long StartOfLast(ref long wanted, LogFilter filter)
    {
        var end = Length;
        var lineStart = end;
        for (var blockEnd = end; blockEnd > 0 && wanted > 0;)
        {
            var blockStart = Math.Max(0, blockEnd - BlockSize);
            var block = _block.AsSpan(0, Read(_block.AsSpan(0, (int)(blockEnd - blockStart)), blockStart));
            for (var newline = block.LastIndexOf((byte)'\n'); newline >= 0; newline = block[..newline].LastIndexOf((byte)'\n'))
            {
                var start = blockStart + newline + 1;
                if (start >= end) continue;
                if (!Count(start, block[(newline + 1)..], ref wanted, ref lineStart, filter)) return lineStart;
            }
            if (blockStart == 0) Count(0, block, ref wanted, ref lineStart, filter);
            blockEnd = blockStart;
        }
        return lineStart;
    }

    /// <summary>Gives out the matching lines from <see cref="Position"/> on. A last line without its newline waits, or with
    /// <paramref name="finish"/> is given one.</summary>
    public void CopyTo(LogLines output, LogFilter filter, bool finish)
    {
        // Somebody truncated the file: what is in it now is new.
        if (Length < Position) Position = 0;
        var kept = 0;
        while (true)
        {
            if (kept == _block.Length) Array.Resize(ref _block, _block.Length * 2);
            var read = Read(_block.AsSpan(kept), Position + kept);
            if (read == 0) break;
            var have = kept + read;
            var whole = _block.AsSpan(0, have).LastIndexOf((byte)'\n') + 1;
            Emit(_block.AsSpan(0, whole), output, filter);
            _block.AsSpan(whole, have - whole).CopyTo(_block);
            Position += whole;
            kept = have - whole;
        }
        if (!finish || kept == 0) return;
        if (kept == _block.Length) Array.Resize(ref _block, kept + 1);
        _block[kept] = (byte)'\n';
        Emit(_block.AsSpan(0, kept + 1), output, filter);
        Position += kept;
    }

    public void Dispose() => _handle.Dispose();

    private bool Count(long start, scoped ReadOnlySpan<byte> line, ref long wanted, ref long lineStart, LogFilter filter)
    {
        if (!filter.IsAll)
        {
            Span<byte> head = stackalloc byte[LogFilter.HeadLength];
            if (line.Length < head.Length) line = head[..Read(head, start)];
            if (filter.EndsBefore(line))
            {
                wanted = 0;
                return false;
            }
            if (!filter.Matches(line)) return true;
        }
        lineStart = start;
        return --wanted > 0;
    }

    private static void Emit(ReadOnlySpan<byte> lines, LogLines output, LogFilter filter)
    {
        if (lines.IsEmpty) return;
        if (filter.IsAll)
        {
            output(lines);
            return;
        }
        while (!lines.IsEmpty)
        {
            var length = lines.IndexOf((byte)'\n') + 1;
            if (filter.Matches(lines[..length])) output(lines[..length]);
            lines = lines[length..];
        }
    }

    private int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[total..], offset + total);
            if (read == 0) break;
            total += read;
        }
        return total;
    }
}
