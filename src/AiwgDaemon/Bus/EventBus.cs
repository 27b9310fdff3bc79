using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// Carries every event from the sources to the subscribers through one bounded channel: the dispatcher writes a batch to
/// the journal, then fans it out. Publishers wait while the channel is full. A batch that holds a durable event is
/// flushed to the disk before it is fanned out, so order is one for all; what is published meanwhile shares the next flush.
/// </summary>
internal sealed class EventBus : IAsyncDisposable
{
    private const int BatchSize = 1024;

    // In bytes: a write of the journal is made in memory first.
    private const long LargestBatch = 4 * 1024 * 1024;

    // What waits for the journal, in bytes: beyond, publishers of large events wait as they do when the number is reached.
    private const long LargestBacklog = 16 * 1024 * 1024;

    private readonly Channel<PublishedEvent> _channel;
    private readonly BusOptions _options;
    private readonly EventJournal? _journal;
    private readonly DeadLetters? _deadLetters;
    private readonly Lock _gate = new();
    private EventSubscription[] _subscriptions = [];
    private TaskCompletionSource? _space;
    private Task? _dispatcher;
    private volatile bool _closed;
    private long _published;
    private long _waitingBytes;
    private long _deliveredByFormer;
    private long _retried;
    private long _buried;
    private int _highWater;
    private int[] _taken = [];

    public EventBus(BusOptions options, TimeProvider time, ILogger logger, EventJournal? journal = null, DeadLetters? deadLetters = null)
    {
        (_options, Time, Logger, _journal, _deadLetters) = (options, time, logger, journal, deadLetters);
        Life = new SignOfLife(time);
        _channel = Channel.CreateBounded<PublishedEvent>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
    }

    public BusStatus Status => new(
        Interlocked.Read(ref _published),
        Interlocked.Read(ref _deliveredByFormer) + Volatile.Read(ref _subscriptions).Sum(s => s.Delivered),
        Interlocked.Read(ref _retried), Interlocked.Read(ref _buried),
        _channel.Reader.Count, _options.Capacity, Volatile.Read(ref _highWater));

    /// <summary>Up to where the journal is written: what is published from now on lies behind it. Zero if there is none.</summary>
    public long JournalReached => _journal?.Reached ?? 0;

    /// <summary>Busy while a batch is written to the journal.</summary>
    public SignOfLife Life { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    /// <summary>Starts to deliver; what was published before waits in the channel.</summary>
    public void Start() => _dispatcher ??= Task.Run(DispatchAsync);

    /// <summary>Accepts the event; waits while the bus is full. A <see cref="ChannelClosedException"/> once the bus is completed.</summary>
    public ValueTask PublishAsync(DaemonEvent @event, CancellationToken token) =>
        TryWrite(new PublishedEvent(@event, null)) ? default : PublishWhenSpaceAsync(new PublishedEvent(@event, null), token);

    /// <summary>Accepts the event unless the bus is full or completed.</summary>
    public bool TryPublish(DaemonEvent @event) => TryWrite(new PublishedEvent(@event, null));

    /// <summary>
    /// As <see cref="PublishAsync"/>; on return the event is on the disk. An <see cref="IOException"/> if it could not be written, an
    /// <see cref="OperationCanceledException"/> if the token ends the waiting, for space or for the disk: then it was not accepted, but
    /// for one whose write was already under way.
    /// </summary>
    public async ValueTask PublishDurablyAsync(DaemonEvent @event, CancellationToken token)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PublishWhenSpaceAsync(new PublishedEvent(@event, written), token);
        // A disk that hangs must not hang those who wait for an answer; what is not written yet is withdrawn.
        await using var _ = token.Register(static state => ((TaskCompletionSource)state!).TrySetCanceled(), written);
        await written.Task;
    }

    /// <summary>Adds a subscriber: it gets what is fanned out from now on. Dispose it to leave.</summary>
    public EventSubscription Subscribe(string name, SubscriptionOptions options, Func<DaemonEvent, CancellationToken, ValueTask> handler)
    {
        var subscription = new EventSubscription(this, name, options, _options, handler);
        lock (_gate) _subscriptions = [.. _subscriptions, subscription];
        return subscription;
    }

    /// <summary>Refuses new events, delivers what was accepted, and ends the subscriptions. The token cuts the drain short.</summary>
    public async Task CompleteAsync(CancellationToken token)
    {
        _closed = true;
        _channel.Writer.TryComplete();
        Interlocked.Exchange(ref _space, null)?.TrySetResult();
        if (_dispatcher is not null) await _dispatcher.WaitAsync(token);
        await Task.WhenAll(Volatile.Read(ref _subscriptions).Select(s => s.CompleteAsync(token)));
        _journal?.Flush();
    }

