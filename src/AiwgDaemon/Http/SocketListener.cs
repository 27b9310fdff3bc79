using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>
/// Accepts connections and hands them to Kestrel at their first byte. Until then one costs a socket and little more: two thousand
/// idle clients would be sixteen megabytes of Kestrel's. Who says nothing for ten to twenty seconds is dropped.
/// </summary>
internal sealed class SocketListener : IConnectionListener
{
    private readonly Socket _socket;
    private readonly ListenAddress _address;
    private readonly ConnectionLimit _limit;
    private readonly SocketConnectionContextFactory _connections;
    private readonly MemoryTrim _trim;
    private readonly ILogger _logger;
    private readonly Channel<ConnectionContext> _speaking = Channel.CreateUnbounded<ConnectionContext>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Task _accepting;

    public SocketListener(
        Socket socket,
        ListenAddress address,
        ConnectionLimit limit,
        SocketConnectionContextFactory connections,
        MemoryTrim trim,
        ILogger logger
    )
    {
        (_socket, _address, _limit, _connections, _trim, _logger) = (socket, address, limit, connections, trim, logger);
        EndPoint = socket.LocalEndPoint!;
        _accepting = AcceptAllAsync();
    }

    public EndPoint EndPoint { get; }

    /// <summary>The next connection that has something to say; null when no more come.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _speaking.Reader.WaitToReadAsync(cancellationToken) && _speaking.Reader.TryRead(out var connection) ? connection : null;

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        await _accepting;
        // All listeners end together, so that those of the others may go, too.
        _limit.EndUnanswered();
        _speaking.Writer.TryComplete();
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private async Task AcceptAllAsync()
    {
        while (true)
        {
            try
            {
                var socket = await _socket.AcceptAsync();
                if (_address.SocketPath is null) socket.NoDelay = true;
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
                HttpLog.NotAccepted(_logger, e.Message);
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
            connection.Features.Set(_address);
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
