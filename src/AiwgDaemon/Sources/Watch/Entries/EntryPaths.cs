using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>
/// The paths of a table's entries, as the system wants them, and what the disk says of them. One buffer serves all: a path that was written
/// holds until the next one is.
/// </summary>
internal sealed class EntryPaths(EntryTable table)
{
    private readonly byte[] _buffer = new byte[8 * 1024];

    /// <summary>The path that was written last; a name may be added behind it.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>The entry at an absolute path; 0 if it is not known.</summary>
    public int Find(ReadOnlySpan<byte> path) => table.Walk(EntryTable.Root, path);

    /// <summary>Writes the absolute path and a NUL into the buffer; the length without the NUL, -1 if it does not fit.</summary>
    public int Write(int entry)
    {
        var length = 0;
        for (var at = entry; at > EntryTable.Root; at = table[at].Parent) length += table[at].NameLength + 1;
        if (length + 512 > _buffer.Length) return -1;
        _buffer[length] = 0;
        var end = length;
        for (var at = entry; at > EntryTable.Root; at = table[at].Parent)
        {
            var name = table.Name(at);
            end -= name.Length;
            name.CopyTo(_buffer.AsSpan(end));
            _buffer[--end] = (byte)'/';
        }
        if (length > 0) return length;
        _buffer[0] = (byte)'/';
        _buffer[1] = 0;
        return 0;
    }

    /// <summary>The path in the buffer, with its NUL, as the system wants it.</summary>
    public ReadOnlySpan<byte> System(int length)
    {
        // "/C:/x" inside, "C:/x" for Windows.
        var from = OperatingSystem.IsWindows() && length > 0 ? 1 : 0;
        return _buffer.AsSpan(from, Math.Max(length, 1) + 1 - from);
    }

    public string Text(int entry)
    {
        var length = Write(entry);
        if (length < 0) return "(a path that is too long)";
        return NativePath.FromBytes(System(length)[..^1]);
    }

    public bool TryMark(int entry, bool follow, out FileStatusMark mark) => TryMark(entry, follow, out mark, out _);

    public bool TryMark(int entry, bool follow, out FileStatusMark mark, out int errno)
    {
        var length = Write(entry);
        (mark, errno) = (default, Libc.ENAMETOOLONG);
        return length >= 0 && FileStatusMark.TryGet(System(length), follow, out mark, out errno);
    }

    /// <summary>True if an error says that nothing is there.</summary>
    public static bool IsGone(int errno) => errno is Libc.ENOENT or Libc.ENOTDIR || errno == Libc.ELOOP;

    /// <summary>What the disk has at a name in a directory; null if it has nothing.</summary>
    public FileKind? KindOf(int directory, ReadOnlySpan<byte> name)
    {
        var length = Write(directory);
        if (length < 0) return null;
        _buffer[length] = (byte)'/';
        name.CopyTo(_buffer.AsSpan(length + 1));
        _buffer[length + 1 + name.Length] = 0;
        return FileStatusMark.TryGet(System(length + 1 + name.Length), follow: false, out var mark) ? mark.Kind : null;
    }
}
