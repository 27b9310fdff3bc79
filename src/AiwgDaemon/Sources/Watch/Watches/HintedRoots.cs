using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>The roots that the system's own watchers tell about, if there is no inotify.</summary>
internal sealed class HintedRoots(EntryTable table, EntryPaths paths, PinnedEntries pins, PortableWatcher? portable)
{
    public int Count => portable?.Count ?? 0;

    /// <summary>True if there is no inotify on this system.</summary>
    public bool AreUsed => portable is not null;

    public bool Has(int root) => portable is not null && portable.Has(root);

    /// <summary>True if something tells of changes in a directory. A root gets a watcher of its own, which tells of what is below it as
    /// well.</summary>
    public bool Cover(int entry)
    {
        if (portable is null) return false;
        if (pins.IsRoot(entry) && portable.TryWatch(entry, paths.Text(entry))) return true;
        for (var at = table[entry].Parent; at > EntryTable.Root; at = table[at].Parent)
            if (portable.Has(at)) return true;
        return false;
    }

    public void Unwatch(int entry) => portable?.Unwatch(entry);
}
