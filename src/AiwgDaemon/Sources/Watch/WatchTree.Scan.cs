using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Scan: the one listing that serves start, new directories, overflow, polling, reload and changed gitignore files. It compares what is on
// the disk with what is known; whether the difference is reported is the caller's choice.
internal sealed partial class WatchTree
{
    private readonly Stack<int> _toScan = new();
    private readonly List<int> _toSettle = [];

    // Files that were never reported have no fingerprint: what changed after this moment has changed.
    private DateTimeOffset _inSync;

    /// <summary>Lists a directory and, where <paramref name="recursive"/>, all below it; without, only what is new below it.</summary>
    private void ScanTree(int start, bool report, bool recursive)
    {
        _toScan.Push(start);
        while (_toScan.TryPop(out var directory)) ScanOne(directory, report, recursive);
        while (_toSettle.Count > 0)
        {
            var pinned = _toSettle[^1];
            _toSettle.RemoveAt(_toSettle.Count - 1);
            Settle(pinned, report, recursive);
        }
    }

    private void ScanOne(int directory, bool report, bool recursive)
    {
        if (!_table.Is(directory, EntryFlags.Exists | EntryFlags.Directory)) return;
        // The watch first: what comes after it is told by an event, what was before it is listed.
        Arm(directory, wide: true);
        var length = WritePath(directory);
        var errno = length < 0 ? Libc.ENAMETOOLONG : _reader.Read(SystemPath(length), follow: _table.Is(directory, EntryFlags.Pinned));
        if (errno != 0)
        {
            Unlistable(directory, errno, report);
            return;
        }
        var known = _table.Is(directory, EntryFlags.Listed);
        _table[directory].Flags |= EntryFlags.Listed;
        if (_table.Is(directory, EntryFlags.Unreadable)) Readable(directory);
        if (_plan.Options.GitIgnore) LoadLevel(directory);
        Prepare(directory);
        var position = 0;
        while (_reader.TryGetNext(ref position, out var name, out var kind)) Examine(directory, name, kind, report, recursive);
        if (known) Sweep(directory, report);
        else ClearSeen(directory);
    }

    private void Examine(int directory, ReadOnlySpan<byte> name, FileKind? kind, bool report, bool recursive)
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
        kind ??= KindOf(directory, name);
        if (kind == FileKind.Directory) ExamineDirectory(directory, entry, name, report, recursive);
        else if (kind is FileKind.Regular or FileKind.Link) ExamineFile(directory, entry, name, report);
    }

    private void ExamineDirectory(int directory, int entry, ReadOnlySpan<byte> name, bool report, bool recursive)
    {
        var cover = ChildCover(directory, entry, name);
        if (cover == 0)
        {
            if (entry != 0) Drop(entry);
            return;
        }
        var known = false;
        if (entry == 0)
        {
            entry = _table.Add(directory, name, EntryFlags.Directory | EntryFlags.Exists | EntryFlags.Seen);
        }
        else
        {
            known = _table.Is(entry, EntryFlags.Directory | EntryFlags.Exists | EntryFlags.Listed);
            if (_table.Is(entry, EntryFlags.Exists) && !_table.Is(entry, EntryFlags.Directory))
            {
                if (!report) return;
                // Held while the file that it was is reported gone.
                _table[entry].Flags |= EntryFlags.Pinned;
                Disappear(entry);
                _table[entry].Flags &= ~EntryFlags.Pinned;
            }
            _table[entry].Flags |= EntryFlags.Directory | EntryFlags.Exists;
        }
        SetCover(entry, cover);
        if (!known || recursive) _toScan.Push(entry);
    }

    private void ExamineFile(int directory, int entry, ReadOnlySpan<byte> name, bool report)
    {
        if (!Accepts(directory, entry, name))
        {
            if (entry != 0) Drop(entry);
            return;
        }
        if (entry == 0)
        {
            entry = _table.Add(directory, name, EntryFlags.Exists | EntryFlags.Seen);
            if (report) Appear(entry, before: false);
            else if (NeedsMarks(directory) && TryMark(entry, follow: false, out var mark)) TakeAsKnown(entry, mark);
        }
        else if (!report)
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
        else if (_table[entry].Pending == 0)
        {
            Compare(entry);
        }
    }

    // Newer than what was caught up with before a reload, it came in between.
    private void TakeAsKnown(int entry, in FileStatusMark mark)
    {
        if (mark.Changed >= _caughtUp) Appear(entry, before: false);
        else _table[entry].Mark = mark.Fingerprint;
    }

    private void Compare(int entry)
    {
        if (!TryMark(entry, follow: false, out var mark)) return;
        ref var e = ref _table[entry];
        var changed = e.Mark == 0 ? mark.Changed >= _inSync - ClockGrain : e.Mark != mark.Fingerprint;
        if (changed) Touch(entry, before: true);
        else e.Mark = mark.Fingerprint;
    }

    private void Sweep(int directory, bool report)
    {
        for (int child = _table[directory].FirstChild, next; child != 0; child = next)
        {
            next = _table[child].Next;
            ref var e = ref _table[child];
            var seen = (e.Flags & EntryFlags.Seen) != 0;
            e.Flags &= ~EntryFlags.Seen;
            if (!seen && report && (e.Flags & EntryFlags.Exists) != 0) Lose(child);
        }
    }

    private void ClearSeen(int directory)
    {
        for (var child = _table[directory].FirstChild; child != 0; child = _table[child].Next) _table[child].Flags &= ~EntryFlags.Seen;
    }

    private void LoadLevel(int directory)
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
        _levels.Load(directory, PathText(directory), file, top);
        ForgetPrepared();
    }

    private FileKind? KindOf(int directory, ReadOnlySpan<byte> name)
    {
        var length = WritePath(directory);
        if (length < 0) return null;
        _path[length] = (byte)'/';
        name.CopyTo(_path.AsSpan(length + 1));
        _path[length + 1 + name.Length] = 0;
        return FileStatusMark.TryGet(SystemPath(length + 1 + name.Length), follow: false, out var mark) ? mark.Kind : null;
    }

    private void Unlistable(int directory, int errno, bool report)
    {
        if (errno is Libc.ENOENT or Libc.ENOTDIR || errno == Libc.ELOOP)
        {
            // Gone already; the event of its parent is on its way, but a parent that is polled has none.
            if (report && (_inotify is null || _table.Is(directory, EntryFlags.Polled))) Lose(directory);
            return;
        }
        if (_table.Is(directory, EntryFlags.Unreadable)) return;
        _table[directory].Flags |= EntryFlags.Unreadable;
        _issues.Unreadable(directory, PathText(directory), errno);
        // The parent tells when the mode changes.
        var parent = _table[directory].Parent;
        _table[parent].Flags |= EntryFlags.HasUnreadable;
        if (_table[parent].Watch != 0) Arm(parent, wide: true);
    }

    private void Readable(int directory)
    {
        _table[directory].Flags &= ~EntryFlags.Unreadable;
        _issues.Readable(directory);
    }
}
