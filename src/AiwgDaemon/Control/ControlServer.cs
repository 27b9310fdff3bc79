using System.Net.Sockets;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Control;

/// <summary>
/// The control socket: JSON-RPC 2.0, one document a line, for the user that owns the project. Start it only while the
/// instance lock is held: what has the socket's name is replaced. Idle, it costs no wake-up. If all connections are taken,
/// the one that was silent longest makes room.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    public const int MaxConnections = 128;
    private const string Issue = "control.accept";

    private readonly LocalListener _listener;
    private readonly ControlRpc _rpc;
    private readonly TimeProvider _time;
    private readonly IssueReport _report;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<ControlConnection, Task> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private ControlServer(LocalListener listener, IDaemon daemon, TimeProvider time, IssueReport report, ILogger logger)
    {
        (_listener, _time, _report, _logger) = (listener, time, report, logger);
        _rpc = new ControlRpc(new DaemonApi(daemon, time, logger));
        _accepting = AcceptAsync();
    }

    public int Clients
    {
        get { lock (_lock) return _connections.Count; }
    }

    /// <summary>False if the socket's name was removed or given to something else: nobody can connect any more.</summary>
    public bool IsIntact => _listener.IsIntact;

    /// <summary>Binds and listens; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if that is
    /// impossible.</summary>
    public static ControlServer Start(string path, IDaemon daemon, TimeProvider time, IssueReport report, ILogger logger)
    {
        var listener = LocalListener.Open(path, MaxConnections);
        ControlLog.Listening(logger, path);
        return Serve(listener, daemon, time, report, logger);
    }

    /// <summary>Serves those who come to this listener, which ends with the server.</summary>
    internal static ControlServer Serve(
        LocalListener listener, IDaemon daemon, TimeProvider time, IssueReport report, ILogger logger) =>
        new(listener, daemon, time, report, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Close();
        await _accepting;
        KeyValuePair<ControlConnection, Task>[] open;
        lock (_lock) open = [.. _connections];
        // Outside the lock: an ending connection takes itself off the list.
        foreach (var (connection, _) in open) connection.Close();
        await Task.WhenAll(open.Select(c => c.Value));
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>What another user is told.</summary>
    public static ReadOnlyMemory<byte> RefusalOf(uint uid) =>
        ControlRpc.Refusal(ApiError.Refused, $"This daemon is controlled by the user that runs it and by root, not by user {uid}");

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var next = _listener.AcceptAsync(_stop.Token);
                // The system is asked at once, and refuses for want of descriptors even if nobody waits: who is not refused can
                // accept, so health does not wait for the next client.
                if (!next.IsCompleted) _report(Issue, null);
                var peer = await next;
                _report(Issue, null);
                Serve(peer);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (_stop.IsCancellationRequested) return;
                // Out of descriptors or memory: the kernel keeps those who wait, and trying at once would only burn time.
                CloseIdle();
                _report(Issue, $"Control connections cannot be accepted: {e.Message}; raise the limit of open files (ulimit -n)");
                await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None);
            }
        }
    }

    private void Serve(LocalConnection peer)
    {
        if (!peer.IsOwnUser(out var uid))
        {
            ControlLog.Refused(_logger, uid);
            Refuse(peer, RefusalOf(uid));
            return;
        }
        var connection = new ControlConnection(peer, _rpc, () => Clients, _time, _logger, _stop.Token);
        lock (_lock)
        {
            MakeRoom();
            var task = Task.Run(connection.RunAsync);
            _connections[connection] = task;
            _ = task.ContinueWith(
                (_, state) => Forget((ControlConnection)state!), connection,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    // One line fits into any socket's buffer: nothing is waited for.
    private void Refuse(LocalConnection peer, ReadOnlyMemory<byte> why)
    {
        using (peer)
        {
            try
            {
                peer.SendAtOnce(why.Span);
            }
            catch (SocketException e)
            {
                ControlLog.SendFailed(_logger, e.Message);
            }
        }
    }

    // Where descriptors have run out, connections that do nothing are the ones to be spared; the state file needs some too.
    private void CloseIdle()
    {
        lock (_lock)
        {
            foreach (
                var connection in _connections
                    .Keys.Where(c => c.IsIdle)
                    .OrderBy(c => c.LastActive)
                    .Take(Math.Max(_connections.Count / 2, 1))
                    .ToList()
            )
            {
                ControlLog.Evicted(_logger, _connections.Count);
                _connections.Remove(connection);
                connection.Close();
            }
        }
    }

    private void MakeRoom()
    {
        if (_connections.Count < MaxConnections) return;
        // If none is idle the one that was quiet longest has to go all the same: descriptors are finite.
        var oldest = _connections.Keys.OrderBy(c => !c.IsIdle).ThenBy(c => c.LastActive).First();
        ControlLog.Evicted(_logger, _connections.Count);
        _connections.Remove(oldest);
        oldest.Close();
    }

    private void Forget(ControlConnection connection)
    {
        lock (_lock) _connections.Remove(connection);
        connection.Dispose();
    }
}
