using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// Linux: open file description locks (fcntl(2), F_OFD_*), which can be asked for without being taken.
internal static partial class FileLock
{
    private const int GetOfdLock = 36, SetOfdLock = 37;
    private const short ReadLock = 0, WriteLock = 1, Unlocked = 2;

    // One byte far from what anybody else may lock of a directory: "aiwg" in ASCII.
    private const long MarkOffset = 0x6169_7767;

    // Behind all that the lock file ever holds.
    private const long SignOffset = 1L << 32;

    private static bool TryTakeLinux(SafeFileHandle file, string path)
    {
        var request = new FlockRecord { Type = WriteLock };
        if (Fcntl(file, SetOfdLock, ref request) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Libc.EAGAIN || errno == Libc.EACCES)
            return false;
        throw new IOException(
            $"{path} cannot be locked: {Marshal.GetPInvokeErrorMessage(errno)}; put the project on a filesystem with file locks",
            errno
        );
    }

    private static bool IsHeldLinux(SafeFileHandle file, string path)
    {
        var request = new FlockRecord { Type = WriteLock };
        if (Fcntl(file, GetOfdLock, ref request) == 0) return request.Type != Unlocked;
        throw Libc.Failure(Marshal.GetLastPInvokeError(), path);
    }

    /// <summary>
    /// Marks a directory that is open for reading: a lock on one byte that says that a daemon holds it, as long as the descriptor is open.
    /// A directory cannot be opened for writing, so the mark excludes nobody; it can only be seen. False if the filesystem has no such
    /// locks.
    /// </summary>
    public static bool TryMark(SafeFileHandle directory)
    {
        var request = new FlockRecord { Type = ReadLock, Start = MarkOffset, Length = 1 };
        return Fcntl(directory, SetOfdLock, ref request) == 0;
    }

    /// <summary>Takes the mark away.</summary>
    public static void Unmark(SafeFileHandle directory)
    {
        var request = new FlockRecord { Type = Unlocked, Start = MarkOffset, Length = 1 };
        _ = Fcntl(directory, SetOfdLock, ref request);
    }

    /// <summary>True if somebody else has marked the directory. False also if the filesystem cannot tell.</summary>
    public static bool IsMarked(SafeFileHandle directory)
    {
        var request = new FlockRecord { Type = WriteLock, Start = MarkOffset, Length = 1 };
        return Fcntl(directory, GetOfdLock, ref request) == 0 && request.Type != Unlocked;
    }

    /// <summary>
    /// Raises or lowers a sign on a file whose lock this descriptor holds: part of the lock allows readers or not. It needs no space on
    /// the disk, and ends with the process.
    /// </summary>
    public static void SetSign(SafeFileHandle file, bool raised)
    {
        var request = new FlockRecord { Type = raised ? ReadLock : WriteLock, Start = SignOffset, Length = 1 };
        _ = Fcntl(file, SetOfdLock, ref request);
    }

    /// <summary>True if the holder of the lock has raised its sign.</summary>
    public static bool HasSign(SafeFileHandle file)
    {
        var any = new FlockRecord { Type = WriteLock, Start = SignOffset, Length = 1 };
        if (Fcntl(file, GetOfdLock, ref any) != 0 || any.Type == Unlocked) return false;
        var write = new FlockRecord { Type = ReadLock, Start = SignOffset, Length = 1 };
        return Fcntl(file, GetOfdLock, ref write) == 0 && write.Type == Unlocked;
    }

    // struct flock of 64-bit Linux; all zero but the type means the whole file.
    [StructLayout(LayoutKind.Sequential)]
    private struct FlockRecord
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Pid;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeFileHandle file, int command, ref FlockRecord record);
}
