using System.Text;
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

    private readonly string _directory;

    private readonly byte[] _path;

    private readonly string _name;

    private bool _named;

    private JsonLines(string path, SafeFileHandle handle, long length) =>
        (_directory, _path, _name, _handle, Length) = (
            Path.GetDirectoryName(path)!,
            Encoding.UTF8.GetBytes(path + '\0'),
            path,
            handle,
            length
        );

    public long Length { get; private set; }

    public static JsonLines Open(string path, ILogger logger)
    {
        MakeDirectory(Path.GetDirectoryName(path)!);
        var handle = SecureFile.Open(path, SecureOpen.ReadWrite);
        DiskTrace.Note(DiskStep.Create, path);
        try
        {
            var length = RandomAccess.GetLength(handle);
            var whole = EndOfLastLine(handle, length);
            if (whole < length)
            {
                BusLog.TornLine(logger, path, length - whole);
                RandomAccess.SetLength(handle, whole);
                DiskTrace.Note(DiskStep.Resize, path, whole);
            }
            return new JsonLines(path, handle, whole);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Makes the directory if it is missing, and puts its name on the disk.</summary>
    public static void MakeDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        SecureFile.CreateDirectory(path);
        SecureFile.FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes whole lines with one call; with <paramref name="flush"/> they are on the disk on return.</summary>
    public void Append(ReadOnlySpan<byte> lines, bool flush = false)
    {
        CrashPoint.At(CrashStep.LinesAppending, _path);
        try
        {
            RandomAccess.Write(_handle, lines, Length);
            DiskTrace.NoteWrite(_name, lines, Length);
            CrashPoint.At(CrashStep.LinesAppended, _path);
            if (flush) Flush();
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_handle, Length);
            throw;
        }
        Length += lines.Length;
    }

    /// <summary>
    /// True while the file has its name and the length that was written: one that was removed, replaced or truncated under us
    /// would swallow what is appended. Linux; elsewhere assumed.
    /// </summary>
    public bool IsIntact() =>
        !OperatingSystem.IsLinux()
        || (FileStatus.TryGet((int)_handle.DangerousGetHandle(), out var held) && (long)held.Size == Length
            && FileStatus.TryGet(FileStatus.CurrentDirectory, _path, follow: false, out var named) && held.IsSameFile(named));

    /// <summary>
    /// Makes the file at least so long: a hole, which readers pass over. So offsets go on growing if the file was lost.
    /// </summary>
    public void ExtendTo(long length)
    {
        if (length <= Length) return;
        RandomAccess.Write(_handle, "\n"u8, length - 1);
        DiskTrace.NoteWrite(_name, "\n"u8, length - 1);
        Length = length;
    }

    public void Flush()
    {
        RandomAccess.FlushToDisk(_handle);
        DiskTrace.Note(DiskStep.Flush, _name);
        if (_named) return;
        // Once: the file may be a new one, whose name is on the disk only with its directory.
        SecureFile.FlushDirectory(_directory);
        _named = true;
    }

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
                foreach (var (from, length) in Texts(buffer.AsMemory(start, end)))
                    yield return (buffer.AsMemory(start + from, length), offset + start + from + length + 1);
            // A hole may be larger than memory.
            if (!buffer.AsSpan(start, held - start).ContainsAnyExcept((byte)0)) start = held;
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
            offset += start;
        }
    }

    /// <summary>
    /// What stands between line ends and holes: a hole separates lines, for what is before one and what is behind it were not written as
    /// one.
    /// </summary>
    internal static IEnumerable<(int Start, int Length)> Texts(ReadOnlyMemory<byte> line)
    {
        for (var start = 0; start < line.Length;)
        {
            var text = line.Span[start..].IndexOfAnyExcept((byte)0);
            if (text < 0) yield break;
            start += text;
            var length = line.Span[start..].IndexOf((byte)0);
            if (length < 0) length = line.Length - start;
            yield return (start, length);
            start += length;
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
