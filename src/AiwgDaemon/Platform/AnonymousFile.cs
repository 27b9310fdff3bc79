using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>
/// A file without a name that holds some bytes, to be a child's standard input: unlike a pipe it never makes a writer wait
/// for a child that does not read.
/// </summary>
internal static partial class AnonymousFile
{
    private const uint CloseOnExec = 1, NotExecutable = 8;

    /// <param name="content">What the child will read.</param>
    /// <param name="temporaryPath">A free name, used for an instant if there is no memfd_create(2).</param>
    public static SafeFileHandle Create(ReadOnlySpan<byte> content, string temporaryPath)
    {
        if (!OperatingSystem.IsLinux() || InMemory() is not { } handle) return OnDisk(content, temporaryPath);
        // By offset: the child starts to read at the beginning.
        RandomAccess.Write(handle, content, 0);
        return handle;
    }

    private static SafeFileHandle? InMemory()
    {
        // Kernels before 6.3 do not know the second flag.
        var descriptor = MemfdCreate("aiwg-event", CloseOnExec | NotExecutable);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Libc.EINVAL) descriptor = MemfdCreate("aiwg-event", CloseOnExec);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static SafeFileHandle OnDisk(ReadOnlySpan<byte> content, string path)
    {
        using (var writer = SecureFile.Open(path, SecureOpen.CreateNew)) RandomAccess.Write(writer, content, 0);
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.DeleteOnClose);
        var reader = SecureFile.Open(path, SecureOpen.Read);
        if (SecureFile.IsOurs(path)) File.Delete(path);
        return reader;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);
}
