using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Control;

/// <summary>The other end of the control socket, for commands. One call at a time; not thread-safe.</summary>
internal sealed class ControlClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LocalConnection _daemon;
    private readonly Queue<JsonElement> _notifications = new();
    private byte[] _buffer = new byte[8192];
    private int _filled, _consumed, _lastId;

    private ControlClient(LocalConnection daemon) => _daemon = daemon;

    /// <summary>Null if no daemon listens; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be
    /// reached.</summary>
    public static ControlClient? TryConnect(string path) =>
        LocalConnection.TryConnect(path) is { } daemon ? new ControlClient(daemon) : null;

    /// <summary>
    /// Calls a method and returns its result. A <see cref="ApiException"/> if the daemon answers with an error; an
    /// <see cref="IOException"/> if it goes away, a <see cref="TimeoutException"/> if it does not answer in time (30 s if not said).
    /// </summary>
    public async Task<JsonElement> CallAsync(
        string method,
        Action<Utf8JsonWriter>? writeParams = null,
        TimeSpan? timeout = null,
        CancellationToken token = default
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(timeout ?? Patience);
        try
        {
            var id = ++_lastId;
            await TrySendAsync(Request(id, method, writeParams), limit.Token);
            while (true)
            {
                var message = await ReadAsync(limit.Token)
                    ?? throw new IOException(
                        "The daemon closed the connection before it answered; 'aiwg-daemon status' shows whether it still runs"
                    );
                if (message.TryGetProperty("method"u8, out _))
                    _notifications.Enqueue(message);
                else if (message.TryGetProperty("error"u8, out var error))
                    throw ErrorOf(error);
                else if (message.TryGetProperty("id"u8, out var answered) && IsNumber(answered, id))
                    return message.TryGetProperty("result"u8, out var result) ? result : throw NoDaemon();
            }
        }
        catch (OperationCanceledException e) when (!token.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The daemon did not answer '{method}' within {(timeout ?? Patience).TotalSeconds} s; see 'aiwg-daemon status'",
                e
            );
        }
        catch (SocketException e)
        {
            throw new IOException($"The daemon closed the connection: {e.Message}; 'aiwg-daemon status' shows whether it still runs", e);
        }
    }

    /// <summary>What the daemon sends by itself: objects with <c>method</c> and <c>params</c>. Ends if the daemon goes away.</summary>
    public async IAsyncEnumerable<JsonElement> NotificationsAsync([EnumeratorCancellation] CancellationToken token = default)
    {
        while (true)
        {
            while (_notifications.TryDequeue(out var kept)) yield return kept;
            if (await ReadOrEndAsync(token) is not { } message) yield break;
            if (message.TryGetProperty("method"u8, out _)) yield return message;
        }
    }

    public void Dispose() => _daemon.Dispose();

    private static ApiException ErrorOf(JsonElement error)
    {
        if (
            error.ValueKind != JsonValueKind.Object
            || !error.TryGetProperty("code"u8, out var code)
            || code.ValueKind != JsonValueKind.Number
            || !code.TryGetInt32(out var number)
            || !error.TryGetProperty("message"u8, out var message)
            || message.ValueKind != JsonValueKind.String
        )
            throw NoDaemon();
        List<string> details = [];
        if (error.TryGetProperty("data"u8, out var data) && data.ValueKind == JsonValueKind.Array)
            foreach (var detail in data.EnumerateArray()) details.Add(detail.ToString());
        return new ApiException(number, message.GetString()!, details);
    }

    private static IOException NoDaemon() =>
        new(
            "What answers at the control socket does not speak its protocol: it is another program, or an aiwg-daemon of another "
                + "version; 'aiwg-daemon restart' replaces it"
        );

    private static bool IsNumber(JsonElement element, int number) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value == number;

    private static ReadOnlyMemory<byte> Request(int id, string method, Action<Utf8JsonWriter>? writeParams)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteNumber("id"u8, id);
            writer.WriteString("method"u8, method);
            if (writeParams is not null)
            {
                writer.WriteStartObject("params"u8);
                writeParams(writer);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private async Task TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _daemon.SendAsync(bytes, token)..];
        }
        catch (SocketException e)
            when (e.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            // Closed before we spoke: what it said before that is still to be read, and says why.
        }
    }

    private async Task<JsonElement?> ReadOrEndAsync(CancellationToken token)
    {
        try
        {
            return await ReadAsync(token);
        }
        catch (SocketException)
        {
            // A daemon that was killed resets the connection: the end of the stream as well.
            return null;
        }
    }

    private async Task<JsonElement?> ReadAsync(CancellationToken token)
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_consumed, _filled - _consumed).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var message = Parse(_buffer.AsSpan(_consumed, newline));
                _consumed += newline + 1;
                return message;
            }
            _buffer.AsSpan(_consumed, _filled - _consumed).CopyTo(_buffer);
            (_filled, _consumed) = (_filled - _consumed, 0);
            if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
            var read = await _daemon.ReceiveAsync(_buffer.AsMemory(_filled), token);
            if (read == 0) return null;
            _filled += read;
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            if (JsonElement.ParseValue(ref reader) is { ValueKind: JsonValueKind.Object } element) return element;
        }
        catch (JsonException)
        {
            // Said below, as of any other document that is no message.
        }
        throw NoDaemon();
    }
}
