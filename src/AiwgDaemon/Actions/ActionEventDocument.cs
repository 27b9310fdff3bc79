using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Actions;

/// <summary>What an action gets of its events: one JSON document, and the exact bytes of the paths.</summary>
internal static class ActionEventDocument
{
    /// <summary>The first event; with <c>coalesced</c>, the others that share this run, where there are any.</summary>
    public static ReadOnlyMemory<byte> Json(IReadOnlyList<DaemonEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + events[0].Payload.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WriteProperties(writer, events[0]);
            if (events.Count > 1)
            {
                writer.WriteStartArray("coalesced");
                foreach (var other in events.Skip(1))
                {
                    writer.WriteStartObject();
                    WriteProperties(writer, other);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>The path that an event is about, escaped bytes included; null where it has none.</summary>
    public static string? Path(DaemonEvent cause)
    {
        if (cause.Source != EventSource.Watch && cause.Payload.Span.IndexOf("\"path"u8) < 0) return null;
        if (cause.PayloadJson is not { ValueKind: JsonValueKind.Object } payload) return null;
        if (payload.TryGetProperty("path_base64"u8, out var exact) && exact.ValueKind == JsonValueKind.String && exact.TryGetBytesFromBase64(out var bytes))
            return NativePath.FromBytes(bytes);
        return payload.TryGetProperty("path"u8, out var path) && path.ValueKind == JsonValueKind.String ? path.GetString() : null;
    }

    /// <summary>The distinct paths of all events, each ended by a NUL; empty where there is none.</summary>
    public static ReadOnlyMemory<byte> Paths(IReadOnlyList<DaemonEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cause in events)
        {
            if (Path(cause) is not { } path || !seen.Add(path)) continue;
            buffer.Write(NativePath.ToBytes(path));
            buffer.Write([(byte)0]);
        }
        return buffer.WrittenMemory;
    }

    public static string SourceName(EventSource source) => source switch
    {
        EventSource.Watch => "watch",
        EventSource.Schedule => "schedule",
        EventSource.Webhook => "webhook",
        EventSource.Manual => "manual",
        _ => "daemon",
    };

    private static void WriteProperties(Utf8JsonWriter writer, DaemonEvent cause)
    {
        writer.WriteString("id"u8, cause.Id);
        writer.WriteString("timestamp"u8, cause.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        writer.WriteString("source"u8, SourceName(cause.Source));
        writer.WriteString("type"u8, cause.Type);
        writer.WritePropertyName("payload"u8);
        // One valid value already: DaemonEvent's promise.
        writer.WriteRawValue(cause.Payload.Span, skipInputValidation: true);
        if (cause.Redelivered) writer.WriteBoolean("redelivered"u8, true);
    }
}
