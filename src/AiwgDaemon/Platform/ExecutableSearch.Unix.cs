using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

// Unix: access(2) decides as exec will, including access control lists.
internal static partial class ExecutableSearch
{
    private const int ExecuteOk = 1;

    private static bool IsExecutable(string path)
    {
        var bytes = NativePath.ToBytes(path + '\0');
        return Access(in bytes[0], ExecuteOk) == 0;
    }

    [LibraryImport("libc", EntryPoint = "access")]
    private static partial int Access(in byte path, int mode);
}
