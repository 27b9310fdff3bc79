using System.IO.Pipes;
using System.Net.Sockets;

namespace AiwgDaemon.Platform;

/// <summary>
/// A named pipe as a listener. There is always an instance that waits, made before the one that was taken is handed out: a client
/// never finds the name gone. The first must be the first of that name, so that nobody else's pipe is joined.
/// </summary>
internal sealed class PipeListener : LocalListener
{
    private readonly string _path, _name;
    private NamedPipeServerStream? _waiting;

    public PipeListener(string path)
    {
        (_path, _name) = (path, LocalPipe.NameOf(path));
        try
        {
            _waiting = Make(PipeOptions.FirstPipeInstance);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(
                $"The control pipe {LocalPipe.Shown(_name)} cannot be opened: another process has a pipe of that name; "
                    + "end that process, a daemon tries again at its next heartbeat",
                e
            );
        }
        catch (IOException e)
        {
            throw new IOException($"The control pipe {LocalPipe.Shown(_name)} cannot be opened: {e.Message}", e);
        }
    }

    public override bool IsIntact => LocalPipe.NameOf(_path) == _name;

    public override async ValueTask<LocalConnection> AcceptAsync(CancellationToken token)
    {
        try
        {
            var taken = _waiting ??= Make(PipeOptions.None);
            await taken.WaitForConnectionAsync(token);
            _waiting = null;
            try
            {
                _waiting = Make(PipeOptions.None);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Tried again, and told, when the next one is waited for.
            }
            return new(taken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Also a client that came and went before it was looked at: that instance is of no use any more.
            _waiting?.Dispose();
            _waiting = null;
            token.ThrowIfCancellationRequested();
            throw new SocketException((int)SocketError.ConnectionAborted, e.Message);
        }
    }

    public override void Close() => _waiting?.Dispose();

    public override void Dispose() => _waiting?.Dispose();

    private NamedPipeServerStream Make(PipeOptions more) =>
        new(
            _name,
            PipeDirection.InOut,
            NamedPipeServerStream.MaxAllowedServerInstances,
            PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly | more
        );
}
