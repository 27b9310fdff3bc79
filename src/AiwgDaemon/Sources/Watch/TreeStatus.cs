using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch;

/// <summary>What a tree says of itself. All of it is counted as it changes, so that asking costs nothing.</summary>
internal sealed class TreeStatus(EntryTable table, CurrentPlan plan, PolledDirectories polled, HintedRoots hinted)
{
    public WatchStatus Make(int watches, long overflows) => new(
        plan.Value.Options.Enabled, [.. plan.Value.Written.Select(r => r.Path)], 0, watches, Backend(watches, polled.Count), overflows,
        [.. plan.Value.Written.Select(StatusOf)]);

    private RootStatus StatusOf(WatchRoot root)
    {
        var exists = root.Entry != 0 && table.Is(root.Entry, EntryFlags.Exists);
        var isPolled = root.Polled > 0 && root.Watches == 0;
        var state = !exists ? "missing" : table.Is(root.Entry, EntryFlags.Unreadable) ? "failed" : isPolled ? "polling" : "watching";
        if (exists && hinted.AreUsed && !table.Is(root.Entry, EntryFlags.Polled))
        {
            var own = hinted.Has(root.Entry) ? 1 : 0;
            return new RootStatus(root.Path, state, Backend(own, root.Polled), own);
        }
        // A file has no watch of its own: its directory's counts.
        var watches =
            exists && !table.Is(root.Entry, EntryFlags.Directory) && table[table[root.Entry].Parent].Watch != 0 ? 1 : root.Watches;
        return new RootStatus(root.Path, state, Backend(watches, root.Polled), watches);
    }

    private string Backend(int watches, int polledDirectories) => (watches, polledDirectories) switch
    {
        (0, 0) => "none",
        (_, 0) => hinted.AreUsed ? "filesystemwatcher" : "inotify",
        (0, _) => "polling",
        _ => "mixed",
    };
}
