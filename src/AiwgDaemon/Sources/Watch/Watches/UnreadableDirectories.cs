using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>Directories that cannot be listed, as health has been told.</summary>
internal sealed class UnreadableDirectories(EntryTable table, EntryPaths paths, DirectoryWatches watches, WatchIssues issues)
{
    public void Add(int directory, int errno)
    {
        if (table.Is(directory, EntryFlags.Unreadable)) return;
        table[directory].Flags |= EntryFlags.Unreadable;
        issues.Unreadable(directory, paths.Text(directory), errno);
        // The parent tells when the mode changes.
        var parent = table[directory].Parent;
        if (table[parent].Watch != 0) watches.Arm(parent, wide: true);
    }

    /// <summary>It was listed, or is gone.</summary>
    public void Remove(int directory)
    {
        if (!table.Is(directory, EntryFlags.Unreadable)) return;
        table[directory].Flags &= ~EntryFlags.Unreadable;
        issues.Readable(directory);
    }
}
