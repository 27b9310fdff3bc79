using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Listing;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// What is known of the watched trees, and the watches on them: says in which order the parts work. Fed with events, listings and the
/// time, it folds changes into the debouncer and gives them out when they are due. Everything runs on the watcher's thread and nothing
/// waits.
/// </summary>
internal sealed class WatchTree : IDisposable
{
    private readonly WatchTreeParts _parts;
    private readonly MountTable _mounts;
    private readonly TimeProvider _time;
    private readonly WatchIssues _issues;

    public WatchTree(WatchPlan plan, Inotify? inotify, PortableWatcher? portable, MountTable mounts, TimeProvider time, WatchIssues issues)
    {
        (_mounts, _time, _issues) = (mounts, time, issues);
        _parts = new WatchTreeParts(plan, inotify, portable, mounts, time, issues);
        SetSpans();
    }

    /// <inheritdoc cref="ForeignPlaces.IsMisplaced"/>
    public bool IsMisplaced
    {
        get => _parts.Places.IsMisplaced;
        set => _parts.Places.IsMisplaced = value;
    }

    public Debouncer Debouncer => _parts.Debouncer;

    public WorkProgress Progress => _parts.Progress;

    public int Watches => _parts.Map.Count + _parts.ExcludeFiles.Count + _parts.Files.Count + _parts.Hinted.Count;

    public long Overflows { get; private set; }

    /// <inheritdoc cref="PollRound.IsNeeded"/>
    public bool NeedsPolling => _parts.Polls.IsNeeded;

    /// <summary>When this has something to do without an event; a timestamp, <see cref="long.MaxValue"/> if it has not.</summary>
    public long NextWork => Math.Min(_parts.IgnoreFiles.Due, _parts.Leaving.Due);

    /// <summary>Arms everything; what is there already is taken as known, or with <paramref name="report"/> as new.</summary>
    public void Start(bool report)
    {
        var now = DateTimeOffset.UtcNow;
        _parts.Watermarks.Begin(now);
        _parts.Marks.Begin(now);
        _parts.Pins.Pin(_parts.Plan.Value.Roots);
        _parts.Places.Renew();
        _parts.Reconciler.SettleAll(report ? ScanMode.Report : ScanMode.Known, again: true);
        _parts.Files.Renew();
    }

    /// <summary>Another plan: watches that both want stay as they are; what is wanted anew is taken as known, or with
    /// <paramref name="report"/> as new.</summary>
    public void Reload(WatchPlan plan, bool report)
    {
        CatchUp();
        foreach (var root in _parts.Plan.Value.Roots) root.Watches = root.Polled = 0;
        _parts.Plan.Value = plan;
        // What has been mounted since, where the former roots were not.
        _parts.Filesystems.Forget();
        SetSpans();
        var former = _parts.Pins.Unpin();
        _parts.Pins.Pin(plan.Roots);
        _parts.Places.Renew();
        // With the levels, the trails are forgotten.
        _parts.Levels.Clear();
        _parts.Trails.Clear();
        _parts.IgnoreFiles.Clear();
        _parts.Filter.Forget();
        _parts.Reconciler.SettleAll(report ? ScanMode.Report : ScanMode.Known, again: true);
        _parts.Files.Renew();
        foreach (var entry in former) _parts.Subtrees.DropIfUnwanted(entry);
        _parts.Watermarks.Reloaded = DateTimeOffset.MaxValue;
    }

    /// <summary>Takes the events that were read from the descriptor; <see cref="Finish"/> follows.</summary>
    public void Take(ReadOnlySpan<byte> events) => _parts.Events.Take(events);

    /// <summary>Takes what the portable watcher has noted; <see cref="Finish"/> follows.</summary>
    public void TakeHints() => _parts.Hints.Take();

