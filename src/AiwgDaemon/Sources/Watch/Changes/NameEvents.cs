using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>What inotify says of a name in a directory.</summary>
internal sealed class NameEvents(
    EntryTable table, EntryPaths paths, ForeignPlaces places, Subtrees subtrees, MoveHalves moves, DirectoryArrivals directories,
    FileArrivals files, DeferredWork deferred)
{
    public const InotifyMask Came = InotifyMask.Create | InotifyMask.MovedTo;
    public const InotifyMask Went = InotifyMask.Delete | InotifyMask.MovedFrom;

    public void Take(int directory, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        TakeChange(directory, table.Find(directory, name), mask, cookie, name);
        if ((mask & InotifyMask.MovedTo) == 0) return;
        foreach (var other in moves.Note(directory, cookie, name)) LookForOther(other.Path, other.Cookie);
    }

    private void TakeChange(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        var pinned = entry != 0 && table.Is(entry, EntryFlags.Pinned);
        if (pinned && ((mask & InotifyMask.IsDirectory) != 0 || table.Is(entry, EntryFlags.Directory) || IsLinkToDirectory(entry, mask)))
        {
            if ((mask & Went) != 0 && table.Is(entry, EntryFlags.Directory | EntryFlags.Exists))
            {
                if ((mask & InotifyMask.MovedFrom) != 0) moves.Remember(entry, cookie);
                subtrees.Lose(entry);
            }
            // Whatever is there now, and the mask of the way to it.
            deferred.IsUnsettled = true;
            return;
        }
        // It may be another link, or none any more.
        deferred.IsUnsettled |= pinned && (mask & Came) != 0;
        if (table[directory].Cover == 0 && !pinned) return;
        if ((mask & Went) != 0) Go(directory, entry, mask, cookie, name);
        else if ((mask & InotifyMask.IsDirectory) != 0) directories.Take(directory, entry, mask, cookie, name);
        else files.Take(directory, entry, mask, cookie, name);
    }

    private bool IsLinkToDirectory(int entry, InotifyMask mask) =>
        (mask & Came) != 0
        && !places.IsClosed(entry)
        && paths.TryMark(entry, follow: true, out var mark) && mark.Kind == FileKind.Directory;

    private void Go(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if (entry == 0) return;
        var moved = (mask & InotifyMask.MovedFrom) != 0;
        if (moved) moves.Remember(entry, cookie);
        var doubtful = moved && table.Is(entry, EntryFlags.FromUnseen);
        table[entry].Flags &= ~EntryFlags.FromUnseen;
        subtrees.Lose(entry);
        // One half of an exchange looks as if it went, though the other file has the name.
        if (doubtful) LookForOther(directory, name, 0);
    }

    // Of two names that change places the kernel's events tell half; the disk tells the rest.
    private void LookForOther(byte[] path, uint cookie)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var directory = paths.Find(path.AsSpan(0, slash));
        if (directory != 0) LookForOther(directory, path.AsSpan(slash + 1), cookie);
    }

    private void LookForOther(int directory, ReadOnlySpan<byte> name, uint cookie)
    {
        var entry = table.Find(directory, name);
        if ((entry != 0 && table.Is(entry, EntryFlags.Exists)) || paths.KindOf(directory, name) is not { } kind) return;
        if (entry != 0 && table.Is(entry, EntryFlags.Pinned)) deferred.IsUnsettled = true;
        else if (kind == FileKind.Directory) directories.Come(directory, entry, cookie, name);
        else files.Take(directory, entry, InotifyMask.Create, cookie, name);
    }
}
