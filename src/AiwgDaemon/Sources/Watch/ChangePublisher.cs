using System.Threading.Channels;
using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// Hands batches of changes to the bus, one batch at a time, and waits while the bus is full: then changes stay in the debouncer, where
/// they fold, so that a slow subscriber costs neither memory nor the kernel's queue.
/// </summary>
internal sealed class ChangePublisher(EventBus bus, TimeProvider time, ILogger logger) : IDisposable
{
    public const int BatchSize = 512;

    private readonly CancellationTokenSource _stop = new();
    private volatile bool _busy;
    private long _published;

    public long Published => Interlocked.Read(ref _published);

    public bool IsIdle => !_busy;

    /// <summary>
    /// Takes a batch: what the bus has room for goes there at once, for another thread would have to wake up first. The rest waits for
    /// room, and <paramref name="done"/> is called when it has gone. Only while idle, from one thread.
    /// </summary>
    public void Publish(List<FileChange> changes, Action done)
    {
        var published = 0;
        while (published < changes.Count && bus.TryPublish(changes[published].ToEvent(time.GetUtcNow()))) published++;
        Interlocked.Add(ref _published, published);
        if (published == changes.Count)
        {
            changes.Clear();
            return;
        }
        _busy = true;
        _ = Task.Run(() => PublishAsync(changes, published, done));
    }

    /// <summary>Gives up waiting for the bus; what comes from now on is not handed over.</summary>
    public Task CancelAsync() => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();

    private async Task PublishAsync(List<FileChange> changes, int published, Action done)
    {
        try
        {
            for (; published < changes.Count; published++)
            {
                await bus.PublishAsync(changes[published].ToEvent(time.GetUtcNow()), _stop.Token);
                Interlocked.Increment(ref _published);
            }
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
        {
            WatchLog.BusClosed(logger, changes.Count - published);
        }
        changes.Clear();
        // Before the call: whoever is woken by it looks at once.
        _busy = false;
        done();
    }
}
