using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>
/// A directory that is known again. On Linux it is held open, so that its inode cannot go to another one, and filesystems that
/// make up inode numbers (overlay, FUSE) keep the number while it is; both sides are asked anew each time, so a number that
/// changed for both is the same directory. Elsewhere the time of creation stands for it.
/// </summary>
internal sealed class HeldDirectory : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle? _held;
    private readonly DateTime _created;

    private HeldDirectory(string path, SafeFileHandle? held)
    {
        (_path, _held) = (path, held);
        if (held is null) _created = Directory.GetCreationTimeUtc(path);
    }

    /// <summary>The directory that the path leads to, over links too. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it leads to none.</summary>
    public static HeldDirectory Open(string path)
    {
        if (!OperatingSystem.IsLinux()) return new(path, null);
        var descriptor = Libc.Open(path, OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        return descriptor >= 0 ? new(path, new SafeFileHandle(descriptor, ownsHandle: true)) : throw Libc.Failure(Marshal.GetLastPInvokeError(), path);
    }

    /// <summary>
    /// False where the path leads nowhere or to another directory by now: moved, removed, made anew, a link that was turned, something
    /// mounted over it. A filesystem that does not answer is another thing: an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public bool IsInPlace()
    {
        if (_held is null) return Directory.Exists(_path) && Directory.GetCreationTimeUtc(_path) == _created;
        if (!FileStatus.TryGet((int)_held.DangerousGetHandle(), out var held)) throw Libc.Failure(Marshal.GetLastPInvokeError(), _path);
        if (FileStatus.TryGet(_path, out var named, follow: true)) return held.IsSameFile(named);
        var errno = Marshal.GetLastPInvokeError();
        return errno is Libc.ENOENT or Libc.ENOTDIR ? false : throw Libc.Failure(errno, _path);
    }

    public void Dispose() => _held?.Dispose();
}
