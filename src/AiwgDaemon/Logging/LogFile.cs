using System.Text;
using AiwgDaemon.Platform;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Logging;

/// <summary>
/// One open log file that is only appended to. Knows its size, whether its name still leads to it, and cuts off what a
/// failed write left behind, so that no torn line remains. Not thread-safe. Failures are <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly byte[] _nativePath;
    private readonly FileStatus _identity;

    private LogFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
        _nativePath = Encoding.UTF8.GetBytes(path + '\0');
        Size = RandomAccess.GetLength(handle);
        if (OperatingSystem.IsLinux()) FileStatus.TryGet((int)handle.DangerousGetHandle(), out _identity);
    }

    public long Size { get; private set; }

    public static LogFile Open(string path)
    {
        var file = new LogFile(SecureFile.Open(path, SecureOpen.Append), path);
        // A line that a killed writer or a full disk left half written must not swallow ours.
        if (file.Size > 0 && !EndsWithNewline(path, file.Size)) file.Append("\n"u8, out _);
        return file;
    }

    /// <summary>True if the name still leads to this file; corrects the size if somebody truncated it.</summary>
    public bool IsCurrent()
    {
        if (!OperatingSystem.IsLinux())
            return File.Exists(_path);
        if (!FileStatus.TryGet(FileStatus.CurrentDirectory, _nativePath, follow: false, out var now) || !now.IsSameFile(_identity))
            return false;
        Size = (long)now.Size;
        return true;
    }

    /// <summary>Appends whole lines; after a failure <paramref name="written"/> is how many bytes of whole lines are in the file.</summary>
    public void Append(ReadOnlySpan<byte> lines, out int written)
    {
        written = 0;
        try
        {
            // Opened for appending: the offset is a hint for systems that do not know O_APPEND.
            RandomAccess.Write(_handle, lines, Size);
            written = lines.Length;
            Size += written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            written = KeepWholeLines(lines);
            throw;
        }
    }

    public void Flush() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();

    private int KeepWholeLines(ReadOnlySpan<byte> lines)
    {
        var partial = Math.Clamp(RandomAccess.GetLength(_handle) - Size, 0, lines.Length);
        var whole = lines[..(int)partial].LastIndexOf((byte)'\n') + 1;
        Size += whole;
        if (partial > whole) RandomAccess.SetLength(_handle, Size);
        return whole;
    }

    private static bool EndsWithNewline(string path, long size)
    {
        using var reader = SecureFile.Open(path, SecureOpen.Read);
        Span<byte> last = stackalloc byte[1];
        return RandomAccess.Read(reader, last, size - 1) == 1 && last[0] == (byte)'\n';
    }
}
