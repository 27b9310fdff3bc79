using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// Unix: poll(2) that asks for nothing returns only for what cannot be masked: POLLERR (a pipe without a reader), POLLHUP (a
// terminal or socket that was closed), POLLNVAL (macOS, for devices: then there is nothing to wait for).
internal static partial class OutputReader
{
    private const short Error = 0x8, HangUp = 0x10;

    private static bool WaitUnix()
    {
        var output = new Polled { Descriptor = 1 };
        while (Poll(ref output, 1, -1) < 0)
            if (Marshal.GetLastPInvokeError() != Libc.EINTR) return false;
        return (output.Happened & (Error | HangUp)) != 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted, Happened;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref Polled descriptors, nuint count, int milliseconds);
}
