using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>
/// A directory that is known again. On Linux it is held open, so that its inode cannot go to another one, and filesystems that
/// make up inode numbers (overlay, FUSE) keep the number while it is; both sides are asked anew each time, so a number that
/// changed for both is the same directory. On Windows its number on the volume stands for it, elsewhere the time of creation.
/// </summary>
internal sealed class HeldDirectory : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle? _held;
    private readonly DateTime _created;
    private readonly VolumeFile? _file;
    private readonly bool _canBeMarked;
    private bool _marked;

    private HeldDirectory(string path, SafeFileHandle? held, bool canBeMarked)
    {
        (_path, _held, _canBeMarked) = (path, held, canBeMarked);
        if (OperatingSystem.IsWindows()) _file = VolumeFile.Of(path);
        else if (held is null) _created = Directory.GetCreationTimeUtc(path);
    }

    /// <summary>
    /// The directory that the path leads to, over links too. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>
    /// if it leads to none.
    /// </summary>
    public static HeldDirectory Open(string path)
    {
        if (!OperatingSystem.IsLinux()) return new(path, null, canBeMarked: false);
        // A lock needs the right to read; without it the directory is only held.
        var descriptor = Libc.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (descriptor >= 0) return new(path, new SafeFileHandle(descriptor, ownsHandle: true), canBeMarked: true);
        descriptor = Libc.Open(path, OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        return descriptor >= 0
            ? new(path, new SafeFileHandle(descriptor, ownsHandle: true), canBeMarked: false)
            : throw Libc.Failure(Marshal.GetLastPInvokeError(), path);
    }

    /// <summary>
    /// Marks the directory as one that a daemon holds, which no removal of files can take away. False if another process has marked it.
    /// Filesystems without such locks (some network shares) are marked by nobody, and are only held.
    /// </summary>
    public bool TryMark()
    {
        if (_marked || !_canBeMarked) return true;
        if (FileLock.IsMarked(_held!)) return false;
        _marked = FileLock.TryMark(_held!);
        // Two that mark in the same instant see each other now, and both give way.
        if (!_marked || !FileLock.IsMarked(_held!)) return true;
        FileLock.Unmark(_held!);
        return _marked = false;
    }

    /// <summary>True if this process has marked it: then no other daemon can take it.</summary>
    public bool HasMark => _marked;

    /// <summary>True if a daemon of another process has marked the directory.</summary>
    public static bool IsMarkedByOther(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;
        var descriptor = Libc.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (descriptor < 0) return false;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return FileLock.IsMarked(handle);
    }

    /// <summary>The directory by its descriptor: leads there also after it was moved. Null if this system has no such names.</summary>
    public string? PathByDescriptor =>
        _held is null || !Directory.Exists("/proc/self/fd") ? null : $"/proc/self/fd/{_held.DangerousGetHandle()}";

    /// <summary>
    /// False if the path leads nowhere or to another directory by now: moved, removed, made anew, a link that was turned, something
    /// mounted over it. A filesystem that does not answer is another thing: an <see cref="IOException"/> or <see
    /// cref="UnauthorizedAccessException"/>.
    /// </summary>
    public bool IsInPlace()
    {
        if (OperatingSystem.IsWindows()) return VolumeFile.Of(_path) is { } now ? now == _file : _file is null && Directory.Exists(_path);
        if (_held is null) return Directory.Exists(_path) && Directory.GetCreationTimeUtc(_path) == _created;
        if (!FileStatus.TryGet((int)_held.DangerousGetHandle(), out var held)) throw Libc.Failure(Marshal.GetLastPInvokeError(), _path);
        if (FileStatus.TryGet(_path, out var named, follow: true)) return held.IsSameFile(named);
        var errno = Marshal.GetLastPInvokeError();
        return errno is Libc.ENOENT or Libc.ENOTDIR ? false : throw Libc.Failure(errno, _path);
    }

    public void Dispose() => _held?.Dispose();
}
