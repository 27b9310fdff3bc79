using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>What one path went through since its last report.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PendingChange
{
    public int Entry;

    /// <summary>Whether the path existed before the first change: with what is there now, this makes create, modify or delete.</summary>
    public bool Before;

    /// <summary>True if it was written, made or replaced; false if it may only have been opened, or its inode changed.</summary>
    public bool Written;

    /// <summary>Path that the file had before a rename, and the one that it got; absolute, null if unknown.</summary>
    public string? MovedFrom;
    public string? MovedTo;

    internal long First;
    internal long Last;
    internal int PreviousByLast, NextByLast, PreviousByFirst, NextByFirst;
}

/// <summary>
/// Holds changes back until a path has been quiet, or until its first change is as old as the ceiling. Both spans are the same for all
/// paths, so two queues, by last and by first change, give the next due one without a timer or a heap for each path. Memory is
/// bounded by the number of paths, not of changes. Pure: the time, in timestamps, is a parameter.
/// </summary>
internal sealed class Debouncer
{
    private PendingChange[] _slots = new PendingChange[64];
    private int _free;
    private int _used = 1;
    private int _firstByLast, _lastByLast, _firstByFirst, _lastByFirst;

    /// <summary>Quiet time and ceiling, in timestamps.</summary>
    public long Quiet { get; set; }
    public long Ceiling { get; set; }

    public int Count { get; private set; }

    public ref PendingChange this[int slot] => ref _slots[slot];

    /// <summary>A new change; the slot is never 0.</summary>
    public int Add(int entry, bool before, long now, bool written = true)
    {
        var slot = Take();
        _slots[slot] = new PendingChange { Entry = entry, Before = before, Written = written, First = now, Last = now };
        AppendByLast(slot);
        _slots[slot].PreviousByFirst = _lastByFirst;
        if (_lastByFirst != 0) _slots[_lastByFirst].NextByFirst = slot;
        else _firstByFirst = slot;
        _lastByFirst = slot;
        Count++;
        return slot;
    }

    /// <summary>Another change of the same path: it waits for quiet anew.</summary>
    public void Touch(int slot, long now, bool written = true)
    {
        _slots[slot].Last = now;
        _slots[slot].Written |= written;
        if (_lastByLast == slot) return;
        UnlinkByLast(slot);
        AppendByLast(slot);
    }

    public void Remove(int slot)
    {
        UnlinkByLast(slot);
        ref var s = ref _slots[slot];
        if (s.PreviousByFirst != 0) _slots[s.PreviousByFirst].NextByFirst = s.NextByFirst;
        else _firstByFirst = s.NextByFirst;
        if (s.NextByFirst != 0) _slots[s.NextByFirst].PreviousByFirst = s.PreviousByFirst;
        else _lastByFirst = s.PreviousByFirst;
        s = new PendingChange { NextByLast = _free };
        _free = slot;
        Count--;
        // After a flood: the memory of the peak goes back.
        if (Count == 0 && _slots.Length > 4096) (_slots, _used, _free) = (new PendingChange[64], 1, 0);
    }

    /// <summary>When the next change is due; <see cref="long.MaxValue"/> if none waits.</summary>
    public long NextDue => Count == 0 ? long.MaxValue : Math.Min(_slots[_firstByLast].Last + Quiet, _slots[_firstByFirst].First + Ceiling);

    /// <summary>When the oldest change that waits began; <see cref="long.MaxValue"/> if none waits.</summary>
    public long Oldest => Count == 0 ? long.MaxValue : _slots[_firstByFirst].First;

    /// <summary>A change that is due, or with <paramref name="all"/> any; 0 if there is none. It stays until it is removed.</summary>
    public int FindDue(long now, bool all)
    {
        if (Count == 0) return 0;
        if (all || _slots[_firstByLast].Last + Quiet <= now) return _firstByLast;
        return _slots[_firstByFirst].First + Ceiling <= now ? _firstByFirst : 0;
    }

    private int Take()
    {
        if (_free != 0)
        {
            var slot = _free;
            _free = _slots[slot].NextByLast;
            return slot;
        }
        if (_used == _slots.Length) Array.Resize(ref _slots, _slots.Length * 2);
        return _used++;
    }

    private void AppendByLast(int slot)
    {
        _slots[slot].PreviousByLast = _lastByLast;
        _slots[slot].NextByLast = 0;
        if (_lastByLast != 0) _slots[_lastByLast].NextByLast = slot;
        else _firstByLast = slot;
        _lastByLast = slot;
    }

    private void UnlinkByLast(int slot)
    {
        ref var s = ref _slots[slot];
        if (s.PreviousByLast != 0) _slots[s.PreviousByLast].NextByLast = s.NextByLast;
        else _firstByLast = s.NextByLast;
        if (s.NextByLast != 0) _slots[s.NextByLast].PreviousByLast = s.PreviousByLast;
        else _lastByLast = s.PreviousByLast;
    }
}
