using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// One subscriber: its own queue, its own retries. Events are handled one at a time and in order; one whose handler throws
/// is tried again 1, 2 and 4 s later (and up to a fifth more) while later events go on, then it is a dead letter.
/// </summary>
internal sealed class EventSubscription : IAsyncDisposable
{
    private static readonly TimeSpan[] Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    private readonly EventBus _bus;
    private readonly SubscriptionOptions _options;
    private readonly Func<DaemonEvent, CancellationToken, ValueTask> _handler;
    private readonly EventQueue _queue;
    private readonly AsyncSignal _wake = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly PendingRetries _retries;
    private readonly Task _pump;
    private volatile bool _completing;
    private long _delivered;

    public EventSubscription(
        EventBus bus, string name, SubscriptionOptions options, BusOptions limits, Func<DaemonEvent, CancellationToken, ValueTask> handler)
    {
        (_bus, Name, _options, _handler) = (bus, name, options, handler);
        _queue = new EventQueue(options.Capacity, options.Overflow == Overflow.DropCounted);
        _retries = new PendingRetries(limits.MaxPendingRetries, bus.Time, _wake.Set);
        _pump = Task.Run(PumpAsync);
    }

    public string Name { get; }

    public long Delivered => Volatile.Read(ref _delivered);

    public int QueueLength => _queue.Count;

    /// <summary>Stops at once: what is queued is let go, and the handler's token is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        Leave();
        await _pump;
    }

    /// <summary>For the dispatcher: hands over what fits, and returns how many that were.</summary>
    internal int Offer(ReadOnlySpan<DaemonEvent> events)
    {
        var taken = _queue.Enqueue(events);
        if (taken > 0) _wake.Set();
        return taken;
    }

    internal ValueTask SpaceAsync() => _queue.SpaceAsync();

    /// <summary>Delivers a dead letter again, ahead of what is queued; false if too many wait already.</summary>
    internal bool Redeliver(DaemonEvent @event) =>
        _retries.TryAdd(new FailedDelivery(@event, 0, _bus.Time.GetUtcNow(), null), TimeSpan.Zero);

    /// <summary>Works off what is queued and ends; what waits for another try becomes a dead letter.</summary>
    internal async Task CompleteAsync(CancellationToken token)
    {
        _completing = true;
        _wake.Set();
        try
        {
            await _pump.WaitAsync(token);
        }
        finally
        {
            // Not waited for: a handler that ignores its token must not hold up the shutdown.
            Leave();
        }
    }

    private void Leave()
    {
        _bus.Remove(this);
        _queue.Close();
        _completing = true;
        _stop.Cancel();
        _wake.Set();
        _retries.Dispose();
    }

    private async Task PumpAsync()
    {
        DaemonEvent?[] buffer = [];
        while (!_stop.IsCancellationRequested)
        {
            var worked = false;
            while (_retries.TryTakeDue(out var failed))
            {
                worked = true;
                await DeliverAgainAsync(failed);
            }
            // Read before the queue is: what was queued before completion began is still worked off.
            var completing = _completing;
            var taken = _queue.Take(ref buffer, out var missed);
            for (var i = 0; i < taken && !_stop.IsCancellationRequested; i++)
            {
                var @event = buffer[i]!;
                buffer[i] = null;
                try
                {
                    var handled = _handler(@event, _stop.Token);
                    if (!handled.IsCompletedSuccessfully) await handled;
                    _delivered++;
                }
                catch (Exception e) when (!IsStop(e))
                {
                    Fail(new FailedDelivery(@event, 1, _bus.Time.GetUtcNow(), e));
                }
                catch (OperationCanceledException)
                {
                    // The subscription ends; its queue goes with it.
                }
            }
            if (missed > 0) Tell(() => _options.Missed?.Invoke(missed));
            if ((worked || taken > 0) && _options.Drained is { } drained) Tell(drained);
            if (worked || taken > 0) continue;
            if (completing) break;
            await _wake.WaitAsync();
        }
        if (_stop.IsCancellationRequested) return;
        foreach (var failed in _retries.TakeAll()) _bus.Bury(failed, Name);
    }

    private async Task DeliverAgainAsync(FailedDelivery failed)
    {
        if (failed.Attempts > 0) _bus.CountRetry();
        try
        {
            await _handler(failed.Event, _stop.Token);
            _delivered++;
        }
        catch (Exception e) when (!IsStop(e))
        {
            Fail(failed with { Attempts = failed.Attempts + 1, Error = e });
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }

    private void Fail(FailedDelivery failed)
    {
        BusLog.HandlerFailed(_bus.Logger, Name, failed.Event.Id, failed.Attempts, failed.Error!.Message);
        if (failed.Attempts <= Delays.Length && _retries.TryAdd(failed, Jittered(Delays[failed.Attempts - 1]))) return;
        _bus.Bury(failed, Name);
    }

    // A callback that throws must not end the subscription.
    private void Tell(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            BusLog.CallbackFailed(_bus.Logger, e, Name);
        }
    }

    private bool IsStop(Exception e) => e is OperationCanceledException && _stop.IsCancellationRequested;

    private static TimeSpan Jittered(TimeSpan delay) => delay * (1 + (Random.Shared.NextDouble() / 5));
}
