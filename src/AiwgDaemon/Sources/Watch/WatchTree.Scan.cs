using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Scan: the one listing that serves start, new directories, overflow, polling, reload and changed gitignore files. It compares what is on
// the disk with what is known; whether the difference is reported is the caller's choice.
internal sealed partial class WatchTree
{
    private readonly Stack<int> _toScan = new();
    private readonly List<int> _toSettle = [];

    /// <summary>Lists a directory and, where <paramref name="recursive"/>, all below it; without, only what is new below it.</summary>
    private void ScanTree(int start, ScanMode mode, bool recursive)
    {
        _toScan.Push(start);
        while (_toScan.TryPop(out var directory)) ScanOne(directory, mode, recursive);
        while (_toSettle.Count > 0)
        {
            var pinned = _toSettle[^1];
            _toSettle.RemoveAt(_toSettle.Count - 1);
            Settle(pinned, mode, recursive);
        }
    }

    private void ScanOne(int directory, ScanMode mode, bool recursive)
    {
        if (!_table.Is(directory, EntryFlags.Exists | EntryFlags.Directory)) return;
        Advance();
        // The watch first: what comes after it is told by an event, what was before it is listed.
        Arm(directory, wide: true);
        var length = _paths.Write(directory);
        var errno = length < 0 ? Libc.ENAMETOOLONG : _reader.Read(_paths.System(length), follow: _table.Is(directory, EntryFlags.Pinned));
        if (errno != 0)
        {
            Unlistable(directory, errno, mode);
            return;
        }
        var known = _table.Is(directory, EntryFlags.Listed);
        _table[directory].Flags |= EntryFlags.Listed;
        if (_table.Is(directory, EntryFlags.Unreadable)) Readable(directory);
        if (_plan.Options.GitIgnore) LoadLevel(directory, known && mode != ScanMode.Known);
        _filter.Prepare(directory);
        var position = 0;
        while (_reader.TryGetNext(ref position, out var name, out var kind)) Examine(directory, name, kind, mode, recursive);
        if (known) Sweep(directory, mode);
        else ClearSeen(directory);
    }

    private void Examine(int directory, ReadOnlySpan<byte> name, FileKind? kind, ScanMode mode, bool recursive)
    {
        var entry = _table.Find(directory, name);
        if (entry != 0)
        {
            _table[entry].Flags |= EntryFlags.Seen;
            if (_table.Is(entry, EntryFlags.Pinned))
            {
                _toSettle.Add(entry);
                return;
            }
        }
        if (_places.Any && _places.Hides(directory, name))
        {
            // What it hides is gone; what is in it is another tree's.
            if (entry != 0 && mode != ScanMode.Known) Lose(entry);
            else if (entry != 0) Drop(entry);
            return;
        }
        kind ??= _paths.KindOf(directory, name);
        if (kind == FileKind.Directory) ExamineDirectory(directory, entry, name, mode, recursive);
        else if (kind is FileKind.Regular or FileKind.Link) ExamineFile(directory, entry, name, mode);
        // A pipe, a socket or a device where there was a file.
        else if (kind == FileKind.Other && entry != 0 && mode != ScanMode.Known) Lose(entry);
    }

    private void ExamineDirectory(int directory, int entry, ReadOnlySpan<byte> name, ScanMode mode, bool recursive)
    {
        var cover = _filter.ChildCover(directory, entry, name);
        if (cover == 0 || _table.Is(directory, EntryFlags.Leaving))
        {
            if (entry != 0) ExamineIgnored(entry, mode, recursive);
            return;
        }
        var known = false;
        if (entry == 0)
        {
            entry = _table.Add(directory, name, EntryFlags.Directory | EntryFlags.Exists | EntryFlags.Seen);
            if (mode == ScanMode.Report) _table[entry].Mark = CameSince(directory);
        }
        else
        {
            known = _table.Is(entry, EntryFlags.Directory | EntryFlags.Exists | EntryFlags.Listed);
            if (_table.Is(entry, EntryFlags.Exists) && !_table.Is(entry, EntryFlags.Directory))
            {
                if (mode == ScanMode.Known) return;
                // Held while the file that it was is reported gone.
                _table[entry].Flags |= EntryFlags.Pinned;
                Disappear(entry);
                _table[entry].Flags &= ~EntryFlags.Pinned;
            }
            _table[entry].Flags = (_table[entry].Flags & ~EntryFlags.Leaving) | EntryFlags.Directory | EntryFlags.Exists;
        }
        SetCover(entry, cover);
        if (!known || recursive) _toScan.Push(entry);
    }

    // Known, and ignored by the rules as they are now.
    private void ExamineIgnored(int entry, ScanMode mode, bool recursive)
    {
        if (mode == ScanMode.Known) Drop(entry);
        else if (mode == ScanMode.Rules) Leave(entry);
        else if (!_table.Is(entry, EntryFlags.Leaving)) return;
        else if (!_table.Is(entry, EntryFlags.Directory)) ExamineLeavingFile(entry);
        else if (recursive) _toScan.Push(entry);
    }

