using System.Threading.Channels;

namespace AiwgDaemon.Bus;

/// <summary>Carries every event from the sources to the subscribers through one bounded channel.</summary>
internal sealed class EventBus
{
    private readonly Channel<DaemonEvent> _channel = Channel.CreateBounded<DaemonEvent>(4096);

    /// <summary>Accepts the event; waits while the bus is full.</summary>
    public ValueTask PublishAsync(DaemonEvent @event, CancellationToken token) => _channel.Writer.WriteAsync(@event, token);

    /// <summary>Accepts the event unless the bus is full.</summary>
    public bool TryPublish(DaemonEvent @event) => _channel.Writer.TryWrite(@event);

    /// <summary>As <see cref="PublishAsync"/>; on return the event is on the disk. An <see cref="IOException"/> where it could not be written: then it was not accepted.</summary>
    public ValueTask PublishDurablyAsync(DaemonEvent @event, CancellationToken token) => _channel.Writer.WriteAsync(@event, token);
}
