using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>
/// Makes the listeners of the server, which share the places of connections, and hands connections to Kestrel at their first byte.
/// </summary>
internal sealed class SocketListeners : IConnectionListenerFactory, IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyDictionary<EndPoint, ListenAddress> _addresses;
    private readonly List<ListenAddress> _bound = [];
    private readonly ConnectionLimit _limit;
    private readonly SocketConnectionContextFactory _connections;
    private readonly ITimer _sweep;
    private readonly MemoryTrim _trim;
    private readonly ILogger _logger;

    /// <param name="addresses">What the endpoints that Kestrel asks for are to people.</param>
    /// <param name="trim">Is told of connections that come.</param>
    /// <param name="ended">Is told why a connection was ended, and whose it was.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Category <c>webhook</c>.</param>
    public SocketListeners(
        IReadOnlyDictionary<EndPoint, ListenAddress> addresses,
        MemoryTrim trim,
        Action<ConnectionEnd, IPAddress?> ended,
        TimeProvider time,
        ILogger logger
    )
    {
        (_addresses, _trim, _logger, _limit) = (addresses, trim, logger, new ConnectionLimit(time, ended));
        // One pool of memory instead of one a core, and of each connection no more than a request's head is read ahead.
        _connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { IOQueueCount = 1, MaxReadBufferSize = 16 * 1024, MaxWriteBufferSize = 16 * 1024 }, logger);
        _sweep = time.CreateTimer(static limit => ((ConnectionLimit)limit!).EndSilent(), _limit, Silence, Silence);
    }

    /// <summary>What is bound, with the ports that the system chose.</summary>
    public IReadOnlyList<ListenAddress> Bound => _bound;

    /// <summary>An <see cref="IOException"/> with the cure if the address is not to be had.</summary>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = _addresses[endpoint];
        var socket = ListenSocket.Open(address);
        if (socket.LocalEndPoint is IPEndPoint local) address = address with { Port = local.Port };
        _bound.Add(address);
        return ValueTask.FromResult<IConnectionListener>(new SocketListener(socket, address, _limit, _connections, _trim, _logger));
    }

    public void Dispose()
    {
        _sweep.Dispose();
        _limit.Dispose();
        _connections.Dispose();
    }
}