    private void ExamineLeavingFile(int entry)
    {
        if (!_table.Is(entry, EntryFlags.Exists) && _table[entry].Pending != 0) Appear(entry, before: false);
    }

    private void ExamineFile(int directory, int entry, ReadOnlySpan<byte> name, ScanMode mode)
    {
        if (_table.Is(directory, EntryFlags.Leaving) || !_filter.Accepts(directory, entry, name))
        {
            if (entry != 0) ExamineIgnored(entry, mode, recursive: false);
            return;
        }
        if (entry == 0)
        {
            entry = _table.Add(directory, name, EntryFlags.Exists | EntryFlags.Seen);
            if (mode == ScanMode.Report)
                Appear(entry, before: false);
            else if ((mode == ScanMode.Rules || NeedsMarks(directory)) && _paths.TryMark(entry, follow: false, out var mark))
                TakeAsKnown(entry, mark, mode == ScanMode.Rules ? _youngerThan : _caughtUp);
            return;
        }
        _table[entry].Flags &= ~EntryFlags.Leaving;
        if (mode == ScanMode.Known)
        {
            // An event that is on its way tells what happened to it.
        }
        else if (!_table.Is(entry, EntryFlags.Exists))
        {
            Appear(entry, before: false);
        }
        else if (_table.Is(entry, EntryFlags.Directory))
        {
            _table[entry].Flags |= EntryFlags.Pinned;
            Lose(entry);
            _table[entry].Flags &= ~EntryFlags.Pinned;
            Appear(entry, before: false);
            _table[entry].Flags |= EntryFlags.Seen;
        }
        else if (_table[entry].Pending == 0 && (mode == ScanMode.Report || NeedsMarks(directory)))
        {
            Compare(entry);
        }
    }

    // Newer than what was caught up with before a reload, or than the rules that had ignored it, it came in between.
    private void TakeAsKnown(int entry, in FileStatusMark mark, DateTimeOffset until)
    {
        if (mark.Changed >= until) Appear(entry, before: false);
        else _table[entry].Mark = _marks.Fingerprint(entry, mark);
    }

    private void Compare(int entry)
    {
        if (!_marks.TryGet(entry, out var mark)) return;
        ref var e = ref _table[entry];
        var fingerprint = _marks.Fingerprint(entry, mark);
        if (!_marks.IsSame(e.Mark, fingerprint, mark, written: false)) Touch(entry, before: true, written: false);
        // A file without a mark that is as young as this: the event of a write may be on its way, and would find nothing new.
        else if (e.Mark != 0 || NeedsMarks(e.Parent) || mark.Changed < _marks.InSync - FileMarks.ClockGrain) e.Mark = fingerprint;
    }

    private void Sweep(int directory, ScanMode mode)
    {
        for (int child = _table[directory].FirstChild, next; child != 0; child = next)
        {
            next = _table[child].Next;
            ref var e = ref _table[child];
            var seen = (e.Flags & EntryFlags.Seen) != 0;
            e.Flags &= ~EntryFlags.Seen;
            if (!seen && mode != ScanMode.Known && (e.Flags & EntryFlags.Exists) != 0) Lose(child);
        }
    }

    private void ClearSeen(int directory)
    {
        for (var child = _table[directory].FirstChild; child != 0; child = _table[child].Next) _table[child].Flags &= ~EntryFlags.Seen;
    }

    private void LoadLevel(int directory, bool known)
    {
        var position = 0;
        bool file = false, top = false;
        while (_reader.TryGetNext(ref position, out var name, out _))
        {
            if (name.Length > 10 || name[0] != '.') continue;
            file |= name.SequenceEqual(".gitignore"u8);
            top |= name.SequenceEqual(".git"u8);
        }
        if (!file && !top && !_levels.Has(directory)) return;
        if (known)
        {
            NoteIfRulesDiffer(directory, file, top);
            return;
        }
        _levels.Load(directory, _paths.Text(directory), file, top);
        _filter.Forget();
    }

    private static bool IsGone(int errno) => errno is Libc.ENOENT or Libc.ENOTDIR || errno == Libc.ELOOP;

    private void Unlistable(int directory, int errno, ScanMode mode)
    {
        if (IsGone(errno))
        {
            // Gone already; the event of its parent is on its way, but a parent that is polled has none.
            if (mode != ScanMode.Known && (_inotify is null || _table.Is(directory, EntryFlags.Polled))) Lose(directory);
            return;
        }
        if (_table.Is(directory, EntryFlags.Unreadable)) return;
        _table[directory].Flags |= EntryFlags.Unreadable;
        _issues.Unreadable(directory, _paths.Text(directory), errno);
        // The parent tells when the mode changes.
        var parent = _table[directory].Parent;
        if (_table[parent].Watch != 0) Arm(parent, wide: true);
    }

    private void Readable(int directory)
    {
        _table[directory].Flags &= ~EntryFlags.Unreadable;
        _issues.Readable(directory);
    }
}
