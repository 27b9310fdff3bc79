using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// Lists one directory at a time, whole, into native memory that is reused and given back when it has grown large.
/// Names are the bytes of the filesystem (UTF-8 if it has none). Not thread-safe.
/// </summary>
internal sealed unsafe partial class DirectoryReader : IDisposable
{
    // Entries in the kernel's layout (linux_dirent64): inode, offset, length of the record, type, name, NUL.
    private const int LengthAt = 16, TypeAt = 18, NameAt = 19;
    private const int SmallCapacity = 64 * 1024;
    private const int KeptCapacity = 256 * 1024;

    private byte* _buffer;
    private int _capacity;
    private int _length;

    /// <summary>Reads the directory at a NUL-terminated path; 0, or the errno. A link is followed only if that is asked for.</summary>
    public int Read(ReadOnlySpan<byte> path, bool follow)
    {
        if (_capacity > KeptCapacity) Dispose();
        if (_buffer is null) Grow(SmallCapacity);
        _length = 0;
        return OperatingSystem.IsLinux() ? ReadLinux(path, follow) : ReadPortable(path);
    }

    /// <summary>The entry at a position that starts at 0 and is moved on; false at the end. The span ends with the next Read.</summary>
    public bool TryGetNext(ref int position, out ReadOnlySpan<byte> name, out FileKind? kind)
    {
        while (position < _length)
        {
            var entry = _buffer + position;
            position += *(ushort*)(entry + LengthAt);
            name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameAt);
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                continue;
            kind = entry[TypeAt] switch
            {
                8 => FileKind.Regular,
                4 => FileKind.Directory,
                10 => FileKind.Link,
                0 => null,
                _ => FileKind.Other,
            };
            return true;
        }
        name = default;
        kind = null;
        return false;
    }

    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
        _capacity = 0;
    }

    private void Grow(int capacity)
    {
        _buffer = (byte*)NativeMemory.Realloc(_buffer, (nuint)capacity);
        _capacity = capacity;
    }
}
