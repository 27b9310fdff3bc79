using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// waitid(2) with WNOWAIT looks without reaping; waitpid(2) reaps.
internal static unsafe partial class ChildReaper
{
    private const int AnyProcess = 0, OneProcess = 1;
    private const int NoHang = 1, Ended = 4;
    private const int CodeExited = 1;
    private const int SignalInfoSize = 128;

    private static int NoWait => OperatingSystem.IsMacOS() ? 0x20 : 0x01000000;

    private static bool HasEnded(int pid, out ExitStatus status)
    {
        var info = stackalloc int[SignalInfoSize / sizeof(int)];
        new Span<int>(info, SignalInfoSize / sizeof(int)).Clear();
        status = ExitStatus.Unknown;
        // ECHILD: somebody set SIGCHLD to be ignored before this process was started, and the kernel reaped it.
        if (WaitId(OneProcess, (uint)pid, info, Ended | NoHang | NoWait) != 0) return Marshal.GetLastPInvokeError() == Libc.ECHILD;
        if (PidOf(info) == 0) return false;
        var value = info[OperatingSystem.IsMacOS() ? 5 : 6];
        status = info[2] == CodeExited ? new ExitStatus(value, null) : new ExitStatus(null, value);
        return true;
    }

    private static int? AnyEnded()
    {
        var info = stackalloc int[SignalInfoSize / sizeof(int)];
        new Span<int>(info, SignalInfoSize / sizeof(int)).Clear();
        if (WaitId(AnyProcess, 0, info, Ended | NoHang | NoWait) != 0) return null;
        return PidOf(info) is > 0 and var pid ? pid : null;
    }

    private static void Reap(int pid)
    {
        int status;
        _ = WaitPid(pid, &status, NoHang);
    }

    // siginfo_t: signal, errno, code, then (on 64-bit Linux after four bytes of padding) pid, uid, status.
    private static int PidOf(int* info) => info[OperatingSystem.IsMacOS() ? 3 : 4];

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, uint id, int* info, int options);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, int* status, int options);
}
