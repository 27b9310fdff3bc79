using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// waitid(2) and waitpid(2). Looking leaves an ended child a zombie, whose pid stays reserved; only <see cref="Reap"/> lets it go.
/// Unix only.
/// </summary>
internal static unsafe partial class WaitCall
{
    private const int AnyProcess = 0, OneProcess = 1;
    private const int NoHang = 1, Ended = 4;
    private const int CodeExited = 1;
    private const int SignalInfoSize = 128;

    private static int NoWait => OperatingSystem.IsMacOS() ? 0x20 : 0x01000000;

    /// <summary>Looks whether this child has ended, without waiting and without reaping it.</summary>
    public static bool HasEnded(int pid, out ExitStatus status)
    {
        var ended = Look(OneProcess, pid, NoHang, out status, out var errno);
        // ECHILD: somebody set SIGCHLD to be ignored before this process was started, and the kernel reaped it.
        return ended != 0 || errno == Libc.ECHILD;
    }

    /// <summary>Waits until any child has ended and gives its pid, without reaping it; null if there is no child.</summary>
    public static int? WaitForAny(out ExitStatus status)
    {
        while (true)
        {
            if (Look(AnyProcess, 0, 0, out status, out var errno) is > 0 and var pid) return pid;
            if (errno != Libc.EINTR) return null;
        }
    }

    /// <summary>Lets the system forget an ended child; its pid may be given to another process from now on.</summary>
    public static void Reap(int pid)
    {
        int status;
        _ = WaitPid(pid, &status, NoHang);
    }

    private static int Look(int kind, int id, int options, out ExitStatus status, out int errno)
    {
        var info = stackalloc int[SignalInfoSize / sizeof(int)];
        new Span<int>(info, SignalInfoSize / sizeof(int)).Clear();
        status = ExitStatus.Unknown;
        errno = WaitId(kind, (uint)id, info, Ended | NoWait | options) == 0 ? 0 : Marshal.GetLastPInvokeError();
        // siginfo_t: signal, errno, code, then (on 64-bit Linux after four bytes of padding) pid, uid, status.
        var pid = errno == 0 ? info[OperatingSystem.IsMacOS() ? 3 : 4] : 0;
        if (pid == 0) return 0;
        var value = info[OperatingSystem.IsMacOS() ? 5 : 6];
        status = info[2] == CodeExited ? new ExitStatus(value, null) : new ExitStatus(null, value);
        return pid;
    }

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, uint id, int* info, int options);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, int* status, int options);
}
