using System.Collections.Concurrent;
using System.Threading.Channels;
using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Hands fires to the bus in order, on the thread pool. Those that are due together share one flush to the disk; what
/// cannot be written is tried again until it can, and shows as a health issue meanwhile.
/// </summary>
internal sealed class CronPublisher(EventBus bus, IssueReport report, TimeProvider time, ILogger logger, Action<CronFire> published)
    : IAsyncDisposable
{
    private const string Issue = "cron.publish";
    private const int Together = 256;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    // A bus that is not running any more never answers.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<CronFire> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _pump = Task.CompletedTask;

    public void Publish(List<CronFire> fires)
    {
        if (fires.Count == 0) return;
        lock (_lock)
        {
            foreach (var fire in fires) _waiting.Enqueue(fire);
            // The pump ends under this lock's eyes only: see PumpAsync.
            if (_pump.IsCompleted && !_stop.IsCancellationRequested) _pump = Task.Run(PumpAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task pump;
        lock (_lock)
        {
            _stop.Cancel();
            pump = _pump;
        }
        try
        {
            await pump.WaitAsync(LongestStop, time);
        }
        catch (TimeoutException)
        {
            logger.StopTimedOut(LongestStop.TotalSeconds);
        }
        if (!_waiting.IsEmpty) logger.NotPublished(_waiting.Count);
        _stop.Dispose();
    }

    private async Task PumpAsync()
    {
        var batch = new List<(CronFire Fire, DaemonEvent Event)>();
        try
        {
            while (true)
            {
                lock (_lock)
                {
                    while (batch.Count < Together && _waiting.TryDequeue(out var fire)) batch.Add((fire, fire.ToEvent(time.GetUtcNow())));
                    if (batch.Count == 0)
                    {
                        _pump = Task.CompletedTask;
                        return;
                    }
                }
                await PublishBatchAsync(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon stops. What is left was never accepted: catch_up decides at the next start.
            foreach (var (fire, _) in batch) _waiting.Enqueue(fire);
        }
    }

    private async Task PublishBatchAsync(List<(CronFire Fire, DaemonEvent Event)> batch)
    {
        var failing = false;
        for (var delay = TimeSpan.FromSeconds(1); batch.Count > 0; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            var error = await TryPublishAsync(batch);
            if (error is null) break;
            failing = true;
            report(
                Issue,
                $"{batch.Count} scheduled events could not be written: {error.Message}; trying again in {delay.TotalSeconds:0} s, make "
                    + "room on the disk"
            );
            logger.Retrying(batch.Count, error.Message, delay.TotalSeconds);
            await Task.Delay(delay, time, _stop.Token);
        }
        if (failing) report(Issue, null);
    }

    // All are handed over before the first is awaited; what was accepted leaves the batch.
    private async Task<IOException?> TryPublishAsync(List<(CronFire Fire, DaemonEvent Event)> batch)
    {
        var handed = batch.ConvertAll(b => bus.PublishDurablyAsync(b.Event, _stop.Token).AsTask());
        IOException? error = null;
        var left = new List<(CronFire, DaemonEvent)>();
        OperationCanceledException? stopped = null;
        for (var i = 0; i < handed.Count; i++)
        {
            try
            {
                await handed[i];
                published(batch[i].Fire);
                continue;
            }
            catch (IOException e)
            {
                error = e;
            }
            catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
            {
                stopped = new OperationCanceledException(e.Message, e);
            }
            left.Add(batch[i]);
        }
        batch.Clear();
        batch.AddRange(left);
        return stopped is null ? error : throw stopped;
    }
}
