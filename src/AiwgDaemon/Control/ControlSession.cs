using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Control;

/// <summary>
/// What one connection has open: its event streams, and what waits until an answer is out. A stream is a subscriber of the bus
/// with a bounded queue: a client that falls behind misses events and is told how many.
/// </summary>
internal sealed class ControlSession(Func<ReadOnlyMemory<byte>, Task> send) : IAsyncDisposable
{
    public const int MaxStreams = 8;
    private const int StreamQueue = 256;

    private readonly Dictionary<int, IAsyncDisposable> _streams = [];
    private readonly List<Action> _afterAnswer = [];
    private int _lastId;

    public bool HasStreams => _streams.Count > 0;

    /// <summary>Runs once the answer to the current message has been sent.</summary>
    public void AfterAnswer(Action action) => _afterAnswer.Add(action);

    public void AnswerSent()
    {
        if (_afterAnswer.Count == 0) return;
        foreach (var action in _afterAnswer) action();
        _afterAnswer.Clear();
    }

    /// <summary>Opens a stream of the wanted events; nothing is sent on it before the answer that names it.</summary>
    public int Subscribe(ControlHandlers handlers, EventSource? source, string? type)
    {
        if (_streams.Count >= MaxStreams)
            throw new ControlException(
                ControlError.LimitReached,
                $"This connection has {MaxStreams} event streams; unsubscribe from one or open another connection"
            );
        var id = ++_lastId;
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AfterAnswer(answered.SetResult);
        long missed = 0;
        var options = new SubscriptionOptions
        {
            Capacity = StreamQueue,
            Overflow = Overflow.DropCounted,
            Missed = count => Interlocked.Add(ref missed, count),
            Drained = () => { if (Interlocked.Exchange(ref missed, 0) is > 0 and var count) _ = send(MissedMessage(id, count)); },
        };
        _streams[id] = handlers.Subscribe(options, async (@event, token) =>
        {
            await answered.Task.WaitAsync(token);
            if (Interlocked.Exchange(ref missed, 0) is > 0 and var count)
                await send(MissedMessage(id, count));
            if ((source is null || @event.Source == source) && (type is null || Wildcard.IsMatch(type, @event.Type)))
                await send(EventMessage(id, @event));
        });
        return id;
    }

    public async ValueTask<bool> UnsubscribeAsync(int id)
    {
        if (!_streams.Remove(id, out var stream)) return false;
        await stream.DisposeAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams.Values) await stream.DisposeAsync();
        _streams.Clear();
    }

    private static ReadOnlyMemory<byte> EventMessage(int id, DaemonEvent @event) => Message("event"u8, id, @event, static (writer, e) =>
    {
        writer.WritePropertyName("event"u8);
        EventJson.Write(writer, e);
    });

    private static ReadOnlyMemory<byte> MissedMessage(int id, long count) =>
        Message("event.missed"u8, id, count, static (writer, n) => writer.WriteNumber("missed"u8, n));

    private static ReadOnlyMemory<byte> Message<T>(ReadOnlySpan<byte> method, int id, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, EventJson.Format))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteString("method"u8, method);
            writer.WriteStartObject("params"u8);
            writer.WriteNumber("subscription"u8, id);
            write(writer, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
