namespace AiwgDaemon.Events;

/// <summary>Where the payload of an event is that memory does not hold: the journal, which knows events and is not known to them.</summary>
internal interface IPayloadStore
{
    /// <summary>An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it is not there any more.</summary>
    public byte[] ReadPayload(DaemonEvent @event);
}
