using System.Runtime.InteropServices;

namespace AiwgDaemon.Bus;

/// <summary>Sizes of the bus. Everything in it is bounded, so that a flood costs time of the publishers and never memory.</summary>
internal sealed record BusOptions(int Capacity = 4096)
{
    /// <summary>Most failed deliveries of one subscriber that wait for another try; what fails beyond goes to the dead letters at
    /// once.</summary>
    public int MaxPendingRetries { get; init; } = 1024;
}

/// <summary>What happens if a subscriber's queue is full.</summary>
internal enum Overflow
{
    /// <summary>The dispatcher waits, and with it, in the end, the publishers.</summary>
    Wait,

    /// <summary>The subscriber misses events and is told how many.</summary>
    DropCounted,
}

/// <summary>How one subscriber is served.</summary>
internal sealed record SubscriptionOptions
{
    public int Capacity { get; init; } = 1024;

    public Overflow Overflow { get; init; } = Overflow.Wait;

    /// <summary>Told how many events were missed, after the last one before the gap and before the first one behind it.</summary>
    public Action<long>? Missed { get; init; }

    /// <summary>Called after a burst: all that was in the queue has been handled.</summary>
    public Action? Drained { get; init; }
}

/// <summary>Counters since the start, and the queue as it is now.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BusStatus(
    long Published, long Delivered, long Retried, long DeadLetters, int QueueLength, int QueueCapacity, int QueueHighWater);
