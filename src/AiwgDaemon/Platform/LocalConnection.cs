using System.IO.Pipes;
using System.Net.Sockets;

namespace AiwgDaemon.Platform;

/// <summary>
/// One connection between this user's processes: a socket, or on Windows a named pipe. A peer that goes away is a
/// <see cref="SocketException"/> with both, or the end of what it sent.
/// </summary>
internal sealed class LocalConnection : IDisposable
{
    private readonly Socket? _socket;
    private readonly PipeStream? _pipe;

    public LocalConnection(Socket socket) => _socket = socket;

    public LocalConnection(PipeStream pipe) => _pipe = pipe;

    /// <summary>
    /// Null if nobody listens there; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be reached.
    /// </summary>
    public static LocalConnection? TryConnect(string path) =>
        OperatingSystem.IsWindows() ? LocalPipe.TryConnect(path) : TryConnectSocket(path);

    /// <summary>True if the peer runs as this user or as root; a pipe lets nobody else in.</summary>
    public bool IsOwnUser(out uint uid)
    {
        uid = 0;
        return _socket is null || PeerCredentials.IsOwnUser(_socket, out uid);
    }

    /// <summary>Returns how many bytes were sent.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) =>
        _socket is not null ? _socket.SendAsync(bytes, token) : SendToPipeAsync(bytes, token);

    /// <summary>Returns how many bytes came; 0 at the end.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken token) =>
        _socket is not null ? _socket.ReceiveAsync(buffer, token) : ReceiveFromPipeAsync(buffer, token);

    /// <summary>Sends what fits into an empty buffer, and waits for nothing.</summary>
    public void SendAtOnce(ReadOnlySpan<byte> bytes)
    {
        if (_socket is null) return;
        _socket.Blocking = false;
        _socket.Send(bytes);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _pipe?.Dispose();
    }

    private static LocalConnection? TryConnectSocket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var address = UnixSocketAddress.ToConnect(path);
            socket.Connect(address.EndPoint);
            // Somebody else may have put a socket of his own there: what is sent is not for him. Root may command everybody's daemon.
            if (!PeerCredentials.IsOwnUser(socket, out var user) && PeerCredentials.EffectiveUser() != 0)
                throw new UnauthorizedAccessException($"{path}: permission denied; user {user} listens there, and this is another user");
            return new(socket);
        }
        catch (Exception e)
            when (e is FileNotFoundException or DirectoryNotFoundException or SocketException or UnauthorizedAccessException)
        {
            socket.Dispose();
            if (e is not SocketException failure)
                return e is UnauthorizedAccessException ? throw new UnauthorizedAccessException(e.Message, e) : null;
            // ENOENT has no code of its own among socket errors.
            if (failure.SocketErrorCode == SocketError.AccessDenied)
                throw new UnauthorizedAccessException($"{path}: permission denied; only the user that runs the daemon may control it", e);
            if (failure.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || !File.Exists(path))
                return null;
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    private async ValueTask<int> SendToPipeAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        try
        {
            await _pipe!.WriteAsync(bytes, token);
            return bytes.Length;
        }
        catch (Exception e) when (e is IOException or (InvalidOperationException and not ObjectDisposedException))
        {
            throw new SocketException((int)SocketError.ConnectionReset, e.Message);
        }
    }

    private async ValueTask<int> ReceiveFromPipeAsync(Memory<byte> buffer, CancellationToken token)
    {
        try
        {
            return await _pipe!.ReadAsync(buffer, token);
        }
        catch (Exception e) when (e is IOException or (InvalidOperationException and not ObjectDisposedException))
        {
            throw new SocketException((int)SocketError.ConnectionReset, e.Message);
        }
    }
}
