using System.Threading.Channels;
using AiwgDaemon.Bus;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Benchmarks;

/// <summary>
/// Four million events from one publisher to each subscriber, beside bare bounded channels that the publisher writes to itself:
/// one for each subscriber, for a channel alone has no fan-out.
/// </summary>
[MemoryDiagnoser]
public class EventBusBenchmarks
{
    // So many that what a bus is made of, anew for each run (some 600 KB), is less than half a byte for each event.
    private const int Count = 4_000_000;
    private const int Capacity = 4096;

    private static readonly DaemonEvent Event = EventFactory.Create(
        DateTimeOffset.UnixEpoch,
        EventSource.Manual,
        "load",
        "",
        "{}"u8.ToArray()
    );

    [Params(1, 4)]
    public int Subscribers { get; set; }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public async Task BareChannel()
    {
        Channel<DaemonEvent>[] channels =
        [
            .. Enumerable
                .Range(0, Subscribers)
                .Select(_ => Channel.CreateBounded<DaemonEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true })),
        ];
        Task[] readers =
        [
            .. channels.Select(channel =>
                Task.Run(async () =>
                {
                    var read = 0;
                    while (read < Count && await channel.Reader.WaitToReadAsync())
                    while (channel.Reader.TryRead(out _))
                        read++;
                })
            ),
        ];
        for (var i = 0; i < Count; i++)
            foreach (var channel in channels)
                if (!channel.Writer.TryWrite(Event)) await channel.Writer.WriteAsync(Event);
        await Task.WhenAll(readers);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public Task Bus() => PublishAsync(journal: null);

    [Benchmark(OperationsPerInvoke = Count)]
    public async Task BusWithJournal()
    {
        var directory = Directory.CreateTempSubdirectory("aiwg-bench-");
        try
        {
            using var journal = new EventJournal(
                directory.FullName,
                new HistoryOptions(),
                TimeProvider.System,
                static (_, _, _) => { },
                NullLogger.Instance
            );
            await PublishAsync(journal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task PublishAsync(EventJournal? journal)
    {
        await using var bus = new EventBus(new BusOptions(), TimeProvider.System, NullLogger.Instance, journal);
        var done = new Task[Subscribers];
        for (var i = 0; i < done.Length; i++) done[i] = Subscribe(bus);
        bus.Start();
        for (var i = 0; i < Count; i++)
            if (!bus.TryPublish(Event)) await bus.PublishAsync(Event, CancellationToken.None);
        await Task.WhenAll(done);
    }

    private static Task Subscribe(EventBus bus)
    {
        var done = new TaskCompletionSource();
        var delivered = 0;
        bus.Subscribe("counter", new SubscriptionOptions { Capacity = Capacity }, (_, _) =>
        {
            if (++delivered == Count) done.SetResult();
            return default;
        });
        return done.Task;
    }
}
