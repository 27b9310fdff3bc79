using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Listing;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>Lets the entries that changed rules ignore go, when the burst of changes is over.</summary>
internal sealed class LeavingRelease(
    EntryTable table, EntryPaths paths, LeavingEntries leaving, FileComparison comparison, Subtrees subtrees, Reconciler reconciler,
    TimeProvider time)
{
    /// <summary>Lets go of what is due; true if there was something.</summary>
    public bool LetGo()
    {
        var now = time.GetTimestamp();
        if (leaving.Due > now) return false;
        foreach (var top in leaving.ToArray())
        {
            if (!table.Is(top, EntryFlags.Leaving))
            {
                leaving.Remove(top);
                continue;
            }
            LookOnceMore(top);
            // What waits is reported first; what was found to be gone may have left nothing.
            if (table.Is(top, EntryFlags.Leaving) && !HasPending(top)) subtrees.Drop(top);
        }
        leaving.Prolong(now);
        return true;
    }

    // No event tells whether it is gone.
    private void LookOnceMore(int entry)
    {
        if (!comparison.NeedsMarks(table[entry].Parent) || !table.Is(entry, EntryFlags.Exists)) return;
        if (table.Is(entry, EntryFlags.Directory)) reconciler.Scan(entry, ScanMode.Report, recursive: true);
        else if (!paths.TryMark(entry, follow: false, out _, out var errno) && EntryPaths.IsGone(errno)) subtrees.Lose(entry);
    }

    private bool HasPending(int entry)
    {
        if (table[entry].Pending != 0) return true;
        for (var child = table[entry].FirstChild; child != 0; child = table[child].Next)
            if (HasPending(child)) return true;
        return false;
    }
}
