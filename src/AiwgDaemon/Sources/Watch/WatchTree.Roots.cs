using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

// Roots: each root, and each directory on the way to it, has a pinned entry that is kept whether it exists or not. Those on the way are
// watched too, for their own end or, where the next step is missing, for its coming; so a root may vanish, return and not exist yet.
internal sealed partial class WatchTree
{
    private const InotifyMask Ends = InotifyMask.DeleteSelf | InotifyMask.MoveSelf;

    // Modes open what could not be read or passed.
    private const InotifyMask Own = Ends | InotifyMask.Attributes | InotifyMask.OnlyDirectory;

    private const InotifyMask Names = Own | InotifyMask.Create | InotifyMask.MovedTo | InotifyMask.MovedFrom | InotifyMask.Delete
        | InotifyMask.Modify | InotifyMask.CloseWrite | InotifyMask.ExcludeUnlinked;

    private const InotifyMask Inner = (Names & ~Ends) | InotifyMask.DontFollow;

    // What was pinned and is covered by nothing any more goes, with all below it.
    private void DropIfUnwanted(int entry)
    {
        var parent = _table[entry].Parent;
        if (parent != 0 && !_table.Is(entry, EntryFlags.Pinned) && _table[parent].Cover == 0) Drop(entry);
    }

    /// <summary>
    /// Brings a pinned entry and the pinned ones below it in line with the disk. Watch first, then look: what comes in between is told
    /// by an event. On the way to a root names are asked for only where they turn out to matter, for the kernel then marks all that
    /// it knows in that directory: ten milliseconds in a /tmp of old. <paramref name="again"/> lists covered directories even where the
    /// watch is the one that was there.
    /// </summary>
    private void Settle(int entry, ScanMode mode, bool again)
    {
        if (entry != EntryTable.Root && !LooksLikeDirectory(entry, mode)) return;
        ref var e = ref _table[entry];
        var known =
            (e.Flags & (EntryFlags.Exists | EntryFlags.Directory)) == (EntryFlags.Exists | EntryFlags.Directory)
            && (e.Flags & EntryFlags.Listed) != 0;
        var before = e.Watch;
        e.Flags |= EntryFlags.Exists | EntryFlags.Directory;
        SetCover(entry, CoverOfPinned(entry));
        Arm(entry, wide: e.Cover != 0 || (e.Flags & EntryFlags.Wide) != 0);
        // Another directory has taken the name: what was in the old one is gone.
        if (known && before != 0 && e.Watch != before) LoseChildren(entry);
        if (e.Cover != 0)
        {
            _filter.LoadLevelsAbove(entry);
            if (again || !known || e.Watch != before || _table.Is(entry, EntryFlags.Unreadable)) ScanTree(entry, mode, recursive: again);
        }
        if (!_pins.TryGetChildren(entry, out var children)) return;
        foreach (var child in children.ToArray()) Settle(child, mode, again);
        if (e.Cover != 0) return;
        if (!NeedsNames(entry, children))
        {
            if ((e.Flags & EntryFlags.Wide) != 0) Arm(entry, wide: false);
        }
        else if ((e.Flags & EntryFlags.Wide) == 0 && Arm(entry, wide: true))
        {
            foreach (var child in children.ToArray()) Settle(child, mode, again: false);
        }
    }

    // A file, or nothing, ends the way down.
    private bool LooksLikeDirectory(int entry, ScanMode mode)
    {
        var report = mode != ScanMode.Known;
        if (_places.IsClosed(entry))
        {
            Lose(entry);
            return false;
        }
        var isLink = FollowLinks(entry);
        ref var e = ref _table[entry];
        // A link that leads nowhere is as if it were not there.
        if (
            !_paths.TryMark(entry, follow: true, out var mark, out var errno)
            && (!IsGone(errno) || isLink || !_paths.TryMark(entry, follow: false, out mark, out errno))
        )
        {
            // What cannot be asked for (a directory above it is closed) is as it was.
            if (IsGone(errno)) Lose(entry);
            return false;
        }
        if (mark.Kind == FileKind.Directory)
        {
            if ((e.Flags & (EntryFlags.Exists | EntryFlags.Directory)) == EntryFlags.Exists) Disappear(entry);
            return true;
        }
        if ((e.Flags & EntryFlags.Directory) != 0) Lose(entry);
        if (!_pins.IsRoot(entry)) return false;
        if (isLink) e.Flags |= EntryFlags.Follows;
        else e.Flags &= ~EntryFlags.Follows;
        if ((e.Flags & EntryFlags.Exists) != 0)
        {
            if (report && e.Pending == 0 && (isLink || IsUntoldFile(entry))) Compare(entry);
            return false;
        }
        if (report) Appear(entry, before: false);
        else if (e.Pending == 0) e.Flags |= EntryFlags.Exists;
        if (!report && (isLink || IsUntoldFile(entry))) e.Mark = _marks.Fingerprint(entry, mark);
        return false;
    }

