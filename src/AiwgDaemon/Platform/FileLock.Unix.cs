using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// macOS: flock(2), not variadic and bound to the open file too.
internal static partial class FileLock
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;

    private static bool TryTakeFlock(SafeFileHandle file, string path)
    {
        if (Flock(file, Exclusive | NonBlocking) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno == Libc.EAGAIN ? false : throw Libc.Failure(errno, path);
    }

    private static void ReleaseFlock(SafeFileHandle file) => _ = Flock(file, Unlock);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
