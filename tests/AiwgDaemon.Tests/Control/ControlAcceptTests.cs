using System.Collections.Concurrent;
using System.Net.Sockets;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Control;

/// <summary>What the server says if the system cannot accept a connection.</summary>
public sealed class ControlAcceptTests : IAsyncDisposable
{
    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    // accept() fails for want of a descriptor even if nobody waits, and the next client may be days away.
    [Fact]
    public async Task Health_recovers_without_another_client()
    {
        var time = new FakeTimeProvider();
        var told = new ConcurrentQueue<string?>();
        await using var server = ControlServer.Serve(
            new FullListener(),
            new StandInDaemon(new(), _bus, () => { }),
            time,
            (_, message, _) => told.Enqueue(message),
            NullLogger.Instance
        );
        await Eventually.Until(() => told.Any(message => message is not null), "health to tell of it");
        await Eventually.Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return told.Last() is null;
            },
            "health to recover"
        );
        told.First(message => message is not null).ShouldNotBeNull().ShouldContain("ulimit -n");
    }

    // The first is refused by the system; then nobody comes.
    private sealed class FullListener : LocalListener
    {
        private readonly TaskCompletionSource<LocalConnection> _nobody = new();
        private int _asked;

        public override bool IsIntact => true;

        public override ValueTask<LocalConnection> AcceptAsync(CancellationToken token) =>
            Interlocked.Increment(ref _asked) == 1
                ? ValueTask.FromException<LocalConnection>(new SocketException((int)SocketError.TooManyOpenSockets))
                : new(_nobody.Task.WaitAsync(token));

        public override void Close() => _nobody.TrySetException(new ObjectDisposedException(nameof(FullListener)));

        public override void Dispose() { }
    }
}
