using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>
/// Folds what happens to a path into one pending change. It remembers whether the path existed before; whether the path exists now is in
/// the entry. Together they make create, modify, delete or nothing, whatever happened in between.
/// </summary>
internal sealed class ChangeFolding(
    EntryTable table, Debouncer debouncer, LeavingEntries leaving, WatchFilter filter, UnreadableDirectories unreadable, TimeProvider time)
{
    /// <summary>A file is there.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="before">Whether there was one before.</param>
    public void Appear(int entry, bool before)
    {
        ref var e = ref table[entry];
        e.Flags = (e.Flags | EntryFlags.Exists) & ~EntryFlags.Directory;
        Touch(entry, before);
    }

    /// <summary>A file has changed.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="before">Whether it was there before, for the first change of several.</param>
    /// <param name="written">False if it may only have been opened, or its inode changed.</param>
    public void Touch(int entry, bool before, bool written = true)
    {
        ref var e = ref table[entry];
        var now = time.GetTimestamp();
        if (e.Pending != 0) debouncer.Touch(e.Pending, now, written);
        else e.Pending = debouncer.Add(entry, before, now, written);
        leaving.Touch(now);
    }

    /// <summary>A file is gone.</summary>
    public void Disappear(int entry)
    {
        ref var e = ref table[entry];
        if ((e.Flags & EntryFlags.Exists) == 0) return;
        e.Flags &= ~EntryFlags.Exists;
        if (e.Pending != 0 && !debouncer[e.Pending].Before) RemovePending(entry);
        else Touch(entry, before: true);
        Forget(entry);
    }

    public void RemovePending(int entry)
    {
        ref var e = ref table[entry];
        if (e.Pending == 0) return;
        debouncer.Remove(e.Pending);
        e.Pending = 0;
    }

    /// <summary>Removes an entry, and those above it, if nothing needs it: it does not exist, is not pinned, nothing of it or below it is
    /// pending.</summary>
    public void Forget(int entry)
    {
        while (entry > EntryTable.Root)
        {
            ref var e = ref table[entry];
            if ((e.Flags & (EntryFlags.Exists | EntryFlags.Pinned)) != 0 || e.Pending != 0 || e.FirstChild != 0) return;
            var parent = e.Parent;
            Remove(entry);
            entry = parent;
        }
    }

    /// <summary>Removes an entry without children from the table, and from all that knows its number.</summary>
    public void Remove(int entry)
    {
        filter.Remove(entry);
        leaving.Remove(entry);
        unreadable.Remove(entry);
        table.Remove(entry);
    }
}
