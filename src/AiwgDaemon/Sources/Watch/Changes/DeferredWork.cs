using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Listing;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>What events leave to do until a burst of them has been taken in order.</summary>
internal sealed class DeferredWork(EntryTable table, Reconciler reconciler, WatchedFiles files)
{
    private readonly HashSet<int> _unmounted = [];

    /// <summary>Events were lost: everything is to be compared with the disk.</summary>
    public bool HasOverflowed { get; set; }

    /// <summary>Something has happened to a root or on the way to one.</summary>
    public bool IsUnsettled { get; set; }

    /// <summary>A directory has lost its watch, though nothing said that it is gone: its filesystem may be.</summary>
    public void AddUnmounted(int directory) => _unmounted.Add(directory);

    /// <summary>Everything is compared anyway.</summary>
    public void Clear()
    {
        IsUnsettled = false;
        _unmounted.Clear();
    }

    /// <summary>Does it; true if there was something.</summary>
    public bool Do()
    {
        var worked = IsUnsettled || _unmounted.Count > 0;
        if (IsUnsettled)
        {
            IsUnsettled = false;
            reconciler.SettleAll(ScanMode.Report, again: false);
            files.Renew();
        }
        foreach (var directory in _unmounted)
            if (table.Is(directory, EntryFlags.Exists | EntryFlags.Directory)) reconciler.Scan(directory, ScanMode.Report, recursive: true);
        _unmounted.Clear();
        return worked;
    }
}
