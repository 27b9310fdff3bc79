using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Polling: directories without a watch, because the kernel's limit is reached or their filesystem reports nothing, are listed at intervals.
internal sealed partial class WatchTree
{
    private const int MostLearnt = 20_000;
    private const int LearnSlice = 256;

    private readonly HashSet<int> _polled = [];
    private readonly List<int> _pollRound = [];
    private (byte[] Point, EntryFlags Flags)[]? _specialMounts;
    private DateTimeOffset _caughtUp = DateTimeOffset.MaxValue;
    private int _learnAt = EntryTable.Root + 1;
    private int _learnt;
    private int _limited;
    private int _toldLimited;
    private TimeSpan _toldInterval;

    public int Polled => _polled.Count;

    /// <summary>True where some directory, or a root that nothing tells about, must be looked at from time to time.</summary>
    public bool NeedsPolling =>
        _plan.Options.Polling != Polling.Never && (_polled.Count > 0 || _unwatchedFiles.Count > 0 || HasUntoldRoot());

    /// <summary>One round over everything that has no watch; what can have one by now gets it.</summary>
    public void Poll()
    {
        var now = DateTimeOffset.UtcNow;
        _pollRound.Clear();
        _pollRound.AddRange(_polled);
        foreach (var directory in _pollRound)
            if (_polled.Contains(directory)) ScanTree(directory, ScanMode.Report, recursive: false);
        PollFiles();
        if (HasUntoldRoot()) Settle(EntryTable.Root, ScanMode.Report, again: false);
        LookAtRulesAbove(all: false);
        _polledInStep = now;
    }

    /// <summary>
    /// Looks at some of the files that were there at the start, so that a later change of their times or permissions alone can be told
    /// apart.
    /// True if there may be more. Only so many are looked at: a tree of millions would keep the disk busy for long.
    /// </summary>
    public bool LearnMarks()
    {
        if (_inotify is null || _learnt >= MostLearnt) return false;
        for (var examined = 0; _learnAt < _table.End && examined < LearnSlice; _learnAt++)
        {
            ref var e = ref _table[_learnAt];
            if (
                e.Parent == 0
                || (e.Flags & (EntryFlags.Exists | EntryFlags.Directory)) != EntryFlags.Exists
                || e.Mark != 0
                || e.Pending != 0
            )
                continue;
            examined++;
            _learnt++;
            // What has changed since the start may have an event on its way, which would find nothing new.
            if (_marks.TryGet(_learnAt, out var mark) && mark.Changed < _marks.InSync - FileMarks.ClockGrain)
                e.Mark = _marks.Fingerprint(_learnAt, mark);
        }
        return _learnAt < _table.End && _learnt < MostLearnt;
    }

    // Something is mounted over a watched directory, or no longer: the kernel's watch is on the one that cannot be seen.
    private bool TakeMounts()
    {
        // Before anything is looked at: what is mounted now may not answer.
        WatchPlan? plan = null;
        WatchPlan Now() => plan ??= _plan.With(_mounts.Mounts);
        if (!_mounts.TakeChange(_plan.Roots.SelectMany(root => new[] { root.Absolute, Now().Remote.RealPath(root.Absolute) })))
            return false;
        _specialMounts = null;
        UsePlan(Now());
        _places.Use(_plan);
        _places.IsMisplaced = true;
        var files = _files.ToArray();
        RescanAll();
        TellMounted(files);
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
            if (
                _table.Is(root.Entry, EntryFlags.Exists)
                    ? IsUntoldFile(root.Entry)
                    : IsUntoldWay(root.Entry) || _paths.TryMark(root.Entry, follow: false, out _)
            )
                return true;
        return false;
    }

    // The last directory on the way to a missing root has no watch, for it may be passed but not read: nothing will tell of the root's
    // coming.
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
        if (_table.Is(entry, EntryFlags.Directory) || parent == 0 || _table.Is(parent, EntryFlags.Polled)) return false;
        // On a remote filesystem of its own: mounted over a name in a local directory, or behind a link.
        return _table[parent].Watch == 0 || (_plan.Home is not null && !_table.Is(parent, EntryFlags.Blind));
    }

    // Files in polled directories need a fingerprint from the beginning; elsewhere events tell what changed.
    private bool NeedsMarks(int directory) => _inotify is null || _table.Is(directory, EntryFlags.Polled);

    // Also notes whether the filesystem keeps the numbers of inodes.
    private bool IsBlind(int entry)
    {
        var flags = OperatingSystem.IsLinux() ? OnFilesystem(entry) : EntryFlags.None;
        _table[entry].Flags = (_table[entry].Flags & ~EntryFlags.Renumbering) | (flags & EntryFlags.Renumbering);
        return _plan.Options.Polling == Polling.Always || (_plan.Options.Polling == Polling.Auto && (flags & EntryFlags.Blind) != 0);
    }

    private EntryFlags OnFilesystem(int entry)
    {
        _specialMounts ??= [.. _mounts.Mounts.Select(m => (NativePath.ToBytes(m.Point), FlagsOf(m.Type))).Where(m => m.Item2 != 0)];
        if (_specialMounts.Length == 0) return EntryFlags.None;
        // A root that is reached over a link has another path than its filesystem.
        if (_table.Is(entry, EntryFlags.Pinned))
            return _mounts.TypeOf(_plan.Home is { } home && _pins.IsRoot(entry) ? home : _paths.Text(entry)) is { } type
                ? FlagsOf(type)
                : EntryFlags.None;
        foreach (var (point, flags) in _specialMounts)
            if (
                point.AsSpan().EndsWith(_table.Name(entry))
                && _paths.Write(entry) is var length and > 0
                && point.AsSpan().SequenceEqual(_paths.Buffer.AsSpan(0, length))
            )
                return flags;
        return _table[_table[entry].Parent].Flags & (EntryFlags.Blind | EntryFlags.Renumbering);
    }

    private static EntryFlags FlagsOf(string type) =>
        (FilesystemType.IsBlind(type) ? EntryFlags.Blind : EntryFlags.None)
        | (FilesystemType.KeepsInodes(type) ? EntryFlags.None : EntryFlags.Renumbering);

    private void SetPolled(int entry, EntryFlags flags)
    {
        ref var e = ref _table[entry];
        if ((e.Flags & EntryFlags.Polled) != 0) return;
        e.Flags |= flags;
        _polled.Add(entry);
        foreach (var root in _coverage[e.Cover]) root.Polled++;
        if ((flags & EntryFlags.Blind) == 0) _limited++;
    }

    /// <summary>Says how many directories the kernel's limit leaves without a watch; once for each round of work, when all are
    /// counted.</summary>
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
