using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Polling: directories without a watch, because the kernel's limit is reached or their filesystem reports nothing, are listed at intervals.
internal sealed partial class WatchTree
{
    private readonly HashSet<int> _polled = [];
    private readonly List<int> _pollRound = [];
    private byte[][]? _blindMounts;
    private DateTimeOffset _caughtUp = DateTimeOffset.MaxValue;
    private int _limited;
    private int _toldLimited;
    private TimeSpan _toldInterval;

    public int Polled => _polled.Count;

    /// <summary>True where some directory, or a root that nothing tells about, must be looked at from time to time.</summary>
    public bool NeedsPolling => _plan.Options.Polling != Polling.Never && (_polled.Count > 0 || HasUntoldRoot());

    /// <summary>One round over everything that has no watch; what can have one by now gets it.</summary>
    public void Poll()
    {
        _pollRound.Clear();
        _pollRound.AddRange(_polled);
        foreach (var directory in _pollRound)
            if (_polled.Contains(directory)) ScanTree(directory, report: true, recursive: false);
        if (HasUntoldRoot()) Settle(EntryTable.Root, report: true, again: false);
    }

    // Something is mounted over a watched directory, or no longer: the kernel's watch is on the one that cannot be seen.
    private bool TakeMounts()
    {
        if (!_mounts.TakeChange(_plan.Roots.Select(root => root.Absolute))) return false;
        _blindMounts = null;
        RescanAll();
        return true;
    }

    // What no event will tell is told before the trees are taken as known under another plan; what is even younger, while they are.
    private void CatchUp()
    {
        _caughtUp = DateTimeOffset.UtcNow;
        if (_portable is not null) RescanAll();
        else if (_polled.Count > 0) Poll();
    }

    private bool HasUntoldRoot()
    {
        if (_portable is not null && _plan.Roots.Length > 0) return true;
        foreach (var root in _plan.Roots)
            if (_table.Is(root.Entry, EntryFlags.Exists) ? IsUntoldFile(root.Entry) : IsUntoldWay(root.Entry) || TryMark(root.Entry, follow: false, out _)) return true;
        return false;
    }

    // The last directory on the way to a missing root has no watch, for it may be passed but not read: nothing will tell of the root's coming.
    private bool IsUntoldWay(int entry)
    {
        var at = _table[entry].Parent;
        while (at > EntryTable.Root && !_table.Is(at, EntryFlags.Exists)) at = _table[at].Parent;
        return _table[at].Watch == 0;
    }

    // A root that is a file in a directory that nothing tells about.
    private bool IsUntoldFile(int entry)
    {
        var parent = _table[entry].Parent;
        return !_table.Is(entry, EntryFlags.Directory) && parent != 0 && _table[parent].Watch == 0 && !_table.Is(parent, EntryFlags.Polled);
    }

    // Files in polled directories need a fingerprint from the beginning; elsewhere events tell what changed.
    private bool NeedsMarks(int directory) => _inotify is null || _table.Is(directory, EntryFlags.Polled);

    private bool IsBlind(int entry)
    {
        if (_plan.Options.Polling == Polling.Always) return true;
        if (_plan.Options.Polling == Polling.Never || !OperatingSystem.IsLinux()) return false;
        _blindMounts ??= [.. _mounts.Mounts.Where(m => FilesystemType.IsBlind(m.Type)).Select(m => NativePath.ToBytes(m.Point))];
        if (_blindMounts.Length == 0) return false;
        if (_table.Is(entry, EntryFlags.Pinned)) return _mounts.TypeOf(PathText(entry)) is { } type && FilesystemType.IsBlind(type);
        return _table.Is(_table[entry].Parent, EntryFlags.Blind) || IsBlindMountPoint(entry);
    }

    private bool IsBlindMountPoint(int entry)
    {
        foreach (var point in _blindMounts!)
            if (point.AsSpan().EndsWith(_table.Name(entry)) && WritePath(entry) is var length and > 0 && point.AsSpan().SequenceEqual(_path.AsSpan(0, length))) return true;
        return false;
    }

    private void SetPolled(int entry, EntryFlags flags)
    {
        ref var e = ref _table[entry];
        if ((e.Flags & EntryFlags.Polled) != 0) return;
        e.Flags |= flags;
        _polled.Add(entry);
        foreach (var root in _coverage[e.Cover]) root.Polled++;
        if ((flags & EntryFlags.Blind) == 0) _limited++;
    }

    /// <summary>Says how many directories the kernel's limit leaves without a watch; once for each round of work, when all are counted.</summary>
    public void TellLimit(TimeSpan interval)
    {
        var limited = _inotify is null ? 0 : _limited;
        if (limited == _toldLimited && (limited == 0 || interval == _toldInterval)) return;
        (_toldLimited, _toldInterval) = (limited, interval);
        _issues.LimitChanged(limited, _plan.Options.Polling == Polling.Never ? null : interval);
    }

    private void SetWatched(int entry) => Unpoll(entry);

    private void Unpoll(int entry)
    {
        ref var e = ref _table[entry];
        if ((e.Flags & EntryFlags.Polled) == 0) return;
        if ((e.Flags & EntryFlags.Blind) == 0) _limited--;
        e.Flags &= ~(EntryFlags.Polled | EntryFlags.Blind);
        _polled.Remove(entry);
        foreach (var root in _coverage[e.Cover]) root.Polled--;
    }
}
