using System.Threading.Channels;
using AiwgDaemon.Bus;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Benchmarks;

/// <summary>A million events from one publisher to one subscriber, beside the bare channel that the bus is built on.</summary>
[MemoryDiagnoser]
public class EventBusBenchmarks
{
    private const int Count = 1_000_000;

    private static readonly DaemonEvent Event = EventFactory.Create(DateTimeOffset.UnixEpoch, EventSource.Manual, "load", "", "{}"u8.ToArray());

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public async Task BareChannel()
    {
        var channel = Channel.CreateBounded<DaemonEvent>(new BoundedChannelOptions(4096) { SingleReader = true });
        var reader = Task.Run(async () =>
        {
            var read = 0;
            while (read < Count && await channel.Reader.WaitToReadAsync())
                while (channel.Reader.TryRead(out _)) read++;
        });
        for (var i = 0; i < Count; i++)
            if (!channel.Writer.TryWrite(Event)) await channel.Writer.WriteAsync(Event);
        await reader;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public async Task Bus()
    {
        await using var bus = new EventBus(new BusOptions(), TimeProvider.System, NullLogger.Instance);
        var done = new TaskCompletionSource();
        var delivered = 0;
        bus.Subscribe("counter", new SubscriptionOptions { Capacity = 4096 }, (_, _) =>
        {
            if (++delivered == Count) done.SetResult();
            return default;
        });
        bus.Start();
        for (var i = 0; i < Count; i++) await bus.PublishAsync(Event, CancellationToken.None);
        await done.Task;
    }
}
