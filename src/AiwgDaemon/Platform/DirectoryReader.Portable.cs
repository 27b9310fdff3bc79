using System.Text;

namespace AiwgDaemon.Platform;

// macOS and Windows: .NET's enumeration, written into the same records.
internal sealed unsafe partial class DirectoryReader
{
    private int ReadPortable(ReadOnlySpan<byte> path)
    {
        try
        {
            var directory = new DirectoryInfo(Encoding.UTF8.GetString(path[..^1]));
            foreach (var entry in directory.EnumerateFileSystemInfos()) Append(entry);
            return 0;
        }
        catch (UnauthorizedAccessException)
        {
            return Libc.EACCES;
        }
        catch (DirectoryNotFoundException)
        {
            return Libc.ENOENT;
        }
        catch (IOException)
        {
            // Most often: it is no directory (any more).
            return Libc.ENOTDIR;
        }
    }

    private void Append(FileSystemInfo entry)
    {
        var size = NameAt + Encoding.UTF8.GetByteCount(entry.Name) + 1;
        var record = (size + 7) & ~7;
        if (_capacity - _length < record) Grow(_capacity * 2);
        var at = _buffer + _length;
        *(ushort*)(at + LengthAt) = (ushort)record;
        at[TypeAt] = entry.LinkTarget is not null ? (byte)10 : entry is DirectoryInfo ? (byte)4 : (byte)8;
        var end = Encoding.UTF8.GetBytes(entry.Name, new Span<byte>(at + NameAt, size - NameAt));
        at[NameAt + end] = 0;
        _length += record;
    }
}
