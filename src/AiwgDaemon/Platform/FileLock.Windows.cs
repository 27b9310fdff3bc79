using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// Windows: LockFile locks a byte range that nobody reads: far behind the content, so that the identity in the file stays readable.
internal static partial class FileLock
{
    private const uint FarLow = 0x4000_0000;
    private const int LockViolation = 33;

    private static bool TryTakeWindows(SafeFileHandle file, string path)
    {
        if (LockFile(file, FarLow, 0, 1, 0)) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == LockViolation
            ? false
            : throw new IOException($"{path} cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private static void ReleaseWindows(SafeFileHandle file) => _ = UnlockFile(file, FarLow, 0, 1, 0);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool LockFile(SafeFileHandle file, uint offsetLow, uint offsetHigh, uint lengthLow, uint lengthHigh);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UnlockFile(SafeFileHandle file, uint offsetLow, uint offsetHigh, uint lengthLow, uint lengthHigh);
}
