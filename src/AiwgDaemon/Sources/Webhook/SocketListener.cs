using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Accepts connections and hands them to Kestrel at their first byte. Until then one costs a socket and little more: two thousand
/// idle clients would be sixteen megabytes of Kestrel's. Who says nothing for ten to twenty seconds is dropped.
/// </summary>
internal sealed class SocketListener : IConnectionListenerFactory, IConnectionListener
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly ConnectionLimit _limit;
    private readonly Channel<ConnectionContext> _speaking = Channel.CreateUnbounded<ConnectionContext>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly SocketConnectionContextFactory _connections;
    private readonly ITimer _sweep;
    private readonly MemoryTrim _trim;
    private readonly ILogger _logger;
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;

    public SocketListener(MemoryTrim trim, TimeProvider time, ILogger logger)
    {
        (_trim, _logger, _limit) = (trim, logger, new ConnectionLimit(time));
        // One pool of memory instead of one a core, and of each connection no more than a request's head is read ahead.
        _connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { IOQueueCount = 1, MaxReadBufferSize = 16 * 1024, MaxWriteBufferSize = 16 * 1024 }, logger);
        _sweep = time.CreateTimer(static limit => ((ConnectionLimit)limit!).EndSilent(), _limit, Silence, Silence);
    }

    public EndPoint EndPoint => _socket!.LocalEndPoint!;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            _socket = Open(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
        _accepting = AcceptAllAsync(_socket);
        return ValueTask.FromResult<IConnectionListener>(this);
    }

    /// <summary>A socket that listens there; a <see cref="SocketException"/> where the address is not to be had.</summary>
    public static Socket Open(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            socket.Listen(512);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next connection that has something to say; null when no more come.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _speaking.Reader.WaitToReadAsync(cancellationToken) && _speaking.Reader.TryRead(out var connection) ? connection : null;

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket?.Dispose();
        await _accepting;
        await _sweep.DisposeAsync();
        // Twice: what came last is spared once.
        _limit.EndSilent();
        _limit.EndSilent();
        _limit.EndWaiting();
        _speaking.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        _limit.Dispose();
        _connections.Dispose();
    }

    private async Task AcceptAllAsync(Socket listening)
    {
        while (true)
        {
            try
            {
                var socket = await listening.AcceptAsync();
                socket.NoDelay = true;
                _trim.Touch();
                _ = ListenAsync(socket);
            }
            catch (Exception e)
                when (e is ObjectDisposedException || e is SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException e)
            {
                // Gone before it was accepted, or no descriptor is left: those that say nothing have enough of them.
                WebhookLog.NotAccepted(_logger, e.Message);
                _limit.EndSilent();
            }
        }
    }

    private async Task ListenAsync(Socket socket)
    {
        ConnectionLimit.Place? place = null;
        try
        {
            place = _limit.Enter((socket.RemoteEndPoint as IPEndPoint)?.Address, socket.Dispose);
            await socket.ReceiveAsync(Memory<byte>.Empty);
            // The end of a connection wakes up too. Two thousand that end at once must not cost others their places.
            if (socket.Available == 0) throw new SocketException((int)SocketError.Disconnecting);
            if (!await place.SpeaksAsync()) throw new SocketException((int)SocketError.ConnectionAborted);
            var connection = _connections.Create(socket);
            connection.Features.Set(place);
            place.EndsBy(connection.Abort);
            if (_speaking.Writer.TryWrite(connection)) return;
            await connection.DisposeAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone, or dropped: nobody has said anything, so there is nobody to answer.
            socket.Dispose();
        }
        place?.Dispose();
    }
}
