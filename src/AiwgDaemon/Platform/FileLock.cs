using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>
/// An exclusive lock on a whole open file that the kernel ends with the process, however it ends. It belongs to the open
/// file, not to the process: closing another descriptor of the same file does not lose it.
/// </summary>
internal static partial class FileLock
{
    /// <summary>Takes the lock without waiting; false if another holds it. An <see cref="IOException"/> if the filesystem has no
    /// locks.</summary>
    public static bool TryTake(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows()) return TryTakeWindows(file, path);
        return OperatingSystem.IsLinux() ? TryTakeLinux(file, path) : TryTakeFlock(file, path);
    }

    /// <summary>True if somebody holds the lock. Does not take it on Linux, so that asking never disturbs a start.</summary>
    public static bool IsHeld(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsLinux()) return IsHeldLinux(file, path);
        if (!TryTake(file, path)) return true;
        if (OperatingSystem.IsWindows()) ReleaseWindows(file);
        else ReleaseFlock(file);
        return false;
    }
}
