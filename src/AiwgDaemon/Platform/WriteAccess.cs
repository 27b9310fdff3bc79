using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>Whether this process may make files in a directory; asked without making one.</summary>
internal static partial class WriteAccess
{
    private const int WriteAndSearch = 2 | 1;

    /// <summary>False also on a read-only filesystem. Windows answers by attributes only, so there it is a guess.</summary>
    public static bool To(string directory) => OperatingSystem.IsWindows()
        ? !File.GetAttributes(directory).HasFlag(FileAttributes.ReadOnly)
        : Access(directory, WriteAndSearch) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
