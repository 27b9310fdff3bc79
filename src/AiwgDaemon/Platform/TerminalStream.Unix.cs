using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// Unix: write(2) on the inherited descriptor, which keeps the offset that programs of one redirection share.
internal sealed partial class TerminalStream
{
    private const nuint GetWindowSize = 0x5413;
    private const int GetDescriptorFlags = 1;

    private void WriteUnix(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var written = WriteCall(_descriptor, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.EPIPE) throw new OutputClosedException();
            // A non-blocking descriptor that somebody left to us: wait until it takes more.
            if (errno == Libc.EAGAIN) Thread.Sleep(1);
            else if (errno != Libc.EINTR) throw Libc.Failure(errno, _descriptor == 1 ? "standard output" : "standard error");
        }
    }

    private static (int Columns, int Rows)? SizeLinux(int descriptor) =>
        WindowSize(descriptor, GetWindowSize, out var size) == 0 && size is { Columns: > 0, Rows: > 0 } ? (size.Columns, size.Rows) : null;

    private static void FillClosedDescriptorsUnix()
    {
        for (var descriptor = 0; descriptor <= 2; descriptor++)
        {
            // open(2) gives the lowest free number, which is this one: those below it are taken by now.
            if (Control(descriptor, GetDescriptorFlags, 0) < 0 && Marshal.GetLastPInvokeError() == Libc.EBADF)
                _ = Libc.Open("/dev/null", OpenFlags.ReadWrite, 0);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowExtent
    {
        public ushort Rows, Columns, PixelsX, PixelsY;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCall(int descriptor, in byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminalCall(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int WindowSize(int descriptor, nuint request, out WindowExtent size);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