    /// <summary>Ends at once; what is not yet delivered stays in the journal only.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _channel.Writer.TryComplete();
        // Closed queues take everything, so the dispatcher comes to its end.
        foreach (var subscription in Volatile.Read(ref _subscriptions)) await subscription.DisposeAsync();
        if (_dispatcher is not null) await _dispatcher;
    }

    /// <summary>Gives a dead letter to its handler once more; false if the handler is not there (or has too many to retry
    /// already).</summary>
    public bool Retry(DeadLetter letter) =>
        Volatile.Read(ref _subscriptions).FirstOrDefault(s => s.Name == letter.Handler) is { } subscription
        && subscription.Redeliver(letter.Event);

    internal void CountRetry() => Interlocked.Increment(ref _retried);

    internal void Bury(FailedDelivery failed, string handler)
    {
        Interlocked.Increment(ref _buried);
        BusLog.Buried(Logger, failed.Event.Id, handler, failed.Attempts);
        _deadLetters?.Add(failed, handler);
    }

    internal void Remove(EventSubscription subscription)
    {
        lock (_gate)
        {
            if (!_subscriptions.Contains(subscription)) return;
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
            Interlocked.Add(ref _deliveredByFormer, subscription.Delivered);
        }
    }

    private bool TryWrite(PublishedEvent published)
    {
        var bytes = published.Event.BytesHeld;
        if (bytes > DaemonEvent.KeptPayload && Volatile.Read(ref _waitingBytes) > LargestBacklog) return false;
        if (!_channel.Writer.TryWrite(published)) return false;
        Interlocked.Add(ref _waitingBytes, bytes);
        return true;
    }

    // All publishers that wait share one task; it costs an allocation for each time the bus was full, not for each event.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PublishWhenSpaceAsync(PublishedEvent published, CancellationToken token)
    {
        while (!TryWrite(published))
        {
            if (_closed) throw new ChannelClosedException("The daemon is stopping and takes no more events");
            token.ThrowIfCancellationRequested();
            var space = Volatile.Read(ref _space);
            if (space is null)
            {
                var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                space = Interlocked.CompareExchange(ref _space, fresh, null) ?? fresh;
            }
            // Space that came between the try and the registration would not be told again.
            if (TryWrite(published)) return;
            if (!_closed) await space.Task.WaitAsync(token);
        }
    }

    private async Task DispatchAsync()
    {
        var reader = _channel.Reader;
        var batch = new PublishedEvent[BatchSize];
        var events = new DaemonEvent[BatchSize];
        while (await reader.WaitToReadAsync())
        {
            _highWater = Math.Max(_highWater, reader.Count);
            var (count, bytes) = (0, 0L);
            while (count < batch.Length && bytes < LargestBatch && reader.TryRead(out batch[count]))
                bytes += batch[count++].Event.BytesHeld;
            Interlocked.Add(ref _waitingBytes, -bytes);
            if (Volatile.Read(ref _space) is not null) Interlocked.Exchange(ref _space, null)?.TrySetResult();
            Life.Begin();
            count = _journal is null ? Accept(batch.AsSpan(0, count), events) : _journal.Append(batch.AsSpan(0, count), events);
            Life.End();
            Interlocked.Add(ref _published, count);
            await FanOutAsync(events, count);
            batch.AsSpan().Clear();
            events.AsSpan(0, count).Clear();
        }
    }

    private static int Accept(ReadOnlySpan<PublishedEvent> batch, DaemonEvent[] accepted)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            accepted[i] = batch[i].Event;
            batch[i].Written?.TrySetResult();
        }
        return batch.Length;
    }

    private async ValueTask FanOutAsync(DaemonEvent[] events, int count)
    {
        var subscriptions = Volatile.Read(ref _subscriptions);
        // First to all what fits, so that a full queue delays nobody's part of this batch.
        if (_taken.Length < subscriptions.Length) _taken = new int[subscriptions.Length];
        var taken = _taken;
        for (var i = 0; i < subscriptions.Length; i++) taken[i] = subscriptions[i].Offer(events.AsSpan(0, count));
        for (var i = 0; i < subscriptions.Length; i++)
        {
            while (taken[i] < count)
            {
                await subscriptions[i].SpaceAsync();
                taken[i] += subscriptions[i].Offer(events.AsSpan(taken[i], count - taken[i]));
            }
        }
    }
}

/// <summary>An event in the channel; <paramref name="Written"/> is there if its publisher waits for the disk.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PublishedEvent(DaemonEvent Event, TaskCompletionSource? Written);
