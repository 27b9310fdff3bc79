using System.Runtime.InteropServices;
using System.Threading.Channels;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Api;

/// <summary>An event of a stream, or, if it is null, how many were missed at this place because the reader was slow.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamItem(DaemonEvent? Event, long Missed);

/// <summary>
/// The events from the moment of its opening on: a subscriber of the bus with a bounded queue, so that a reader that falls behind
/// misses events, is told how many, and holds up nobody. One reader; dispose it to leave.
/// </summary>
internal sealed class EventStream : IAsyncEnumerable<StreamItem>, IAsyncDisposable
{
    private const int Capacity = 256;

    // The queue is the bus's, which counts what does not fit: this only hands over.
    private readonly Channel<StreamItem> _next = Channel.CreateBounded<StreamItem>(1);
    private readonly IAsyncDisposable _subscription;
    private long _missed;

    /// <param name="daemon">Whose events.</param>
    /// <param name="source">Only of this source; null for every one.</param>
    /// <param name="type">Only of this type, which may hold <c>*</c>; null for every one.</param>
    public EventStream(IDaemon daemon, EventSource? source, string? type)
    {
        var options = new SubscriptionOptions
        {
            Capacity = Capacity,
            Overflow = Overflow.DropCounted,
            Missed = count => Interlocked.Add(ref _missed, count),
            // An empty item wakes the reader. If there is no room for it, the reader looks by itself after what it takes.
            Drained = () => { if (Volatile.Read(ref _missed) > 0) _next.Writer.TryWrite(default); },
        };
        _subscription = daemon.Subscribe(options, (@event, token) =>
            (source is null || @event.Source == source) && (type is null || Wildcard.IsMatch(type, @event.Type))
                ? _next.Writer.WriteAsync(new StreamItem(@event, TakeMissed()), token)
                : default
        );
    }

    public async IAsyncEnumerator<StreamItem> GetAsyncEnumerator(CancellationToken token = default)
    {
        await foreach (var (@event, before) in _next.Reader.ReadAllAsync(token))
        {
            if (before > 0) yield return new StreamItem(null, before);
            if (@event is not null) yield return new StreamItem(@event, 0);
            if (!_next.Reader.TryPeek(out _) && TakeMissed() is > 0 and var missed) yield return new StreamItem(null, missed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Its reader ends, and then nobody writes any more.
        await _subscription.DisposeAsync();
        _next.Writer.TryComplete();
    }

    private long TakeMissed() => Interlocked.Exchange(ref _missed, 0);
}
