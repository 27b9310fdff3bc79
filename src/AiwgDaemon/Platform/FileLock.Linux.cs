using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// Linux: open file description locks (fcntl(2), F_OFD_*), which can be asked for without being taken.
internal static partial class FileLock
{
    private const int GetOfdLock = 36, SetOfdLock = 37;
    private const short WriteLock = 1, Unlocked = 2;

    private static bool TryTakeLinux(SafeFileHandle file, string path)
    {
        var request = new FlockRecord { Type = WriteLock };
        if (Fcntl(file, SetOfdLock, ref request) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Libc.EAGAIN || errno == Libc.EACCES) return false;
        throw new IOException($"{path} cannot be locked: {Marshal.GetPInvokeErrorMessage(errno)}; put the project on a filesystem with file locks", errno);
    }

    private static bool IsHeldLinux(SafeFileHandle file, string path)
    {
        var request = new FlockRecord { Type = WriteLock };
        if (Fcntl(file, GetOfdLock, ref request) == 0) return request.Type != Unlocked;
        throw Libc.Failure(Marshal.GetLastPInvokeError(), path);
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
