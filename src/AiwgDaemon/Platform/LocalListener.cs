using System.Net.Sockets;

namespace AiwgDaemon.Platform;

/// <summary>
/// Listens for this user's processes: at a socket, or on Windows at a named pipe. Open it only while the instance lock is held,
/// for a socket of that name is replaced.
/// </summary>
internal abstract class LocalListener : IDisposable
{
    /// <summary>False if the name leads to something else by now: nobody can connect any more.</summary>
    public abstract bool IsIntact { get; }

    /// <summary>An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it is impossible.</summary>
    public static LocalListener Open(string path, int backlog) =>
        OperatingSystem.IsWindows() ? new PipeListener(path) : SocketListener.Bind(path, backlog);

    /// <summary>
    /// The next peer. A <see cref="SocketException"/> if the system has no means for one more; an <see cref="ObjectDisposedException"/>
    /// after the end.
    /// </summary>
    public abstract ValueTask<LocalConnection> AcceptAsync(CancellationToken token);

    /// <summary>Nobody finds it any more; whoever waits in <see cref="AcceptAsync"/> is let go.</summary>
    public abstract void Close();

    public abstract void Dispose();

    private sealed class SocketListener : LocalListener
    {
        private readonly string _path;
        private readonly UnixSocketAddress _address;
        private readonly Socket _socket;
        private readonly FileStatus _identity;

        private SocketListener(string path, UnixSocketAddress address, Socket socket)
        {
            (_path, _address, _socket) = (path, address, socket);
            if (OperatingSystem.IsLinux()) FileStatus.TryGet(path, out _identity);
        }

        public override bool IsIntact =>
            !OperatingSystem.IsLinux() || (FileStatus.TryGet(_path, out var now) && now.IsSameFile(_identity));

        public static SocketListener Bind(string path, int backlog)
        {
            UnixSocketAddress? address = null;
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                address = UnixSocketAddress.ToBind(path);
                socket.Bind(address.EndPoint);
                address.Restrict();
                socket.Listen(backlog);
                return new(path, address, socket);
            }
            catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
            {
                socket.Dispose();
                address?.Dispose();
                throw new IOException($"The control socket {path} cannot be opened: {e.Message}", e);
            }
        }

        public override async ValueTask<LocalConnection> AcceptAsync(CancellationToken token) => new(await _socket.AcceptAsync(token));

        public override void Close()
        {
            _address.Unlink();
            _socket.Dispose();
        }

        public override void Dispose() => _address.Dispose();
    }
}
