using System.Buffers;
using System.Text.Json;

namespace AiwgDaemon.Bus;

/// <summary>The lines of the events that are written to the journal together. Not thread-safe.</summary>
internal sealed class JournalBatch : IDisposable
{
    // A buffer that one large event has blown up is not kept for the small ones that follow.
    private const int KeptBuffer = 1024 * 1024;

    private ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private Utf8JsonWriter? _writer;

    public ReadOnlySpan<byte> Lines => _buffer.WrittenSpan;

    /// <summary>
    /// Makes the lines of a batch, and tells each event its place. What is delivered again is in the journal already, and keeps its place.
    /// True if a publisher waits for the disk.
    /// </summary>
    /// <param name="batch">What is published.</param>
    /// <param name="day">The file.</param>
    /// <param name="offset">Where in it the lines begin.</param>
    public bool Format(ReadOnlySpan<PublishedEvent> batch, DateOnly day, long offset)
    {
        if (_buffer.Capacity > KeptBuffer) (_buffer, _writer) = (new ArrayBufferWriter<byte>(64 * 1024), null);
        _buffer.ResetWrittenCount();
        _writer ??= new Utf8JsonWriter(_buffer, EventJson.Format);
        var durable = false;
        foreach (var (@event, written) in batch)
        {
            if (@event.Redelivered || written is { Task.IsCompleted: true }) continue;
            var start = _buffer.WrittenCount;
            _writer.Reset();
            EventJson.Write(_writer, @event);
            _writer.Flush();
            _buffer.Write("\n"u8);
            @event.JournalPosition = JournalPosition.Of(day, offset + _buffer.WrittenCount);
            @event.LineLength = _buffer.WrittenCount - start;
            durable |= written is not null;
        }
        return durable;
    }

    public void Dispose() => _writer?.Dispose();
}
