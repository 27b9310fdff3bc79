using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>Directories without a watch, because the kernel's limit is reached or their filesystem reports nothing: they are listed at
/// intervals.</summary>
/// <param name="table">The trees.</param>
/// <param name="coverage">The roots that a directory counts for.</param>
/// <param name="plan">Whether polling is wanted.</param>
/// <param name="issues">Is told how many there are.</param>
/// <param name="eventless">True if there is no inotify, and so no limit of it.</param>
internal sealed class PolledDirectories(EntryTable table, Coverage coverage, CurrentPlan plan, WatchIssues issues, bool eventless)
{
    private readonly HashSet<int> _directories = [];
    private int _limited;
    private int _toldLimited;
    private TimeSpan _toldInterval;

    public int Count => _directories.Count;

    public bool Contains(int directory) => _directories.Contains(directory);

    /// <summary>Copies them to the end of a list, for a round in which some may come or go.</summary>
    public void CopyTo(List<int> list) => list.AddRange(_directories);

    /// <param name="entry">The directory.</param>
    /// <param name="blind">True if its filesystem reports nothing; false if the system has no watch left for it.</param>
    public void Add(int entry, bool blind)
    {
        ref var e = ref table[entry];
        if ((e.Flags & EntryFlags.Polled) != 0) return;
        e.Flags |= EntryFlags.Polled | (blind ? EntryFlags.Blind : EntryFlags.None);
        _directories.Add(entry);
        foreach (var root in coverage[e.Cover]) root.Polled++;
        if (!blind) _limited++;
    }

    public void Remove(int entry)
    {
        ref var e = ref table[entry];
        if ((e.Flags & EntryFlags.Polled) == 0) return;
        if ((e.Flags & EntryFlags.Blind) == 0) _limited--;
        e.Flags &= ~(EntryFlags.Polled | EntryFlags.Blind);
        _directories.Remove(entry);
        foreach (var root in coverage[e.Cover]) root.Polled--;
    }

    /// <summary>Says how many directories the kernel's limit leaves without a watch; once for each round of work, when all are
    /// counted.</summary>
    public void TellLimit(TimeSpan interval)
    {
        var limited = eventless ? 0 : _limited;
        if (limited == _toldLimited && (limited == 0 || interval == _toldInterval)) return;
        (_toldLimited, _toldInterval) = (limited, interval);
        issues.LimitChanged(limited, plan.Value.Options.Polling == Polling.Never ? null : interval);
    }
}
