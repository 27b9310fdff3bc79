using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Listing;

/// <summary>What the disk has at a pinned entry: a directory, a file, a link to one of them, or nothing.</summary>
internal sealed class PinnedOnDisk(
    EntryTable table, EntryPaths paths, PinnedEntries pins, ForeignPlaces places, LinkTrails trails, UntoldRoots untold, FileMarks marks,
    FileComparison comparison, ChangeFolding folding, Subtrees subtrees)
{
    /// <summary>True for a directory, perhaps over links. Anything else is brought in line, for it ends the way down.</summary>
    public bool IsDirectory(int entry, ScanMode mode)
    {
        if (places.IsClosed(entry))
        {
            subtrees.Lose(entry);
            return false;
        }
        var isLink = trails.Follow(entry);
        // A link that leads nowhere is as if it were not there.
        if (
            !paths.TryMark(entry, follow: true, out var mark, out var errno)
            && (!EntryPaths.IsGone(errno) || isLink || !paths.TryMark(entry, follow: false, out mark, out errno))
        )
        {
            // What cannot be asked for (a directory above it is closed) is as it was.
            if (EntryPaths.IsGone(errno)) subtrees.Lose(entry);
            return false;
        }
        if (mark.Kind == FileKind.Directory)
        {
            if ((table[entry].Flags & (EntryFlags.Exists | EntryFlags.Directory)) == EntryFlags.Exists) folding.Disappear(entry);
            return true;
        }
        if (table.Is(entry, EntryFlags.Directory)) subtrees.Lose(entry);
        if (pins.IsRoot(entry)) TakeFile(entry, mark, isLink, report: mode != ScanMode.Known);
        return false;
    }

    // A root that is a file.
    private void TakeFile(int entry, in FileStatusMark mark, bool isLink, bool report)
    {
        ref var e = ref table[entry];
        if (isLink) e.Flags |= EntryFlags.Follows;
        else e.Flags &= ~EntryFlags.Follows;
        if ((e.Flags & EntryFlags.Exists) != 0)
        {
            if (report && e.Pending == 0 && (isLink || untold.IsFile(entry))) comparison.Compare(entry);
            return;
        }
        if (report) folding.Appear(entry, before: false);
        else if (e.Pending == 0) e.Flags |= EntryFlags.Exists;
        if (!report && (isLink || untold.IsFile(entry))) e.Mark = marks.Fingerprint(entry, mark);
    }
}