    private ushort CoverOfPinned(int entry)
    {
        var parent = _table[entry].Parent;
        if (parent == 0) return _pins.TryGetRoots(entry, out var top) ? _coverage.Intern(top) : (ushort)0;
        _filter.Prepare(parent);
        return _filter.ChildCover(parent, entry, _table.Name(entry));
    }

    // The names in it matter where a pinned step is missing, is a link (which may be pointed elsewhere), or a .gitignore there holds below.
    private bool NeedsNames(int entry, List<int> children)
    {
        if (_plan.Options.GitIgnore && _filter.IsAbove(entry)) return true;
        foreach (var child in children)
        {
            if (!_table.Is(child, EntryFlags.Exists | EntryFlags.Directory) || _table.Is(child, EntryFlags.Unreadable)) return true;
            if (!IsItself(child)) return true;
        }
        return false;
    }

    // Not a link, and the directory that is watched: any change of that is told from now on by the watch itself.
    private bool IsItself(int entry)
    {
        var watch = _table[entry].Watch;
        if (watch == 0 || _inotify is null) return !_paths.TryMark(entry, follow: false, out var mark) || mark.Kind != FileKind.Link;
        var length = _paths.Write(entry);
        return length >= 0 && _inotify.Add(_paths.System(length), Own | InotifyMask.MaskAdd | InotifyMask.DontFollow) == watch;
    }

    /// <summary>Puts or keeps the kernel's watch on a directory; false where there is none afterwards.</summary>
    private bool Arm(int entry, bool wide)
    {
        ref var e = ref _table[entry];
        var blind = IsBlind(entry);
        if (blind || _inotify is null)
        {
            if (e.Cover == 0) return false;
            if (blind || !IsHinted(entry))
            {
                if (e.Watch != 0) Disarm(entry);
                SetPolled(entry, EntryFlags.Polled | (blind ? EntryFlags.Blind : EntryFlags.None));
                return false;
            }
            if ((e.Flags & EntryFlags.Polled) != 0) SetWatched(entry);
            return true;
        }
        var length = _paths.Write(entry);
        if (length < 0) return false;
        var pinned = (e.Flags & EntryFlags.Pinned) != 0;
        var mask = !pinned ? Inner : wide ? Names : Own;
        if (pinned && wide && e.Cover == 0) e.Flags |= EntryFlags.Wide;
        else e.Flags &= ~EntryFlags.Wide;
        // What the directory is watched for as another entry stays.
        if (mask == Own && (e.Watch == 0 || _watches.IsShared(e.Watch))) mask |= InotifyMask.MaskAdd;
        var watch = _inotify.Add(_paths.System(length), mask);
        if (watch < 0)
        {
            // Closed since: the watch that is there goes on telling.
            if (watch == -Libc.EACCES && e.Watch != 0) return true;
            if (e.Watch != 0) Disarm(entry);
            if (e.Cover == 0) return false;
            if (-watch is Libc.ENOSPC or Libc.ENOMEM) SetPolled(entry, EntryFlags.Polled);
            return false;
        }
        if (_excludeFiles.Has(watch)) _inotify.Add(_paths.System(length), ExcludeFiles.Mask | mask);
        if (watch != e.Watch)
        {
            if (e.Watch != 0) Disarm(entry);
            e.Watch = watch;
            foreach (var root in _coverage[e.Cover]) root.Watches++;
            // Shared with another path to the same directory, which may need more than we do.
            if (!_watches.Add(watch, entry))
                _inotify.Add(_paths.System(length), Names & ~(pinned ? InotifyMask.None : InotifyMask.DontFollow));
        }
        if ((e.Flags & EntryFlags.Polled) != 0) SetWatched(entry);
        return true;
    }

    private void Disarm(int entry)
    {
        ref var e = ref _table[entry];
        _portable?.Unwatch(entry);
        if (e.Watch == 0) return;
        if (_watches.Remove(e.Watch, entry) && !_excludeFiles.Has(e.Watch)) _inotify?.Remove(e.Watch);
        foreach (var root in _coverage[e.Cover]) root.Watches--;
        e.Watch = 0;
    }

    private void SetCover(int entry, ushort cover)
    {
        ref var e = ref _table[entry];
        if (e.Watch != 0)
        {
            foreach (var root in _coverage[e.Cover]) root.Watches = Math.Max(0, root.Watches - 1);
            foreach (var root in _coverage[cover]) root.Watches++;
        }
        e.Cover = cover;
    }
}
