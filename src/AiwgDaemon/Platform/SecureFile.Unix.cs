using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// Unix: O_NOFOLLOW and O_CLOEXEC at open, which FileStream does not offer. O_NONBLOCK keeps a named pipe that somebody
// put in our place from blocking the open; the descriptor must turn out to be a regular file.
internal static partial class SecureFile
{
    private static SafeFileHandle OpenUnix(string path, SecureOpen how, UnixFileMode mode)
    {
        var flags = how switch
        {
            SecureOpen.Read => OpenFlags.ReadOnly,
            SecureOpen.Append => OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append,
            SecureOpen.ReadWrite => OpenFlags.ReadWrite | OpenFlags.Create,
            SecureOpen.Truncate => OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate,
            _ => OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive,
        };
        var descriptor = Libc.Open(path, flags | OpenFlags.NoFollow | OpenFlags.CloseOnExec | OpenFlags.NonBlock, (uint)mode);
        if (descriptor < 0) throw OpenFailure(Marshal.GetLastPInvokeError(), path);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // macOS: a directory or pipe fails at the first read or write instead.
        if (!OperatingSystem.IsLinux() || (FileStatus.TryGet(descriptor, out var status) && status.Kind == FileKind.Regular))
            return handle;
        handle.Dispose();
        throw new IOException($"{path} is not a regular file; remove it, the daemon opens regular files only");
    }

    // The commonest cause of a refusal is that a daemon or a command was once run as somebody else, mostly as root.
    private static Exception OpenFailure(int errno, string path)
    {
        if (errno != Libc.EACCES || !OperatingSystem.IsLinux()) return Libc.Failure(errno, path);
        var (place, status) = (path, default(FileStatus));
        while (!FileStatus.TryGet(place, out status) && Path.GetDirectoryName(place) is { } parent) place = parent;
        var user = PeerCredentials.EffectiveUser();
        return status.Uid == user
            ? Libc.Failure(errno, path)
            : new UnauthorizedAccessException(
                $"{path}: Permission denied ({(place == path ? "it" : place)} belongs to user {status.Uid}, and this is user {user}; use "
                    + "that user, or change the owner)"
            );
    }

    private static void FlushDirectoryUnix(string path)
    {
        // Over a link too: .aiwg may be one, and nothing is written by this.
        var descriptor = Libc.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (descriptor < 0)
        {
            // Whoever flushes is ready for a disk that fails, and a directory that may not be read is no other case.
            var failure = Libc.Failure(Marshal.GetLastPInvokeError(), path);
            throw failure as IOException ?? new IOException(failure.Message, failure);
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }
}
