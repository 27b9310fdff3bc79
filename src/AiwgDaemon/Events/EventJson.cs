using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Events;

/// <summary>
/// One event as one line of JSON: <c>id, timestamp, source, type, payload</c>, and <c>redelivered</c> if true. The
/// subject is part of the payload of every source that has one, but for the action that a manual event asks for: that is
/// <c>action</c>, for the payload is the asker's own.
/// </summary>
internal static class EventJson
{
    // What is not ASCII stays readable; control characters and quotes are escaped all the same.
    public static readonly JsonWriterOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static string Word(EventSource source) => EventCatalogue.Of(source).Word;

    public static bool TryParseSource(string? word, out EventSource source)
    {
        var kind = EventCatalogue.All.FirstOrDefault(kind => kind.Word == word);
        source = kind?.Source ?? default;
        return kind is not null;
    }

    /// <summary>The object alone, without a line end.</summary>
    /// <param name="withPayload">False: the subject stands in its place, for a reader that takes the payload from the journal.</param>
    public static void Write(Utf8JsonWriter writer, DaemonEvent @event, bool withPayload = true)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, @event.Id);
        Span<char> time = stackalloc char[32];
        @event.Timestamp.UtcDateTime.TryFormat(time, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        writer.WriteString("timestamp"u8, time[..length]);
        writer.WriteString("source"u8, Word(@event.Source));
        writer.WriteString("type"u8, @event.Type);
        if (withPayload)
        {
            writer.WritePropertyName("payload"u8);
            WritePayload(writer, PayloadOf(@event).Span);
        }
        else
        {
            writer.WriteString("subject"u8, @event.Subject);
        }
        if (@event is { Source: EventSource.Manual, Subject.Length: > 0 }) writer.WriteString("action"u8, @event.Subject);
        if (@event.Redelivered) writer.WriteBoolean("redelivered"u8, true);
        writer.WriteEndObject();
    }

    /// <summary>The object in UTF-8, without a line end.</summary>
    public static byte[] ToBytes(DaemonEvent @event)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + @event.PayloadLength);
        using (var writer = new Utf8JsonWriter(buffer, Format)) Write(writer, @event);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads one line back; false with a reason if it is not an event. Unknown members are passed over.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out DaemonEvent? @event, out string? error)
    {
        (@event, error) = (null, null);
        try
        {
            var reader = new Utf8JsonReader(line);
            var root = JsonElement.ParseValue(ref reader);
            @event = Parse(root);
            error = @event is null ? "id, timestamp, source, type or payload is missing" : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            error = e.Message;
        }
        return @event is not null;
    }

    /// <summary>The event that the object stands for; null if a member is missing.</summary>
    public static DaemonEvent? Parse(JsonElement root)
    {
        if (
            !TryParseHead(root, out var guid, out var time, out var source, out var typeName)
            || !root.TryGetProperty("payload"u8, out var payload)
        )
            return null;
        return new DaemonEvent
        {
            Id = guid,
            Timestamp = time,
            Source = source,
            Type = typeName,
            Subject = source == EventSource.Manual ? Action(root) : Subject(source, payload),
            Payload = JsonMarshal.GetRawUtf8Value(payload).ToArray(),
            Redelivered = root.TryGetProperty("redelivered"u8, out var redelivered) && redelivered.ValueKind == JsonValueKind.True,
        };
    }

    /// <summary>As <see cref="Parse(JsonElement)"/>, for an object that has the subject instead of the payload.</summary>
    public static DaemonEvent? Parse(JsonElement root, IPayloadStore journal, int length) =>
        TryParseHead(root, out var id, out var time, out var source, out var type)
        && root.TryGetProperty("subject"u8, out var subject)
        && subject.ValueKind == JsonValueKind.String
            ? DaemonEvent.InJournal(id, time, source, type, subject.GetString()!, length, journal)
            : null;

    /// <summary>
    /// The payload in one line of the journal, if the line is that event's; else null. Costs no document, for the line may have
    /// many megabytes.
    /// </summary>
    public static Range? FindPayload(ReadOnlySpan<byte> line, Guid id)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var isIt = false;
            Range? found = null;
            while (reader.Read())
            {
                if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 }) continue;
                if (reader.ValueTextEquals("id"u8)) isIt = reader.Read() && reader.TryGetGuid(out var told) && told == id;
                else if (reader.ValueTextEquals("payload"u8) && reader.Read())
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    found = start..(int)reader.BytesConsumed;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
            return isIt ? found : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryParseHead(JsonElement root, out Guid id, out DateTimeOffset time, out EventSource source, out string type)
    {
        (id, time, source, type) = (default, default, default, "");
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("id"u8, out var guid) || !guid.TryGetGuid(out id)
            || !root.TryGetProperty("timestamp"u8, out var timestamp) || !timestamp.TryGetDateTimeOffset(out time)
            || !root.TryGetProperty("source"u8, out var word) || !TryParseSource(word.GetString(), out source)
            || !root.TryGetProperty("type"u8, out var name) || name.GetString() is not { } typeName)
            return false;
        (time, type) = (time.ToUniversalTime(), typeName);
        return true;
    }

    // What cannot be read any more is shown as nothing; whoever runs an action of the event asks for the payload itself, and fails.
    private static ReadOnlyMemory<byte> PayloadOf(DaemonEvent @event)
    {
        try
        {
            return @event.Payload;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "null"u8.ToArray();
        }
    }

    private static string Action(JsonElement root) =>
        root.TryGetProperty("action"u8, out var action) && action.ValueKind == JsonValueKind.String ? action.GetString()! : "";

    private static string Subject(EventSource source, JsonElement payload)
    {
        var key = source switch
        {
            EventSource.Watch => "path",
            EventSource.Schedule => "job_id",
            EventSource.Webhook => "endpoint",
            EventSource.Daemon => "rule_id",
            _ => null,
        };
        // The exact bytes of a name that is not text, see Platform/NativePath.
        if (
            source == EventSource.Watch
            && payload.ValueKind == JsonValueKind.Object
            && payload.TryGetProperty("path_base64"u8, out var exact)
            && exact.ValueKind == JsonValueKind.String
            && exact.TryGetBytesFromBase64(out var bytes)
        )
            return NativePath.FromBytes(bytes);
        return key is not null && payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(key, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }

    // Line breaks in valid JSON are nothing but white space: as blanks they leave its meaning and keep the event on its line.
    private static void WritePayload(Utf8JsonWriter writer, ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            writer.WriteRawValue(payload, skipInputValidation: true);
            return;
        }
        var flat = payload.ToArray();
        flat.AsSpan().Replace((byte)'\n', (byte)' ');
        flat.AsSpan().Replace((byte)'\r', (byte)' ');
        writer.WriteRawValue(flat, skipInputValidation: true);
    }
}
