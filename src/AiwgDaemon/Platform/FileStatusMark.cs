using System.Runtime.InteropServices;
using System.Text;

namespace AiwgDaemon.Platform;

/// <summary>
/// What the watcher remembers of a file to see later that it changed: its kind and a fingerprint (never 0) of inode,
/// size and change time. The change time, unlike the modification time, cannot be set back by a program.
/// </summary>
/// <param name="Kind">What the name stands for.</param>
/// <param name="Fingerprint">Differs where the content may have changed.</param>
/// <param name="Changed">Last change of content or inode, UTC.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileStatusMark(FileKind Kind, ulong Fingerprint, DateTimeOffset Changed)
{
    /// <summary>False where nothing has the name (NUL-terminated), or it cannot be looked at.</summary>
    public static bool TryGet(ReadOnlySpan<byte> path, bool follow, out FileStatusMark mark) =>
        OperatingSystem.IsLinux() ? TryGetLinux(path, follow, out mark) : TryGetPortable(path, follow, out mark);

    private static bool TryGetLinux(ReadOnlySpan<byte> path, bool follow, out FileStatusMark mark)
    {
        if (!FileStatus.TryGet(FileStatus.CurrentDirectory, path, follow, out var status))
        {
            mark = default;
            return false;
        }
        var ticks = (status.ChangedSeconds * 10_000_000) + (status.ChangedNanoseconds / 100);
        var changed = DateTimeOffset.UnixEpoch.AddTicks(ticks);
        mark = new(status.Kind, Mix(status.Inode, status.Size, (ulong)(status.ChangedSeconds * 1_000_000_000) + status.ChangedNanoseconds), changed);
        return true;
    }

    private static bool TryGetPortable(ReadOnlySpan<byte> path, bool follow, out FileStatusMark mark)
    {
        var file = new FileInfo(Encoding.UTF8.GetString(path[..^1]));
        mark = default;
        // -1 is how .NET says that nothing is there.
        if ((int)file.Attributes == -1) return false;
        var directory = file.Attributes.HasFlag(FileAttributes.Directory);
        var link = !follow && file.LinkTarget is not null;
        var kind = link ? FileKind.Link : directory ? FileKind.Directory : FileKind.Regular;
        var size = kind == FileKind.Regular && file.Exists ? (ulong)file.Length : 0;
        mark = new(kind, Mix((ulong)file.CreationTimeUtc.Ticks, size, (ulong)file.LastWriteTimeUtc.Ticks), new DateTimeOffset(file.LastWriteTimeUtc));
        return true;
    }

    private static ulong Mix(ulong a, ulong b, ulong c)
    {
        const ulong Odd = 0x9e37_79b9_7f4a_7c15;
        var hash = (a ^ (b * Odd)) * Odd;
        hash = (hash ^ (hash >> 29) ^ c) * 0xbf58_476d_1ce4_e5b9;
        return (hash ^ (hash >> 32)) | 1;
    }
}
