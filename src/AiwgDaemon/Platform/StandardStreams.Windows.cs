using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// Windows: the standard handles are closed and forgotten; the caller's pipe ends with them.
internal static partial class StandardStreams
{
    private static void PointToNullWindows()
    {
        for (var standard = -10; standard >= -12; standard--)
        {
            var handle = GetStdHandle(standard);
            if (handle is 0 or -1) continue;
            SetStdHandle(standard, 0);
            CloseHandle(handle);
        }
    }

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int standard);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetStdHandle(int standard, nint handle);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);
}
