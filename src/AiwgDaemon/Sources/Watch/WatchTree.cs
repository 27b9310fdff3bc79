using System.Runtime.InteropServices;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// What is known of the watched trees, and the kernel watches on them. Fed with events, listings and the time, it folds changes into the
/// debouncer and gives them out when they are due. Everything runs on the watcher's thread and nothing waits.
/// Parts: Roots (what is there of each root), Scan (listings), Events (inotify), Changes (folding), Rules, Polling, Links.
/// </summary>
internal sealed partial class WatchTree : IDisposable
{
    private readonly EntryTable _table = new();
    private readonly WatchMap _watches = new();
    private readonly Coverage _coverage = new();
    private readonly DirectoryReader _reader = new();
    private readonly ExcludeFiles _excludeFiles;
    private readonly GitIgnoreLevels _levels;
    private readonly WatchIssues _issues;
    private readonly TimeProvider _time;
    private readonly Inotify? _inotify;
    private readonly PortableWatcher? _portable;
    private readonly MountTable _mounts;
    private readonly EntryPaths _paths;
    private readonly PinnedEntries _pins;
    private readonly ForeignPlaces _places;
    private readonly WatchFilter _filter;
    private readonly FileMarks _marks;
    private readonly MoveHalves _moves;
    private readonly DueChanges _due;
    private WatchPlan _plan;
    private long _progress;

    public WatchTree(WatchPlan plan, Inotify? inotify, PortableWatcher? portable, MountTable mounts, TimeProvider time, WatchIssues issues)
    {
        (_plan, _inotify, _portable, _mounts, _time, _issues) = (plan, inotify, portable, mounts, time, issues);
        _excludeFiles = new ExcludeFiles(inotify, _watches);
        _levels = new GitIgnoreLevels(_table, _excludeFiles, issues.IgnoreFiles);
        _paths = new EntryPaths(_table);
        _pins = new PinnedEntries(_table);
        _places = new ForeignPlaces(_paths, _pins, plan);
        _filter = new WatchFilter(_table, _paths, _pins, _coverage, _levels, plan);
        _marks = new FileMarks(_table, _paths, _places);
        _moves = new MoveHalves(_table, _paths, Debouncer);
        _due = new DueChanges(_table, _paths, _marks, _moves, _filter, time, plan);
        SetSpans();
    }

    /// <inheritdoc cref="ForeignPlaces.IsMisplaced"/>
    public bool IsMisplaced
    {
        get => _places.IsMisplaced;
        set => _places.IsMisplaced = value;
    }

    public Debouncer Debouncer { get; } = new();

    public int Watches => _watches.Count + _excludeFiles.Count + _files.Count + (_portable?.Count ?? 0);

    public long Overflows { get; private set; }

    public WatchPlan Plan => _plan;

    /// <summary>Arms everything; what is there already is taken as known, or with <paramref name="report"/> as new.</summary>
    public void Start(bool report)
    {
        _inStep = _polledInStep = DateTimeOffset.UtcNow;
        _marks.Begin(_inStep);
        _pins.Pin(_plan.Roots);
        _places.Use(_plan);
        Settle(EntryTable.Root, report ? ScanMode.Report : ScanMode.Known, again: true);
        WatchFiles();
    }

    /// <summary>Another plan: watches that both want stay as they are; what is wanted anew is taken as known, or with
    /// <paramref name="report"/> as new.</summary>
    public void Reload(WatchPlan plan, bool report)
    {
        CatchUp();
        foreach (var root in _plan.Roots) root.Watches = root.Polled = 0;
        UsePlan(plan);
        // What has been mounted since, where the former roots were not.
        _specialMounts = null;
        SetSpans();
        var former = _pins.Unpin();
        _pins.Pin(_plan.Roots);
        _places.Use(_plan);
        // With the levels, the trails are forgotten.
        _levels.Clear();
        _trails.Clear();
        // All of them are read anew.
        _changedRules.Take();
        _filter.Forget();
        Settle(EntryTable.Root, report ? ScanMode.Report : ScanMode.Known, again: true);
        WatchFiles();
        foreach (var entry in former) DropIfUnwanted(entry);
        _caughtUp = DateTimeOffset.MaxValue;
    }

    public void Dispose() => _reader.Dispose();

    private void SetSpans()
    {
        // The tree's own clock: timestamps of the time provider.
        Debouncer.Quiet = (long)(_plan.Options.Debounce.TotalSeconds * _time.TimestampFrequency);
        Debouncer.Ceiling = Math.Max(Debouncer.Quiet, (long)(_plan.Options.MaxWait.TotalSeconds * _time.TimestampFrequency));
    }

    /// <summary>Moves changes that are due (with <paramref name="all"/>: all) into the list, up to a number.</summary>
    public void Collect(List<FileChange> changes, int most, bool all)
    {
        var now = _time.GetTimestamp();
        while (changes.Count < most && Debouncer.FindDue(now, all) is not 0 and var slot)
        {
            Advance();
            var entry = Debouncer[slot].Entry;
            if (_due.Make(entry, in Debouncer[slot]) is { } change) changes.Add(change);
            RemovePending(entry);
            Forget(entry);
        }
    }

    /// <summary>Grows while this tree gets on; for other threads to see that it does.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <summary>One more step is done.</summary>
    public void Advance() => Volatile.Write(ref _progress, _progress + 1);

    /// <summary>Everything is gone: the filesystem that this tree is for was unmounted, or is nobody's any more.</summary>
    public void Leave()
    {
        foreach (var root in _plan.Roots) Lose(root.Entry);
    }

    private void UsePlan(WatchPlan plan)
    {
        _plan = plan;
        _filter.Use(plan);
        _due.Use(plan);
    }
}
