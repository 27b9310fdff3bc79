using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Listing;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>Directories that came, as events tell: each is listed at once.</summary>
internal sealed class DirectoryArrivals(
    EntryTable table, ForeignPlaces places, WatchFilter filter, DirectoryWatches watches, ChangeFolding folding, Subtrees subtrees,
    MoveHalves moves, Reconciler reconciler, Watermarks watermarks)
{
    /// <summary>Takes an event of a directory that did not go.</summary>
    public void Take(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((mask & NameEvents.Came) != 0)
            Come(directory, entry, cookie, name);
        else if ((mask & InotifyMask.Attributes) != 0 && entry != 0 && table.Is(entry, EntryFlags.Unreadable))
            reconciler.Scan(entry, ScanMode.Report, recursive: false);
    }

    /// <summary>A directory is there.</summary>
    /// <param name="directory">The directory that it is in.</param>
    /// <param name="entry">What was known by its name; 0 if nothing was.</param>
    /// <param name="cookie">Of the rename that brought it; 0 if it was made.</param>
    /// <param name="name">Its name.</param>
    public void Come(int directory, int entry, uint cookie, ReadOnlySpan<byte> name)
    {
        if (table.Is(directory, EntryFlags.Leaving)) return;
        if (places.Any && places.Hides(directory, name)) return;
        filter.Prepare(directory);
        var cover = filter.ChildCover(directory, entry, name);
        if (cover == 0) return;
        if (entry != 0 && table.Is(entry, EntryFlags.Directory | EntryFlags.Exists))
        {
            if (cookie == 0)
            {
                // A listing was faster than this event, so the directory and all in it came after its parent's watch.
                Announce(entry);
                return;
            }
            subtrees.Lose(entry);
            entry = table.Find(directory, name);
        }
        else if (entry != 0 && table.Is(entry, EntryFlags.Exists))
        {
            // It changed places with a file, which is gone.
            folding.Disappear(entry);
            entry = table.Find(directory, name);
        }
        if (entry == 0) entry = table.Add(directory, name, EntryFlags.None);
        table[entry].Flags = (table[entry].Flags & ~EntryFlags.Leaving) | EntryFlags.Directory | EntryFlags.Exists;
        table[entry].Mark = watermarks.MarkOfNewIn(directory);
        watches.SetCover(entry, cover);
        reconciler.Scan(entry, ScanMode.Report, recursive: false);
        if (cookie != 0) moves.JoinDirectory(entry, cookie);
    }

    private void Announce(int directory)
    {
        for (var child = table[directory].FirstChild; child != 0; child = table[child].Next)
        {
            if (!table.Is(child, EntryFlags.Exists)) continue;
            if (table.Is(child, EntryFlags.Directory)) Announce(child);
            else if (table[child].Pending == 0 && table[child].Mark == 0) folding.Touch(child, before: false);
        }
    }
}
