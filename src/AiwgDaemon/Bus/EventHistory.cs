namespace AiwgDaemon.Bus;

/// <summary>The last events in memory, for <c>events</c> and new streams. Bounded by number; thread-safe.</summary>
internal sealed class EventHistory(int capacity = 1000)
{
    private readonly Lock _gate = new();
    private readonly DaemonEvent[] _ring = new DaemonEvent[capacity];
    private long _added;

    /// <summary>Remembers everything that the bus carries.</summary>
    public EventSubscription Attach(EventBus bus) => bus.Subscribe("history", new SubscriptionOptions(), (@event, _) =>
    {
        Add(@event);
        return default;
    });

    public void Add(DaemonEvent @event)
    {
        lock (_gate) _ring[_added++ % _ring.Length] = @event;
    }

    /// <summary>The newest events that are wanted, oldest first.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="source">Null: any.</param>
    /// <param name="type">Exact, or with <c>*</c>; null: any.</param>
    public IReadOnlyList<DaemonEvent> Last(int count, EventSource? source = null, string? type = null)
    {
        var found = new List<DaemonEvent>();
        lock (_gate)
        {
            var oldest = Math.Max(0, _added - _ring.Length);
            for (var i = _added - 1; i >= oldest && found.Count < count; i--)
            {
                var @event = _ring[i % _ring.Length];
                if ((source is null || @event.Source == source) && (type is null || Wildcard.IsMatch(type, @event.Type))) found.Add(@event);
            }
        }
        found.Reverse();
        return found;
    }
}
