namespace AiwgDaemon.Sources.Watch;

// Changes: folding. A pending change remembers whether the path existed before; whether it exists now is in the entry. Together they make
// create, modify, delete or nothing, whatever happened in between.
internal sealed partial class WatchTree
{
    private void Appear(int entry, bool before)
    {
        ref var e = ref _table[entry];
        e.Flags = (e.Flags | EntryFlags.Exists) & ~EntryFlags.Directory;
        Touch(entry, before);
    }

    private void Touch(int entry, bool before, bool written = true)
    {
        ref var e = ref _table[entry];
        var now = _time.GetTimestamp();
        if (e.Pending != 0) Debouncer.Touch(e.Pending, now, written);
        else e.Pending = Debouncer.Add(entry, before, now, written);
        if (_leaving.Count > 0) _leaving.Touch(now, Grace);
    }

    private void Disappear(int entry)
    {
        ref var e = ref _table[entry];
        if ((e.Flags & EntryFlags.Exists) == 0) return;
        e.Flags &= ~EntryFlags.Exists;
        if (e.Pending != 0 && !Debouncer[e.Pending].Before) RemovePending(entry);
        else Touch(entry, before: true);
        Forget(entry);
    }

    private void RemovePending(int entry)
    {
        ref var e = ref _table[entry];
        if (e.Pending == 0) return;
        Debouncer.Remove(e.Pending);
        e.Pending = 0;
    }

    /// <summary>Something with all below it is gone: files are reported, watches dropped.</summary>
    private void Lose(int entry)
    {
        if (_leaving.Count > 0 && _table.Is(entry, EntryFlags.Leaving)) _leaving.Prolong(_time.GetTimestamp(), Grace, Spanned(BurstSpan));
        if (!_table.Is(entry, EntryFlags.Directory))
        {
            Disappear(entry);
            return;
        }
        if (_table.Is(entry, EntryFlags.Unreadable)) Readable(entry);
        LoseChildren(entry);
        Disarm(entry);
        Unpoll(entry);
        _levels.Forget(entry);
        ref var e = ref _table[entry];
        // Only now: an entry that exists is not forgotten while its children are.
        e.Flags &= ~(EntryFlags.Exists | EntryFlags.Listed);
        e.Mark = 0;
        _filter.Forget();
        Forget(entry);
    }

    private void LoseChildren(int entry)
    {
        for (int child = _table[entry].FirstChild, next; child != 0; child = next)
        {
            next = _table[child].Next;
            if (_table.Is(child, EntryFlags.Exists)) Lose(child);
        }
    }

    /// <summary>Something is not wanted any more, though it is still there: nothing is reported. Pinned entries stay.</summary>
    private void Drop(int entry)
    {
        for (int child = _table[entry].FirstChild, next; child != 0; child = next)
        {
            next = _table[child].Next;
            Drop(child);
        }
        RemovePending(entry);
        if (_table.Is(entry, EntryFlags.Directory))
        {
            if (_table.Is(entry, EntryFlags.Pinned))
            {
                SetCover(entry, 0);
                return;
            }
            Disarm(entry);
            Unpoll(entry);
            _levels.Forget(entry);
        }
        if (_table.Is(entry, EntryFlags.Pinned) || _table[entry].FirstChild != 0) return;
        Remove(entry);
    }

    // An entry goes when nothing needs it: it does not exist, is not pinned, nothing of it or below it is pending.
    private void Forget(int entry)
    {
        while (entry > EntryTable.Root)
        {
            ref var e = ref _table[entry];
            if ((e.Flags & (EntryFlags.Exists | EntryFlags.Pinned)) != 0 || e.Pending != 0 || e.FirstChild != 0) return;
            var parent = e.Parent;
            Remove(entry);
            entry = parent;
        }
    }

    private void Remove(int entry)
    {
        _filter.Remove(entry);
        _leaving.Remove(entry);
        if (_table.Is(entry, EntryFlags.Unreadable)) Readable(entry);
        _table.Remove(entry);
    }
}
