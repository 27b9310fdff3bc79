using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>
/// Up to where in the journal every event was routed. While older events are still being delivered again, a newer one says nothing about
/// it.
/// </summary>
internal sealed class RoutingWatermark
{
    private long _afterRedelivery;
    private long _lastRedelivered = long.MaxValue;
    private bool _redelivering;

    public long Position { get; private set; }

    public void BeginRedelivery() => _redelivering = true;

    public void Pass(DaemonEvent @event)
    {
        if (_redelivering && !@event.Redelivered) _afterRedelivery = Math.Max(_afterRedelivery, @event.JournalPosition);
        else Position = Math.Max(Position, @event.JournalPosition);
        EndRedelivery();
    }

    /// <summary>The last event that is delivered again ends there.</summary>
    public void LastIs(long position)
    {
        _lastRedelivered = position;
        EndRedelivery();
    }

    private void EndRedelivery()
    {
        if (!_redelivering || Position < _lastRedelivered) return;
        _redelivering = false;
        Position = Math.Max(Position, _afterRedelivery);
    }
}
