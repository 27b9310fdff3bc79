using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Rules: ignore files that change while the trees are watched.
internal sealed partial class WatchTree
{
    // How long a new directory counts as part of the same burst as an ignore file in it.
    private static readonly TimeSpan BurstSpan = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    // Listings come seconds apart.
    private static readonly TimeSpan PolledGrace = TimeSpan.FromSeconds(5);

    // What the system's own watchers tell comes that late.
    private static readonly TimeSpan HintDelay = TimeSpan.FromSeconds(2);

    private readonly IgnoreChanges _changedRules = new();
    private readonly LeavingEntries _leaving = new();
    private readonly HashSet<int> _changedExcludes = [];

    // All changes up to this moment have been taken in.
    private DateTimeOffset _inStep = DateTimeOffset.MaxValue;
    private DateTimeOffset _polledInStep = DateTimeOffset.MaxValue;

    // Files found while rules are applied have come into being since, if they changed at or after this moment.
    private DateTimeOffset _youngerThan;

    /// <summary>When this has something to do without an event; a timestamp, <see cref="long.MaxValue"/> if it has not.</summary>
    public long NextWork => Math.Min(_changedRules.Due, _leaving.Due);

    // Up to this moment nothing had changed in a directory that was not told.
    private DateTimeOffset InStep(int directory) =>
        _table.Is(directory, EntryFlags.Polled)
            ? _polledInStep - FileMarks.ClockGrain
            : _inStep - (_portable is null ? FileMarks.ClockGrain : HintDelay);

    private ulong CameSince(int directory) => (ulong)InStep(directory).UtcTicks;

    private void NoteChangedRules(int directory)
    {
        var now = _time.GetTimestamp();
        var since = InStep(directory);
        if (Debouncer.Oldest != long.MaxValue)
        {
            var oldest = DateTimeOffset.UtcNow - _time.GetElapsedTime(Debouncer.Oldest, now) - FileMarks.ClockGrain;
            if (oldest < since) since = oldest;
        }
        // A little earlier than the file's own change is reported: whoever has seen that may rely on the new rules.
        _changedRules.Note(directory, now, Debouncer.Quiet - (Debouncer.Quiet / 16), Debouncer.Ceiling, since);
    }

    private void NoteChangedExcludes()
    {
        foreach (var top in _changedExcludes) NoteChangedRules(top);
        _changedExcludes.Clear();
    }

    /// <summary>A directory was listed again, perhaps because nothing tells of changes in it.</summary>
    private void NoteIfRulesDiffer(int directory, bool file, bool top)
    {
        if (_levels.Differs(directory, _paths.Text(directory), file, top)) NoteChangedRules(directory);
    }

    /// <summary>The same for those above the roots that no event tells about.</summary>
    private void LookAtRulesAbove(bool all)
    {
        if (!_plan.Options.GitIgnore) return;
        foreach (var directory in _filter.DirectoriesAbove)
            if (all || _table[directory].Watch == 0)
                NoteIfRulesDiffer(directory, HasName(directory, "/.gitignore"), HasName(directory, "/.git"));
    }

    private bool HasName(int directory, string name) => Path.Exists(_paths.Text(directory) + name);

    private bool ApplyRules()
    {
        if (_changedRules.Due > _time.GetTimestamp()) return false;
        var (since, changed) = (_changedRules.Since, new HashSet<int>());
        foreach (var directory in _changedRules.Take())
        {
            // A file that was only touched, or written anew with the same patterns, changes nothing.
            if (
                _table.Is(directory, EntryFlags.Exists | EntryFlags.Directory)
                && _levels.Load(directory, _paths.Text(directory), HasName(directory, "/.gitignore"), HasName(directory, "/.git"))
            )
                changed.Add(directory);
        }
        _filter.Forget();
        // All of them hold before the first directory is judged by them, and one listing serves for those below it.
        foreach (var directory in changed.Where(directory => !HasAbove(changed, directory)).ToArray())
        {
            _youngerThan = YoungerThan(directory, since);
            if (_table[directory].Cover != 0) ScanTree(directory, ScanMode.Rules, recursive: true);
            else Settle(directory, ScanMode.Rules, again: true);
        }
        return true;
    }

    private bool HasAbove(HashSet<int> directories, int directory)
    {
        for (var at = _table[directory].Parent; at > EntryTable.Root; at = _table[at].Parent)
            if (directories.Contains(at)) return true;
        return false;
    }

    // A directory that has just come has nothing in it that is older, even if it lay there before its ignore file.
    private DateTimeOffset YoungerThan(int directory, DateTimeOffset since)
    {
        var burst = DateTimeOffset.UtcNow - BurstSpan;
        for (var at = directory; at > EntryTable.Root; at = _table[at].Parent)
        {
            if (_table[at].Mark == 0) continue;
            var came = new DateTimeOffset((long)_table[at].Mark, TimeSpan.Zero);
            if (came >= burst && came < since) since = came;
        }
        return since;
    }

    // It is still there and was known, but the rules are against it now.
    private void Leave(int entry)
    {
        if (_table.Is(entry, EntryFlags.Leaving)) return;
        SetLeaving(entry);
        _leaving.Add(entry, _time.GetTimestamp(), Grace, Spanned(BurstSpan));
    }

    private void SetLeaving(int entry)
    {
        _table[entry].Flags |= EntryFlags.Leaving;
        for (var child = _table[entry].FirstChild; child != 0; child = _table[child].Next) SetLeaving(child);
    }

    private long Grace => Math.Max(Debouncer.Quiet * 2, Spanned(_portable is null && _polled.Count == 0 ? LeastGrace : PolledGrace));

    private long Spanned(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private bool LetLeavingGo()
    {
        var now = _time.GetTimestamp();
        if (_leaving.Due > now) return false;
        foreach (var top in _leaving.ToArray())
        {
            if (!_table.Is(top, EntryFlags.Leaving))
            {
                _leaving.Remove(top);
                continue;
            }
            LookOnceMore(top);
            // What waits is reported first; what was found to be gone may have left nothing.
            if (_table.Is(top, EntryFlags.Leaving) && !HasPending(top)) Drop(top);
        }
        _leaving.Prolong(now, Grace, Spanned(BurstSpan));
        return true;
    }

    // No event tells whether it is gone.
    private void LookOnceMore(int entry)
    {
        if (!NeedsMarks(_table[entry].Parent) || !_table.Is(entry, EntryFlags.Exists)) return;
        if (_table.Is(entry, EntryFlags.Directory)) ScanTree(entry, ScanMode.Report, recursive: true);
        else if (!_paths.TryMark(entry, follow: false, out _, out var errno) && IsGone(errno)) Lose(entry);
    }

    private bool HasPending(int entry)
    {
        if (_table[entry].Pending != 0) return true;
        for (var child = _table[entry].FirstChild; child != 0; child = _table[child].Next)
            if (HasPending(child)) return true;
        return false;
    }
}
