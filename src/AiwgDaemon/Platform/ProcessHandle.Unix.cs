using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// Unix: kill(2) if there is nothing better; Linux: pidfd_open(2) and pidfd_send_signal(2) (5.3), by number because the
// C library of older systems has no wrapper. The numbers are the same on all architectures.
internal sealed partial class ProcessHandle
{
    private const long PidfdSendSignalCall = 424, PidfdOpenCall = 434;

    // -1 if the kernel is too old or forbids it: the identity is then checked right before each kill(2).
    private static int PidfdOpen(int pid) => (int)Syscall(PidfdOpenCall, pid, 0, 0, 0);

    private static bool PidfdSend(int pidfd, ProcessSignal signal, int pid) =>
        Syscall(PidfdSendSignalCall, pidfd, (long)signal, 0, 0) == 0 || Ended(pid);

    private static bool Kill(int pid, ProcessSignal signal) => KillCall(pid, (int)signal) == 0 || Ended(pid);

    private static bool Ended(int pid)
    {
        var errno = Marshal.GetLastPInvokeError();
        return errno == Libc.ESRCH
            ? false
            : throw new UnauthorizedAccessException(
                $"Process {pid} cannot be signalled: {Marshal.GetPInvokeErrorMessage(errno)}; it belongs to another user"
            );
    }

    private static void ClosePidfd(int pidfd) => _ = CloseCall(pidfd);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long a, long b, long c, long d);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCall(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseCall(int descriptor);
}
