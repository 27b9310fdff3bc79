using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>The end of entries with all below them: they are gone from the disk, or not wanted any more.</summary>
internal sealed class Subtrees(
    EntryTable table, ChangeFolding folding, DirectoryWatches watches, GitIgnoreLevels levels, WatchFilter filter,
    UnreadableDirectories unreadable, LeavingEntries leaving, TimeProvider time)
{
    /// <summary>Something with all below it is gone: files are reported, watches dropped.</summary>
    public void Lose(int entry)
    {
        if (table.Is(entry, EntryFlags.Leaving)) leaving.Prolong(time.GetTimestamp());
        if (!table.Is(entry, EntryFlags.Directory))
        {
            folding.Disappear(entry);
            return;
        }
        unreadable.Remove(entry);
        LoseChildren(entry);
        watches.Release(entry);
        levels.Forget(entry);
        ref var e = ref table[entry];
        // Only now: an entry that exists is not forgotten while its children are.
        e.Flags &= ~(EntryFlags.Exists | EntryFlags.Listed);
        e.Mark = 0;
        filter.Forget();
        folding.Forget(entry);
    }

    public void LoseChildren(int entry)
    {
        for (int child = table[entry].FirstChild, next; child != 0; child = next)
        {
            next = table[child].Next;
            if (table.Is(child, EntryFlags.Exists)) Lose(child);
        }
    }

    /// <summary>Something is not wanted any more, though it is still there: nothing is reported. Pinned entries stay.</summary>
    public void Drop(int entry)
    {
        for (int child = table[entry].FirstChild, next; child != 0; child = next)
        {
            next = table[child].Next;
            Drop(child);
        }
        folding.RemovePending(entry);
        if (table.Is(entry, EntryFlags.Directory))
        {
            if (table.Is(entry, EntryFlags.Pinned))
            {
                watches.SetCover(entry, 0);
                return;
            }
            watches.Release(entry);
            levels.Forget(entry);
        }
        if (table.Is(entry, EntryFlags.Pinned) || table[entry].FirstChild != 0) return;
        folding.Remove(entry);
    }

    /// <summary>What was pinned and is covered by nothing any more goes, with all below it.</summary>
    public void DropIfUnwanted(int entry)
    {
        var parent = table[entry].Parent;
        if (parent != 0 && !table.Is(entry, EntryFlags.Pinned) && table[parent].Cover == 0) Drop(entry);
    }
}
