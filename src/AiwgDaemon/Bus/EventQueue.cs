namespace AiwgDaemon.Bus;

/// <summary>
/// The bounded queue between dispatcher and one subscriber. Two buffers change places when the subscriber takes what is
/// there, so that a lock is paid for a batch and not for an event. Holds at most twice its capacity: one buffer that
/// fills and one that is being worked off.
/// </summary>
internal sealed class EventQueue(int capacity, bool dropWhenFull)
{
    private readonly Lock _gate = new();
    private readonly AsyncSignal _space = new();
    private DaemonEvent?[] _filling = [];
    private int _count;
    private long _missed;
    private bool _closed;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes over as many as fit; if it drops, all are taken or counted as missed. Returns how many are dealt with.</summary>
    public int Enqueue(ReadOnlySpan<DaemonEvent> events)
    {
        lock (_gate)
        {
            if (_closed) return events.Length;
            var fits = Math.Min(events.Length, capacity - _count);
            // Behind a gap nothing is added until the subscriber has taken what was before it: it then knows where the gap is.
            if (_missed > 0) fits = 0;
            Grow(_count + fits);
            events[..fits].CopyTo(_filling.AsSpan(_count)!);
            _count += fits;
            if (!dropWhenFull) return fits;
            _missed += events.Length - fits;
            return events.Length;
        }
    }

    /// <summary>Gives what is there for an emptied buffer; <paramref name="missed"/> is how many were dropped behind it.</summary>
    public int Take(ref DaemonEvent?[] buffer, out long missed)
    {
        int taken;
        lock (_gate)
        {
            (buffer, _filling) = (_filling, buffer);
            (taken, _count) = (_count, 0);
            (missed, _missed) = (_missed, 0);
        }
        if (taken > 0) _space.Set();
        return taken;
    }

    /// <summary>For the one dispatcher: completes when the subscriber has taken something, or the queue is closed.</summary>
    public ValueTask SpaceAsync() => _space.WaitAsync();

    /// <summary>Whatever comes from now on is let go: nobody will take it.</summary>
    public void Close()
    {
        lock (_gate) _closed = true;
        _space.Set();
    }

    private void Grow(int needed)
    {
        if (needed <= _filling.Length) return;
        Array.Resize(ref _filling, Math.Min(capacity, Math.Max(needed, Math.Max(16, _filling.Length * 2))));
    }
}
