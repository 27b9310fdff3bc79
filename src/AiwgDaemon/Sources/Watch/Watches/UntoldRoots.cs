using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>Roots whose coming, going or change no event tells: they must be looked at from time to time.</summary>
internal sealed class UntoldRoots(EntryTable table, EntryPaths paths, CurrentPlan plan, HintedRoots hinted)
{
    public bool Any()
    {
        if (hinted.AreUsed && plan.Value.Roots.Length > 0) return true;
        foreach (var root in plan.Value.Roots)
            if (
                table.Is(root.Entry, EntryFlags.Exists)
                    ? IsFile(root.Entry)
                    : IsWay(root.Entry) || paths.TryMark(root.Entry, follow: false, out _)
            )
                return true;
        return false;
    }

    /// <summary>True for a root that is a file in a directory that nothing tells about.</summary>
    public bool IsFile(int entry)
    {
        var parent = table[entry].Parent;
        if (table.Is(entry, EntryFlags.Directory) || parent == 0 || table.Is(parent, EntryFlags.Polled)) return false;
        // On a remote filesystem of its own: mounted over a name in a local directory, or behind a link.
        return table[parent].Watch == 0 || (plan.Value.Home is not null && !table.Is(parent, EntryFlags.Blind));
    }

    // The last directory on the way to a missing root has no watch, for it may be passed but not read: nothing will tell of the root's
    // coming.
    private bool IsWay(int entry)
    {
        var at = table[entry].Parent;
        while (at > EntryTable.Root && !table.Is(at, EntryFlags.Exists)) at = table[at].Parent;
        return table[at].Watch == 0;
    }
}
