using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// Unix: dup2(2) replaces the descriptors in place, whatever object uses them.
internal static partial class StandardStreams
{
    private static void PointToNullUnix()
    {
        var descriptor = Libc.Open("/dev/null", OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        // A root directory without /dev: the streams stay as they are, there is nothing to replace them with.
        if (descriptor < 0) return;
        for (var standard = 0; standard <= 2; standard++)
            if (Dup2(descriptor, standard) < 0) throw Libc.Failure(Marshal.GetLastPInvokeError(), "/dev/null");
        if (descriptor > 2) _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