    /// <summary>What the events left to do once they have all been taken; true if there was something, and there may be more
    /// events.</summary>
    public bool Finish()
    {
        // Before anything is looked at: what happens from now on is told by an event that has not been read yet.
        var now = DateTimeOffset.UtcNow;
        if (_parts.Deferred.HasOverflowed)
        {
            _parts.Deferred.HasOverflowed = false;
            Overflows++;
            _issues.Overflow(Overflows);
            RescanAll();
            return true;
        }
        // One at a time: while a listing took its time, events may have come that say more of what is leaving.
        if (TakeMounts() || _parts.Deferred.Do() || _parts.RuleUpdate.Apply() || _parts.LeavingRelease.LetGo()) return true;
        _parts.Watermarks.EventsTaken(now);
        return false;
    }

    /// <summary>Compares everything with the disk and reports what differs: after events were lost.</summary>
    public void RescanAll()
    {
        _parts.Deferred.Clear();
        _parts.Reconciler.SettleAll(ScanMode.Report, again: true);
        _parts.IgnoreFiles.CompareAbove(all: true);
        _parts.Files.Renew();
    }

    /// <inheritdoc cref="PollRound"/>
    public void Poll() => _parts.Polls.Do();

    /// <inheritdoc cref="PolledDirectories.TellLimit"/>
    public void TellLimit(TimeSpan interval) => _parts.Polled.TellLimit(interval);

    /// <inheritdoc cref="MarkLearner.Learn"/>
    public bool LearnMarks() => _parts.Learner is not null && _parts.Learner.Learn();

    /// <summary>Moves changes that are due (with <paramref name="all"/>: all) into the list, up to a number.</summary>
    public void Collect(List<FileChange> changes, int most, bool all)
    {
        var now = _time.GetTimestamp();
        while (changes.Count < most && _parts.Debouncer.FindDue(now, all) is not 0 and var slot)
        {
            Progress.Advance();
            var entry = _parts.Debouncer[slot].Entry;
            if (_parts.Due.Make(entry, in _parts.Debouncer[slot]) is { } change) changes.Add(change);
            _parts.Folding.RemovePending(entry);
            _parts.Folding.Forget(entry);
        }
    }

    /// <summary>Everything is gone: the filesystem that this tree is for was unmounted, or is nobody's any more.</summary>
    public void Leave()
    {
        foreach (var root in _parts.Plan.Value.Roots) _parts.Subtrees.Lose(root.Entry);
    }

    public WatchStatus MakeStatus() => _parts.Status.Make(Watches, Overflows);

    public void Dispose() => _parts.Scanner.Dispose();

    // Something is mounted over a watched directory, or no longer: the kernel's watch is on the one that cannot be seen.
    private bool TakeMounts()
    {
        // Before anything is looked at: what is mounted now may not answer.
        var former = _parts.Plan.Value;
        WatchPlan? plan = null;
        WatchPlan Now() => plan ??= former.With(_mounts.Mounts);
        if (!_mounts.TakeChange(former.Roots.SelectMany(root => new[] { root.Absolute, Now().Remote.RealPath(root.Absolute) })))
            return false;
        _parts.Filesystems.Forget();
        _parts.Plan.Value = Now();
        _parts.Filter.Forget();
        _parts.Places.Renew();
        _parts.Places.IsMisplaced = true;
        var files = _parts.Files.ToArray();
        RescanAll();
        _parts.Files.TouchMounted(files);
        return true;
    }

    // What no event will tell is told before the trees are taken as known under another plan; what is even younger, while they are.
    private void CatchUp()
    {
        _parts.Watermarks.Reloaded = DateTimeOffset.UtcNow;
        if (_parts.Hinted.AreUsed) RescanAll();
        else if (_parts.Polled.Count > 0) Poll();
    }

    private void SetSpans()
    {
        var (options, debouncer) = (_parts.Plan.Value.Options, _parts.Debouncer);
        // The tree's own clock: timestamps of the time provider.
        debouncer.Quiet = (long)(options.Debounce.TotalSeconds * _time.TimestampFrequency);
        debouncer.Ceiling = Math.Max(debouncer.Quiet, (long)(options.MaxWait.TotalSeconds * _time.TimestampFrequency));
    }
}
