using AiwgDaemon.Bus;
using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>Tells whoever asked how the first run of an event has ended. Thread-safe; costs nothing while nobody waits.</summary>
internal sealed class EndWaiters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, TaskCompletionSource<ActionRecord>> _waiting = [];
    private int _count;

    /// <summary>
    /// The record of the first run of the event that ends and is not tried again; null if none has by then. Called before the event is
    /// published, or its run may have ended already. One caller an event.
    /// </summary>
    public async Task<ActionRecord?> FirstAsync(Guid eventId, TimeSpan bound, TimeProvider time, CancellationToken token)
    {
        var end = new TaskCompletionSource<ActionRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _waiting.Add(eventId, end);
        Interlocked.Increment(ref _count);
        try
        {
            return await end.Task.WaitAsync(bound, time, token);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // It goes on, and its output is where every output is.
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _count);
            lock (_gate) _waiting.Remove(eventId);
        }
    }

    /// <summary>A run of these events has ended for good.</summary>
    public void Tell(IReadOnlyList<DaemonEvent> events, ActionRecord record)
    {
        if (Volatile.Read(ref _count) == 0) return;
        foreach (var @event in events)
            lock (_gate)
                if (_waiting.TryGetValue(@event.Id, out var end)) end.TrySetResult(record);
    }
}
