namespace AiwgDaemon.Bus;

/// <summary>An event whose handler threw, and how often.</summary>
internal sealed record FailedDelivery(DaemonEvent Event, int Attempts, DateTimeOffset FirstAt, Exception? Error);

/// <summary>Failed deliveries that wait for their next try; one timer, which exists only while something waits.</summary>
internal sealed class PendingRetries(int capacity, TimeProvider time, Action wake) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<FailedDelivery, DateTimeOffset> _waiting = new();
    private ITimer? _timer;
    private bool _disposed;

    /// <summary>False if as many wait as may.</summary>
    public bool TryAdd(FailedDelivery failed, TimeSpan delay)
    {
        var due = time.GetUtcNow() + delay;
        lock (_gate)
        {
            if (_disposed || _waiting.Count >= capacity) return false;
            _waiting.Enqueue(failed, due);
            if (delay > TimeSpan.Zero) Arm();
        }
        if (delay <= TimeSpan.Zero) wake();
        return true;
    }

    public bool TryTakeDue(out FailedDelivery failed)
    {
        lock (_gate)
        {
            if (!_waiting.TryPeek(out failed!, out var due)) return false;
            if (due <= time.GetUtcNow())
            {
                _waiting.Dequeue();
                return true;
            }
            Arm();
            return false;
        }
    }

    public IReadOnlyList<FailedDelivery> TakeAll()
    {
        lock (_gate)
        {
            FailedDelivery[] all = [.. _waiting.UnorderedItems.Select(item => item.Element)];
            _waiting.Clear();
            return all;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Arm()
    {
        if (!_waiting.TryPeek(out _, out var due)) return;
        var delay = due - time.GetUtcNow();
        _timer ??= time.CreateTimer(static state => ((Action)state!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // Rounded up: a timer that fires a tick early would be armed for nothing.
        _timer.Change(delay < TimeSpan.Zero ? TimeSpan.Zero : delay + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
