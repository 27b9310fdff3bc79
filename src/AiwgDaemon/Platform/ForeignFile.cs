using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>What <see cref="ForeignFile.ReadAll"/> does with a symbolic link at the last step of a path.</summary>
internal enum Links
{
    /// <summary>A link is refused, as git does with the <c>.gitignore</c> of a work tree.</summary>
    Refused,

    /// <summary>A link is followed, and what it leads to must be a regular file.</summary>
    Followed,
}

/// <summary>
/// The only way this program reads files that are not its own: configuration, certificates, ignore files, git's files. Anything may have
/// such a name, for instance a device that never ends or a pipe that nobody writes to. It is looked at before it is opened, so that no
/// device is ever opened; opening does not wait; what was opened must be a regular file; and no more is read than the limit. Failures are
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> whose message names the path and the cause.
/// </summary>
internal static class ForeignFile
{
    /// <summary>The whole file; an exception if it cannot be opened, is larger than the limit, in bytes, or no regular file.</summary>
    public static byte[] ReadAll(string path, int maxBytes, Links links)
    {
        using var handle = Open(path, links, out var errno, out var fault);
        if (handle is null) throw fault is null ? Libc.Failure(errno, path) : new IOException(fault);
        return Read(handle, path, maxBytes, out fault) ?? throw new IOException(fault);
    }

    /// <summary>
    /// The same without an exception: null if there is nothing to read, with the reason if that is worth a word. That nothing has the name,
    /// or that this user may not read it, is not.
    /// </summary>
    public static byte[]? TryReadAll(string path, int maxBytes, Links links, out string? fault)
    {
        using var handle = Open(path, links, out var errno, out fault);
        if (handle is null)
        {
            if (fault is null && errno is not (Libc.ENOENT or Libc.ENOTDIR or Libc.EACCES)) fault = Libc.Failure(errno, path).Message;
            return null;
        }
        try
        {
            return Read(handle, path, maxBytes, out fault);
        }
        catch (IOException e)
        {
            fault = $"{path} cannot be read: {e.Message}";
            return null;
        }
    }

    private static byte[]? Read(SafeFileHandle handle, string path, int maxBytes, out string? fault)
    {
        fault = null;
        // The length is a hint only: files in /proc have none, and others grow while they are read.
        var length = RandomAccess.GetLength(handle);
        // Exactly so many: a copy without what is left over would be the file in memory twice.
        var buffer = new byte[Math.Min(maxBytes, length)];
        Span<byte> more = stackalloc byte[1];
        for (var read = 0; length <= maxBytes;)
        {
            if (read < buffer.Length)
            {
                var n = RandomAccess.Read(handle, buffer.AsSpan(read), read);
                if (n == 0) return buffer[..read];
                read += n;
                continue;
            }
            if (RandomAccess.Read(handle, more, read) == 0) return buffer;
            if (read == maxBytes) break;
            Array.Resize(ref buffer, (int)Math.Min(maxBytes, (buffer.Length * 2L) + 4096));
        }
        fault = $"{path} is larger than {maxBytes:N0} bytes, the most that is read of such a file";
        return null;
    }

    private static SafeFileHandle? Open(string path, Links links, out int errno, out string? fault)
    {
        (errno, fault) = (0, null);
        if (OperatingSystem.IsWindows()) return OpenWindows(path, links, out errno, out fault);
        var follow = links == Links.Followed;
        if (OperatingSystem.IsLinux())
        {
            if (!FileStatus.TryGet(path, out var named, follow))
            {
                errno = Marshal.GetLastPInvokeError();
                return null;
            }
            if (Irregular(path, named.Kind) is { } irregular)
            {
                fault = irregular;
                return null;
            }
        }
        var flags = OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlock | (follow ? OpenFlags.ReadOnly : OpenFlags.NoFollow);
        var descriptor = Libc.Open(path, flags, 0);
        if (descriptor < 0)
        {
            errno = Marshal.GetLastPInvokeError();
            return null;
        }
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // It may be another one than the one that was looked at. macOS: a directory or pipe fails at the first read instead.
        if (!OperatingSystem.IsLinux() || (FileStatus.TryGet(descriptor, out var status) && status.Kind == FileKind.Regular)) return handle;
        handle.Dispose();
        fault = Irregular(path, FileKind.Other);
        return null;
    }

    private static SafeFileHandle? OpenWindows(string path, Links links, out int errno, out string? fault)
    {
        (errno, fault) = (Libc.ENOENT, null);
        if (!File.Exists(path)) return null;
        if (links == Links.Refused && File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint)) fault = Irregular(path, FileKind.Link);
        return fault is null ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
    }

    private static string? Irregular(string path, FileKind kind) => kind switch
    {
        FileKind.Regular => null,
        FileKind.Link => $"{path} is a symbolic link, which is not followed; only a regular file is read",
        FileKind.Directory => $"{path} is a directory; only a regular file is read",
        _ => $"{path} is a device, a pipe or a socket; only a regular file is read",
    };
}
