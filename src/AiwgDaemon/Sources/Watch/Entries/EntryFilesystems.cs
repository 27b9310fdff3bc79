using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch.Entries;

/// <summary>What the filesystem of a directory tells and keeps: some report no changes, some give a file another inode number each
/// time.</summary>
internal sealed class EntryFilesystems(EntryTable table, EntryPaths paths, PinnedEntries pins, CurrentPlan plan, MountTable mounts)
{
    private (byte[] Point, EntryFlags Flags)[]? _special;

    /// <summary>Other filesystems may be mounted by now.</summary>
    public void Forget() => _special = null;

    /// <summary>True if no watch is even to be tried. Also notes whether the filesystem keeps the numbers of inodes.</summary>
    public bool IsBlind(int entry)
    {
        var flags = OperatingSystem.IsLinux() ? FlagsOf(entry) : EntryFlags.None;
        table[entry].Flags = (table[entry].Flags & ~EntryFlags.Renumbering) | (flags & EntryFlags.Renumbering);
        var polling = plan.Value.Options.Polling;
        return polling == Polling.Always || (polling == Polling.Auto && (flags & EntryFlags.Blind) != 0);
    }

    private EntryFlags FlagsOf(int entry)
    {
        _special ??= [.. mounts.Mounts.Select(m => (NativePath.ToBytes(m.Point), FlagsOf(m.Type))).Where(m => m.Item2 != 0)];
        if (_special.Length == 0) return EntryFlags.None;
        // A root that is reached over a link has another path than its filesystem.
        if (table.Is(entry, EntryFlags.Pinned))
            return mounts.TypeOf(plan.Value.Home is { } home && pins.IsRoot(entry) ? home : paths.Text(entry)) is { } type
                ? FlagsOf(type)
                : EntryFlags.None;
        foreach (var (point, flags) in _special)
            if (
                point.AsSpan().EndsWith(table.Name(entry))
                && paths.Write(entry) is var length and > 0
                && point.AsSpan().SequenceEqual(paths.Buffer.AsSpan(0, length))
            )
                return flags;
        return table[table[entry].Parent].Flags & (EntryFlags.Blind | EntryFlags.Renumbering);
    }

    private static EntryFlags FlagsOf(string type) =>
        (FilesystemType.IsBlind(type) ? EntryFlags.Blind : EntryFlags.None)
        | (FilesystemType.KeepsInodes(type) ? EntryFlags.None : EntryFlags.Renumbering);
}
