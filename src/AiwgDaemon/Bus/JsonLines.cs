using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Bus;

/// <summary>
/// A file of JSON lines that one process appends to. A failed append is taken back, so that the file always ends with a
/// whole line; one that a crash has torn is repaired at opening. Not thread-safe; failures are IO exceptions.
/// </summary>
internal sealed class JsonLines : IDisposable
{
    private const int ReadAhead = 256 * 1024;

    private readonly SafeFileHandle _handle;

    private JsonLines(SafeFileHandle handle, long length) => (_handle, Length) = (handle, length);

    public long Length { get; private set; }

    public static JsonLines Open(string path, ILogger logger)
    {
        SecureFile.CreateDirectory(Path.GetDirectoryName(path)!);
        var handle = SecureFile.Open(path, SecureOpen.ReadWrite);
        try
        {
            var length = RandomAccess.GetLength(handle);
            var whole = EndOfLastLine(handle, length);
            if (whole < length)
            {
                BusLog.TornLine(logger, path, length - whole);
                RandomAccess.SetLength(handle, whole);
            }
            return new JsonLines(handle, whole);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes whole lines with one call; with <paramref name="flush"/> they are on the disk on return.</summary>
    public void Append(ReadOnlySpan<byte> lines, bool flush = false)
    {
        try
        {
            RandomAccess.Write(_handle, lines, Length);
            if (flush) RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_handle, Length);
            throw;
        }
        Length += lines.Length;
    }

    public void Flush() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();

    /// <summary>
    /// The whole lines from an offset on, each with the offset behind it; what has no line end is left out. A file that does not
    /// exist has none.
    /// </summary>
    public static IEnumerable<(ReadOnlyMemory<byte> Line, long End)> Read(string path, long offset = 0)
    {
        if (!File.Exists(path)) yield break;
        using var handle = SecureFile.Open(path, SecureOpen.Read);
        var buffer = new byte[ReadAhead];
        var held = 0;
        while (true)
        {
            if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = RandomAccess.Read(handle, buffer.AsSpan(held), offset + held);
            if (read == 0) yield break;
            held += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, held - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
                yield return (buffer.AsMemory(start, end), offset + start + end + 1);
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
            offset += start;
        }
    }

    private static long EndOfLastLine(SafeFileHandle handle, long length)
    {
        var buffer = new byte[Math.Min(length, ReadAhead)];
        for (var end = length; end > 0;)
        {
            var size = (int)Math.Min(end, buffer.Length);
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, size), end - size);
            var last = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (last >= 0) return end - size + last + 1;
            end -= size;
        }
        return 0;
    }
}
