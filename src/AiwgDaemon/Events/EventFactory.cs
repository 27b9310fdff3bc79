using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Events;

/// <summary>Makes events: a time-ordered id, the time, and the payload written once as UTF-8 JSON.</summary>
internal static class EventFactory
{
    public const int MaxTypeLength = 200;

    /// <summary>Whether a type that somebody chose can be named in a rule and read in a list: no blanks, no control characters, no
    /// star.</summary>
    public static bool IsType(string type) =>
        type.Length is > 0 and <= MaxTypeLength && !type.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '*');

    /// <summary>Writes the payload with the given writer, which must produce exactly one JSON value.</summary>
    public static DaemonEvent Create<T>(
        DateTimeOffset now, EventSource source, string type, string subject, T value, Action<Utf8JsonWriter, T> writePayload,
        DateTimeOffset? changed = null, string? causedBy = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer)) writePayload(writer, value);
        return Create(now, source, type, subject, buffer.WrittenMemory, changed, causedBy);
    }

    public static DaemonEvent Create(
        DateTimeOffset now,
        EventSource source,
        string type,
        string subject,
        ReadOnlyMemory<byte> payload,
        DateTimeOffset? changed = null,
        string? causedBy = null
    )
    {
        // Here, where the mistake is made: further on, an event that is no JSON would hold up all others.
        if (payload.IsEmpty) throw new ArgumentException("The payload of an event is one JSON value, not nothing", nameof(payload));
        return new DaemonEvent
        {
            Id = TimeOrderedId.Create(now),
            // The file format has milliseconds: an event read back equals the one that was written.
            Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            Source = source,
            Type = type,
            Subject = subject,
            Payload = payload,
            Changed = changed,
            CausedBy = causedBy,
        };
    }
}
