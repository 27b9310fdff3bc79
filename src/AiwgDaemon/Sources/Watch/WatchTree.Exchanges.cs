using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Exchanges: of two names that change places the kernel's events tell half; the disk tells the rest.
internal sealed partial class WatchTree
{
    private void LookForOther(byte[] path, uint cookie)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var directory = _paths.Find(path.AsSpan(0, slash));
        if (directory != 0) LookForOther(directory, path.AsSpan(slash + 1), cookie);
    }

    private void LookForOther(int directory, ReadOnlySpan<byte> name, uint cookie)
    {
        var entry = _table.Find(directory, name);
        if ((entry != 0 && _table.Is(entry, EntryFlags.Exists)) || _paths.KindOf(directory, name) is not { } kind) return;
        if (entry != 0 && _table.Is(entry, EntryFlags.Pinned)) _unsettled = true;
        else if (kind == FileKind.Directory) DirectoryCame(directory, entry, cookie, name);
        else TakeFile(directory, entry, InotifyMask.Create, cookie, name);
    }
}
