using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>What the kernel says about whether a process holds the lock of a file.</summary>
internal enum LockProof
{
    /// <summary>One of its descriptors is that file, and the kernel lists a write lock of that descriptor.</summary>
    Holds,

    /// <summary>It does not have the file open, or has no lock on it.</summary>
    HoldsNot,

    /// <summary>The process may not be looked at, or this kernel does not list locks.</summary>
    Unknown,
}

/// <summary>
/// Asks the kernel whether exactly this process holds the lock, whatever the lock file says. F_OFD_GETLK and /proc/locks name no process
/// for such a lock; <c>/proc/PID/fdinfo/N</c> lists it with the descriptor that it belongs to (see proc_pid_fdinfo(5)). Linux only.
/// </summary>
internal static class LockHolder
{
    private const int MaxInfo = 4096;

    /// <param name="pid">The process that is said to hold it.</param>
    /// <param name="descriptor">Its descriptor of the file, if it is said which; -1: any.</param>
    /// <param name="file">The lock file, open here.</param>
    public static LockProof Ask(int pid, int descriptor, SafeFileHandle file)
    {
        if (!FileStatus.TryGet((int)file.DangerousGetHandle(), out var status)) return LockProof.Unknown;
        if (descriptor >= 0 && AskOf(pid, descriptor, status) == LockProof.Holds) return LockProof.Holds;
        var answer = LockProof.HoldsNot;
        try
        {
            foreach (var name in Directory.EnumerateFileSystemEntries($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/fd"))
            {
                var text = Path.GetFileName(name.AsSpan());
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
                var one = AskOf(pid, number, status);
                if (one == LockProof.Holds) return one;
                if (one == LockProof.Unknown) answer = one;
            }
            return answer;
        }
        catch (DirectoryNotFoundException)
        {
            return Directory.Exists("/proc/self") ? LockProof.HoldsNot : LockProof.Unknown;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that protects itself.
            return LockProof.Unknown;
        }
    }

    private static LockProof AskOf(int pid, int descriptor, in FileStatus file)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd/{descriptor}");
        if (!FileStatus.TryGet(place, out var open, follow: true) || !open.IsSameFile(file)) return LockProof.HoldsNot;
        var info = ReadInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fdinfo/{descriptor}"));
        if (info is null || !info.Contains("mnt_id:", StringComparison.Ordinal)) return LockProof.Unknown;
        foreach (var line in info.AsSpan().EnumerateLines())
            if (line.StartsWith("lock:") && line.Contains(" WRITE ", StringComparison.Ordinal)) return LockProof.Holds;
        return LockProof.HoldsNot;
    }

    private static string? ReadInfo(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            var buffer = new byte[MaxInfo];
            return Encoding.ASCII.GetString(buffer, 0, RandomAccess.Read(handle, buffer, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Closed meanwhile, or not for us: the caller then asks elsewhere.
            return null;
        }
    }
}
