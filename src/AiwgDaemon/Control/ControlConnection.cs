using System.Net.Sockets;
using AiwgDaemon.Api;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Control;

/// <summary>
/// One client: reads messages line by line, answers them in order, and sends what its streams have. It reads nothing while an
/// answer is on its way, so a client that does not read holds up itself alone, and is cut off after ten seconds.
/// </summary>
internal sealed class ControlConnection : IDisposable
{
    public const int MaxMessage = 1024 * 1024;
    private const int SmallBuffer = 4096;
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(10);

    private readonly LocalConnection _peer;
    private readonly ControlRpc _rpc;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _end;
    private readonly ApiSession _session;
    private volatile bool _busy;
    private byte[] _buffer = new byte[SmallBuffer];
    private int _filled;
    private bool _closed;

    public ControlConnection(
        LocalConnection peer,
        ControlRpc rpc,
        Func<int> clients,
        TimeProvider time,
        ILogger logger,
        CancellationToken token
    )
    {
        (_peer, _rpc, _time, _logger) = (peer, rpc, time, logger);
        _end = CancellationTokenSource.CreateLinkedTokenSource(token);
        _session = new ApiSession((stream, item) => SendAsync(StreamMessages.Of(stream, item)), clients);
        LastActive = time.GetTimestamp();
    }

    public long LastActive { get; private set; }

    /// <summary>Nothing is lost if it is closed now.</summary>
    public bool IsIdle => !_busy && !_session.HasStreams;

    public async Task RunAsync()
    {
        var reason = "closed by the client";
        try
        {
            await ReadAsync();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            reason = e.Message;
        }
        finally
        {
            ControlLog.Ended(_logger, reason);
            Close();
            await _session.DisposeAsync();
        }
    }

    public void Close()
    {
        // Once: the server may close a connection that is about to end by itself.
        if (Interlocked.Exchange(ref _closed, true)) return;
        _end.Cancel();
        _peer.Dispose();
    }

    public void Dispose()
    {
        _peer.Dispose();
        _end.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var searched = _filled;
            var read = await _peer.ReceiveAsync(_buffer.AsMemory(_filled), _end.Token);
            LastActive = _time.GetTimestamp();
            if (read == 0)
            {
                // The last message may come without its newline.
                if (_filled > 0) await AnswerAsync(_buffer.AsMemory(0, _filled));
                return;
            }
            _filled += read;
            await AnswerWholeLinesAsync(searched);
            if (_filled > MaxMessage)
            {
                await SendAsync(
                    ControlRpc.Refusal(ApiError.InvalidRequest, $"Invalid request: the message is longer than {MaxMessage} bytes")
                );
                return;
            }
            if (_filled == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, MaxMessage + 1));
            else if (_filled == 0 && _buffer.Length > 16 * SmallBuffer) _buffer = new byte[SmallBuffer];
        }
    }

    private async ValueTask AnswerWholeLinesAsync(int searched)
    {
        var start = 0;
        while (true)
        {
            var from = Math.Max(start, searched);
            var newline = _buffer.AsSpan(from, _filled - from).IndexOf((byte)'\n');
            if (newline < 0) break;
            await AnswerAsync(_buffer.AsMemory(start, from + newline - start));
            start = from + newline + 1;
        }
        if (start == 0) return;
        _buffer.AsSpan(start, _filled - start).CopyTo(_buffer);
        _filled -= start;
    }

    private async ValueTask AnswerAsync(ReadOnlyMemory<byte> message)
    {
        // An empty line is no message; some clients send one to see whether we are still there.
        if (message.Span.Trim(" \t\r"u8).IsEmpty) return;
        _busy = true;
        try
        {
            var answer = await _rpc.AnswerAsync(message, _session, _end.Token);
            if (!answer.IsEmpty) await SendAsync(answer);
        }
        finally
        {
            _session.AnswerSent();
            _busy = false;
            LastActive = _time.GetTimestamp();
        }
    }

    // A failure closes the connection: the reader then ends it, and its streams have nobody to tell.
    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _sending.WaitAsync(_end.Token);
            try
            {
                await SendAllAsync(bytes);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            ControlLog.SendFailed(_logger, e.Message);
            Close();
        }
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(SendLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _end.Token);
        while (!bytes.IsEmpty) bytes = bytes[await _peer.SendAsync(bytes, either.Token)..];
    }
}
