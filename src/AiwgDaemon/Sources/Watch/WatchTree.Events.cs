using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Events: what inotify(7) says, event by event. Directories that came are listed after the burst of events has been taken in order, at
// once.
internal sealed partial class WatchTree
{
    private const int HeaderSize = 16;
    private const InotifyMask Came = InotifyMask.Create | InotifyMask.MovedTo;
    private const InotifyMask Went = InotifyMask.Delete | InotifyMask.MovedFrom;
    private const InotifyMask Content = InotifyMask.Modify | InotifyMask.CloseWrite;

    private readonly List<int> _targets = [];
    private readonly HashSet<int> _unmounted = [];
    private bool _overflowed;
    private bool _unsettled;

    /// <summary>Takes the events that were read from the descriptor.</summary>
    public void Take(ReadOnlySpan<byte> events)
    {
        while (events.Length >= HeaderSize)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            var mask = (InotifyMask)BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            var cookie = BinaryPrimitives.ReadUInt32LittleEndian(events[8..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            var name = events.Slice(HeaderSize, length);
            events = events[(HeaderSize + length)..];
            var end = name.IndexOf((byte)0);
            Take(watch, mask, cookie, end < 0 ? name : name[..end]);
        }
    }

    /// <summary>What the events left to do once they have all been taken; true where there was something, and there may be more
    /// events.</summary>
    public bool Finish()
    {
        // Before anything is looked at: what happens from now on is told by an event that has not been read yet.
        var now = DateTimeOffset.UtcNow;
        if (_overflowed)
        {
            _overflowed = false;
            Overflows++;
            _issues.Overflow(Overflows);
            RescanAll();
            return true;
        }
        if (TakeMounts()) return true;
        var worked = _unsettled || _unmounted.Count > 0;
        if (_unsettled)
        {
            _unsettled = false;
            Settle(EntryTable.Root, ScanMode.Report, again: false);
            WatchFiles();
        }
        foreach (var directory in _unmounted)
            if (_table.Is(directory, EntryFlags.Exists | EntryFlags.Directory)) ScanTree(directory, ScanMode.Report, recursive: true);
        _unmounted.Clear();
        // One at a time: while a listing took its time, events may have come that say more of what is leaving.
        if (worked || ApplyRules() || LetLeavingGo()) return true;
        _inStep = now;
        return false;
    }

    /// <summary>Compares everything with the disk and reports what differs: after events were lost.</summary>
    public void RescanAll()
    {
        _unsettled = false;
        _unmounted.Clear();
        Settle(EntryTable.Root, ScanMode.Report, again: true);
        LookAtRulesAbove(all: true);
        WatchFiles();
    }

    private void Take(int watch, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((mask & InotifyMask.QueueOverflow) != 0)
        {
            _overflowed = true;
            return;
        }
        _excludeFiles.Take(watch, mask, name, _changedExcludes);
        if (_changedExcludes.Count > 0)
        {
            TakeTrails();
            NoteChangedExcludes();
        }
        if (_files.Count > 0 && TakeFileContent(watch, mask)) return;
        _watches.Find(watch, _targets);
        // By index: the list may change where a shared directory is lost.
        foreach (var directory in _targets.Count == 1 ? CollectionsMarshal.AsSpan(_targets) : _targets.ToArray())
        {
            if ((mask & InotifyMask.Ignored) != 0)
                WatchEnded(directory, watch);
            else if ((mask & (InotifyMask.DeleteSelf | InotifyMask.MoveSelf)) != 0 || name.IsEmpty)
                _unsettled |= _table.Is(directory, EntryFlags.Pinned);
            else
                TakeName(directory, mask, cookie, name);
        }
    }

    // The kernel drops a watch with its directory or its filesystem; of the latter nothing else tells.
    private void WatchEnded(int directory, int watch)
    {
        _watches.Remove(watch, directory);
        ref var e = ref _table[directory];
        if (e.Watch != watch) return;
        foreach (var root in _coverage[e.Cover]) root.Watches--;
        e.Watch = 0;
        if ((e.Flags & EntryFlags.Pinned) != 0) _unsettled = true;
        else if ((e.Flags & EntryFlags.Exists) != 0) _unmounted.Add(directory);
    }

    private void TakeName(int directory, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        var entry = _table.Find(directory, name);
        if (name.Length <= 10 && name[0] == '.' && _plan.Options.GitIgnore && (mask & (Came | Went | InotifyMask.CloseWrite)) != 0
            && (name.SequenceEqual(".gitignore"u8) || name.SequenceEqual(".git"u8)))
            NoteChangedRules(directory);
        TakeNameOf(directory, entry, mask, cookie, name);
        if ((mask & InotifyMask.MovedTo) == 0) return;
        foreach (var other in _moves.Note(directory, cookie, name)) LookForOther(other.Path, other.Cookie);
    }

    private void TakeNameOf(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        var pinned = entry != 0 && _table.Is(entry, EntryFlags.Pinned);
        if (pinned && ((mask & InotifyMask.IsDirectory) != 0 || _table.Is(entry, EntryFlags.Directory) || IsLinkToDirectory(entry, mask)))
        {
            if ((mask & Went) != 0 && _table.Is(entry, EntryFlags.Directory | EntryFlags.Exists))
            {
                if ((mask & InotifyMask.MovedFrom) != 0) _moves.Remember(entry, cookie);
                Lose(entry);
            }
            // Whatever is there now, and the mask of the way to it.
            _unsettled = true;
            return;
        }
        // It may be another link, or none any more.
        _unsettled |= pinned && (mask & Came) != 0;
        if (_table[directory].Cover == 0 && !pinned) return;
        if ((mask & InotifyMask.IsDirectory) != 0) TakeDirectory(directory, entry, mask, cookie, name);
        else TakeFile(directory, entry, mask, cookie, name);
    }

    private bool IsLinkToDirectory(int entry, InotifyMask mask) =>
        (mask & Came) != 0
        && !_places.IsClosed(entry)
        && _paths.TryMark(entry, follow: true, out var mark) && mark.Kind == FileKind.Directory;

    private void TakeDirectory(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((mask & Went) != 0)
        {
            Go(directory, entry, mask, cookie, name);
        }
        else if ((mask & Came) != 0)
        {
            DirectoryCame(directory, entry, cookie, name);
        }
        else if ((mask & InotifyMask.Attributes) != 0 && entry != 0 && _table.Is(entry, EntryFlags.Unreadable))
        {
            ScanTree(entry, ScanMode.Report, recursive: false);
        }
    }

    private void Go(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if (entry == 0) return;
        var moved = (mask & InotifyMask.MovedFrom) != 0;
        if (moved) _moves.Remember(entry, cookie);
        var doubtful = moved && _table.Is(entry, EntryFlags.FromUnseen);
        _table[entry].Flags &= ~EntryFlags.FromUnseen;
        Lose(entry);
        // One half of an exchange looks as if it went, though the other file has the name.
        if (doubtful) LookForOther(directory, name, 0);
    }

    private void DirectoryCame(int directory, int entry, uint cookie, ReadOnlySpan<byte> name)
    {
        if (_table.Is(directory, EntryFlags.Leaving)) return;
        if (_places.Any && _places.Hides(directory, name)) return;
        _filter.Prepare(directory);
        var cover = _filter.ChildCover(directory, entry, name);
        if (cover == 0) return;
        if (entry != 0 && _table.Is(entry, EntryFlags.Directory | EntryFlags.Exists))
        {
            if (cookie == 0)
            {
                // A listing was faster than this event, so the directory and all in it came after its parent's watch.
                Announce(entry);
                return;
            }
            Lose(entry);
            entry = _table.Find(directory, name);
        }
        else if (entry != 0 && _table.Is(entry, EntryFlags.Exists))
        {
            // It changed places with a file, which is gone.
            Disappear(entry);
            entry = _table.Find(directory, name);
        }
        if (entry == 0) entry = _table.Add(directory, name, EntryFlags.None);
        _table[entry].Flags = (_table[entry].Flags & ~EntryFlags.Leaving) | EntryFlags.Directory | EntryFlags.Exists;
        _table[entry].Mark = CameSince(directory);
        SetCover(entry, cover);
        ScanTree(entry, ScanMode.Report, recursive: false);
        if (cookie != 0) _moves.JoinDirectory(entry, cookie);
    }

    private void Announce(int directory)
    {
        for (var child = _table[directory].FirstChild; child != 0; child = _table[child].Next)
        {
            if (!_table.Is(child, EntryFlags.Exists)) continue;
            if (_table.Is(child, EntryFlags.Directory)) Announce(child);
            else if (_table[child].Pending == 0 && _table[child].Mark == 0) Touch(child, before: false);
        }
    }

    private void TakeFile(int directory, int entry, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((mask & Went) != 0)
        {
            Go(directory, entry, mask, cookie, name);
            return;
        }
        var exists = entry != 0 && _table.Is(entry, EntryFlags.Exists);
        if ((mask & Came) != 0) FileCame(directory, entry, exists, mask, cookie, name);
        else if ((mask & Content) != 0) FileWritten(directory, entry, exists, (mask & InotifyMask.Modify) != 0, name);
        else if ((mask & InotifyMask.Attributes) != 0 && exists && IsWanted(entry)) Touch(entry, before: true, written: false);
    }

    private void FileCame(int directory, int entry, bool exists, InotifyMask mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if (exists && _table.Is(entry, EntryFlags.Directory))
        {
            // It changed places with a file: what was below it is gone.
            Lose(entry);
            entry = _table.Find(directory, name);
            exists = false;
        }
        if (entry != 0 && _table.Is(entry, EntryFlags.Leaving))
        {
            // Ignored from now on, but replaced in the burst that brought the rules.
            if (_table[entry].Pending != 0) Appear(entry, before: false);
            return;
        }
        if (!exists && !IsAccepted(directory, entry, name)) return;
        if (entry == 0) entry = _table.Add(directory, name, EntryFlags.None);
        Appear(entry, before: exists && (mask & InotifyMask.MovedTo) != 0);
        if ((mask & InotifyMask.MovedTo) != 0) _moves.JoinFile(entry, cookie);
    }

    private void FileWritten(int directory, int entry, bool exists, bool written, ReadOnlySpan<byte> name)
    {
        if (!exists)
        {
            // Written through a descriptor that outlived the name: the name's end was told already.
            if (entry != 0 && _table[entry].Pending != 0) return;
            // What is there without being known is a pipe or a device, most often.
            if (!IsAccepted(directory, entry, name) || _paths.KindOf(directory, name) is not (FileKind.Regular or FileKind.Link)) return;
            if (entry == 0) entry = _table.Add(directory, name, EntryFlags.None);
            _table[entry].Flags |= EntryFlags.Exists;
        }
        else if (!IsWanted(entry))
        {
            return;
        }
        Touch(entry, before: true, written);
    }

    private bool IsWanted(int entry) => !_table.Is(entry, EntryFlags.Leaving) || _table[entry].Pending != 0;

    private bool IsAccepted(int directory, int entry, ReadOnlySpan<byte> name)
    {
        if (_table.Is(directory, EntryFlags.Leaving)) return false;
        _filter.Prepare(directory);
        return _filter.Accepts(directory, entry, name);
    }
}
