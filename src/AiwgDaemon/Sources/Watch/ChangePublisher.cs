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

    /// <summary>Takes a batch; <paramref name="done"/> is called when there is room for the next. Only while idle, from one thread.</summary>
    public void Publish(List<FileChange> changes, Action done)
    {
        _busy = true;
        _ = Task.Run(() => PublishAsync(changes, done));
    }

    /// <summary>Gives up waiting for the bus; what comes from now on is not handed over.</summary>
    public Task CancelAsync() => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();

    private async Task PublishAsync(List<FileChange> changes, Action done)
    {
        var published = 0;
        try
        {
            foreach (var change in changes)
            {
                await bus.PublishAsync(change.ToEvent(time.GetUtcNow()), _stop.Token);
                published++;
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
