namespace AiwgDaemon.Sources.Watch;

// Status: counted as it changes, so that asking costs nothing.
internal sealed partial class WatchTree
{
    public WatchStatus MakeStatus() => new(
        _plan.Options.Enabled, [.. _plan.Written.Select(r => r.Path)], 0, Watches, Backend(Watches, _polled.Count), Overflows,
        [.. _plan.Written.Select(StatusOf)]);

    private RootStatus StatusOf(WatchRoot root)
    {
        var exists = root.Entry != 0 && _table.Is(root.Entry, EntryFlags.Exists);
        var polled = root.Polled > 0 && root.Watches == 0;
        var state = !exists ? "missing" : _table.Is(root.Entry, EntryFlags.Unreadable) ? "failed" : polled ? "polling" : "watching";
        // A file has no watch of its own: its directory's counts.
        if (exists && _portable is not null && !_table.Is(root.Entry, EntryFlags.Polled))
            return new RootStatus(
                root.Path,
                state,
                Backend(_portable.Has(root.Entry) ? 1 : 0, root.Polled),
                _portable.Has(root.Entry) ? 1 : 0
            );
        var watches =
            exists && !_table.Is(root.Entry, EntryFlags.Directory) && _table[_table[root.Entry].Parent].Watch != 0 ? 1 : root.Watches;
        return new RootStatus(root.Path, state, Backend(watches, root.Polled), watches);
    }

    private string Backend(int watches, int polled) => (watches, polled) switch
    {
        (0, 0) => "none",
        (_, 0) => _portable is null ? "inotify" : "filesystemwatcher",
        (0, _) => "polling",
        _ => "mixed",
    };
}
