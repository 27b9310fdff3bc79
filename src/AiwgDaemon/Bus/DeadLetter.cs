using System.Buffers;
using System.Text.Json;

namespace AiwgDaemon.Bus;

/// <summary>A delivery that failed for good: which event, whose handler, why, how often and from when to when.</summary>
internal sealed record DeadLetter(
    Guid Id, DaemonEvent Event, string Handler, string Error, int Attempts, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, EventJson.Format)) WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("handler"u8, Handler);
        writer.WriteString("error"u8, Error);
        writer.WriteNumber("attempts"u8, Attempts);
        writer.WriteString("first_at"u8, FirstAt.UtcDateTime);
        writer.WriteString("last_at"u8, LastAt.UtcDateTime);
        writer.WritePropertyName("event"u8);
        EventJson.Write(writer, Event);
        writer.WriteEndObject();
    }

    public static DeadLetter? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var root = JsonElement.ParseValue(ref reader);
            return EventJson.Parse(root.GetProperty("event"u8)) is not { } @event ? null : new DeadLetter(
                root.GetProperty("id"u8).GetGuid(), @event, root.GetProperty("handler"u8).GetString() ?? "",
                root.GetProperty("error"u8).GetString() ?? "", root.GetProperty("attempts"u8).GetInt32(),
                root.GetProperty("first_at"u8).GetDateTimeOffset(), root.GetProperty("last_at"u8).GetDateTimeOffset());
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
