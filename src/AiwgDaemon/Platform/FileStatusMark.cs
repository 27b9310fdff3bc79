using System.Runtime.InteropServices;
using System.Text;

namespace AiwgDaemon.Platform;

/// <summary>
/// What the watcher asks about a file to see later that it changed. Elsewhere than on Linux the inode stands for the creation time, and the
/// change time for the later one of creation and modification.
/// </summary>
/// <param name="Kind">What the name stands for.</param>
/// <param name="Inode">Number of the inode.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Modified">Last change of the content, UTC; a program can set it.</param>
/// <param name="Changed">Last change of content or inode, UTC; a program cannot set it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileStatusMark(FileKind Kind, ulong Inode, ulong Size, DateTimeOffset Modified, DateTimeOffset Changed)
{
    private const ulong Content = 0xffff_ffff_0000_0000;

    /// <summary>
    /// A fingerprint, never 0. Its upper half differs if another file has the name, or the size or the modification time differ. Its lower
    /// half differs after anything that touched the inode, also after a write that was followed by a setting of the former time.
    /// </summary>
    /// <param name="inodes">False if the filesystem does not keep the numbers of inodes; then they count for nothing.</param>
    public ulong Fingerprint(bool inodes)
    {
        var inode = inodes ? Inode : 0;
        var content = Mix(inode, Size, (ulong)Modified.UtcTicks);
        return (content & Content) | (Mix(inode, content, (ulong)Changed.UtcTicks) >> 32) | 1;
    }

    /// <summary>True if two fingerprints are of the same file with the same size and modification time.</summary>
    public static bool SameContent(ulong one, ulong other) => (one & Content) == (other & Content);

    /// <summary>False if nothing has the name (NUL-terminated), or it cannot be looked at.</summary>
    public static bool TryGet(ReadOnlySpan<byte> path, bool follow, out FileStatusMark mark) => TryGet(path, follow, out mark, out _);

    /// <summary>The same with the reason: ENOENT or ENOTDIR if nothing has the name; any other value says that it could not be
    /// asked.</summary>
    public static bool TryGet(ReadOnlySpan<byte> path, bool follow, out FileStatusMark mark, out int errno) =>
        OperatingSystem.IsLinux() ? TryGetLinux(path, follow, out mark, out errno) : TryGetPortable(path, follow, out mark, out errno);

    private static bool TryGetLinux(ReadOnlySpan<byte> path, bool follow, out FileStatusMark mark, out int errno)
    {
        if (!FileStatus.TryGet(FileStatus.CurrentDirectory, path, follow, out var status))
        {
            (mark, errno) = (default, Marshal.GetLastPInvokeError());
            return false;
        }
        mark = new(
            status.Kind,
            status.Inode,
            status.Size,
            Time(status.ModifiedSeconds, status.ModifiedNanoseconds),
            Time(status.ChangedSeconds, status.ChangedNanoseconds)
        );
        errno = 0;
        return true;
    }

    private static bool TryGetPortable(ReadOnlySpan<byte> path, bool follow, out FileStatusMark mark, out int errno)
    {
        var file = new FileInfo(Encoding.UTF8.GetString(path[..^1]));
        (mark, errno) = (default, 0);
        try
        {
            // -1 is how .NET says that nothing is there.
            if ((int)file.Attributes == -1)
            {
                errno = Libc.ENOENT;
                return false;
            }
            var directory = file.Attributes.HasFlag(FileAttributes.Directory);
            var link = !follow && file.LinkTarget is not null;
            var kind = link ? FileKind.Link : directory ? FileKind.Directory : FileKind.Regular;
            var size = kind == FileKind.Regular && file.Exists ? (ulong)file.Length : 0;
            var (created, modified) = (new DateTimeOffset(file.CreationTimeUtc), new DateTimeOffset(file.LastWriteTimeUtc));
            mark = new(kind, (ulong)created.UtcTicks, size, modified, created > modified ? created : modified);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errno = Libc.EACCES;
            return false;
        }
    }

    // A time outside of what .NET can express, which a filesystem may well hold, becomes the nearest one.
    private static DateTimeOffset Time(long seconds, uint nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks((Math.Clamp(seconds, -62_135_596_800, 253_402_300_799) * 10_000_000) + (nanoseconds / 100));

    private static ulong Mix(ulong a, ulong b, ulong c)
    {
        const ulong Odd = 0x9e37_79b9_7f4a_7c15;
        var hash = (a ^ (b * Odd)) * Odd;
        hash = (hash ^ (hash >> 29) ^ c) * 0xbf58_476d_1ce4_e5b9;
        return hash ^ (hash >> 32);
    }
}
