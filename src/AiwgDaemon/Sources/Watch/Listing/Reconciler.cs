using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Listing;

/// <summary>
/// Brings what is known in line with the disk. Each root, and each directory on the way to it, has a pinned entry that is kept whether it
/// exists or not; so a root may vanish, return and not exist yet.
/// </summary>
internal sealed class Reconciler(
    EntryTable table, CurrentPlan plan, PinnedEntries pins, Coverage coverage, WatchFilter filter, DirectoryWatches watches,
    Subtrees subtrees, PinnedOnDisk onDisk, DirectoryScanner scanner, ScanQueue queue)
{
    /// <summary>Lists a directory and, if <paramref name="recursive"/>, all below it; if not, only what is new below it.</summary>
    public void Scan(int start, ScanMode mode, bool recursive)
    {
        queue.Directories.Push(start);
        while (queue.Directories.TryPop(out var directory)) scanner.Scan(directory, mode, recursive);
        while (queue.Pinned.TryPop(out var pinned)) Settle(pinned, mode, recursive);
    }

    /// <summary>The same for everything that is watched, from the root of the filesystem down.</summary>
    public void SettleAll(ScanMode mode, bool again) => Settle(EntryTable.Root, mode, again);

    /// <summary>
    /// Brings a pinned entry and the pinned ones below it in line with the disk. Watch first, then look: what comes in between is told
    /// by an event. On the way to a root names are asked for only if they turn out to matter, for the kernel then marks all that
    /// it knows in that directory: ten milliseconds in a /tmp of old. <paramref name="again"/> lists covered directories even if the
    /// watch is the one that was there.
    /// </summary>
    public void Settle(int entry, ScanMode mode, bool again)
    {
        if (entry != EntryTable.Root && !onDisk.IsDirectory(entry, mode)) return;
        ref var e = ref table[entry];
        var known =
            (e.Flags & (EntryFlags.Exists | EntryFlags.Directory)) == (EntryFlags.Exists | EntryFlags.Directory)
            && (e.Flags & EntryFlags.Listed) != 0;
        var before = e.Watch;
        e.Flags |= EntryFlags.Exists | EntryFlags.Directory;
        watches.SetCover(entry, CoverOf(entry));
        watches.Arm(entry, wide: e.Cover != 0 || (e.Flags & EntryFlags.Wide) != 0);
        // Another directory has taken the name: what was in the old one is gone.
        if (known && before != 0 && e.Watch != before) subtrees.LoseChildren(entry);
        if (e.Cover != 0)
        {
            filter.LoadLevelsAbove(entry);
            if (again || !known || e.Watch != before || table.Is(entry, EntryFlags.Unreadable)) Scan(entry, mode, recursive: again);
        }
        if (!pins.TryGetChildren(entry, out var children)) return;
        foreach (var child in children.ToArray()) Settle(child, mode, again);
        if (e.Cover == 0) SetWidth(entry, children, mode);
    }

    private void SetWidth(int entry, List<int> children, ScanMode mode)
    {
        var wide = table.Is(entry, EntryFlags.Wide);
        if (!NeedsNames(entry, children))
        {
            if (wide) watches.Arm(entry, wide: false);
        }
        else if (!wide && watches.Arm(entry, wide: true))
        {
            foreach (var child in children.ToArray()) Settle(child, mode, again: false);
        }
    }

    private ushort CoverOf(int entry)
    {
        var parent = table[entry].Parent;
        if (parent == 0) return pins.TryGetRoots(entry, out var top) ? coverage.Intern(top) : (ushort)0;
        filter.Prepare(parent);
        return filter.ChildCover(parent, entry, table.Name(entry));
    }

    // The names in it matter if a pinned step is missing, is a link (which may be pointed elsewhere), or a .gitignore there holds below.
    private bool NeedsNames(int entry, List<int> children)
    {
        if (plan.Value.Options.GitIgnore && filter.IsAbove(entry)) return true;
        foreach (var child in children)
        {
            if (!table.Is(child, EntryFlags.Exists | EntryFlags.Directory) || table.Is(child, EntryFlags.Unreadable)) return true;
            if (!watches.IsItself(child)) return true;
        }
        return false;
    }
}
