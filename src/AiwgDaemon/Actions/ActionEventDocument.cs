using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Actions;

/// <summary>What an action gets of its events: one JSON document, and the exact bytes of the paths.</summary>
internal static class ActionEventDocument
{
    /// <summary>What the document may have at most, but for its first event; in bytes.</summary>
    public const int Largest = 16 * 1024 * 1024;

    /// <summary>
    /// The first event; with <c>coalesced</c>, the others that share this run, if there are any. Those beyond
    /// <see cref="Largest"/> are counted by <c>coalesced_omitted</c>. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if the first event's payload cannot be read any more.
    /// </summary>
    public static ReadOnlyMemory<byte> Json(IReadOnlyList<DaemonEvent> events)
    {
        // An action must not run with nothing instead of its event.
        _ = events[0].Payload;
        var first = EventJson.ToBytes(events[0]);
        if (events.Count == 1) return first;
        var document = new ArrayBufferWriter<byte>(first.Length * 2);
        // Reopened before its last brace.
        document.Write(first.AsSpan(0, first.Length - 1));
        document.Write(",\"coalesced\":["u8);
        var (i, separator) = (1, false);
        for (; i < events.Count && document.WrittenCount - first.Length < Largest - events[i].PayloadLength; i++)
        {
            if (separator) document.Write(","u8);
            document.Write(EventJson.ToBytes(events[i]));
            separator = true;
        }
        document.Write("]"u8);
        if (i < events.Count)
            document.Write(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"coalesced_omitted\":{events.Count - i}"))
            );
        document.Write("}"u8);
        return document.WrittenMemory;
    }

    /// <summary>As <see cref="Json"/>, with a message under the names by which chat services take one: <c>text</c> and
    /// <c>content</c>.</summary>
    public static ReadOnlyMemory<byte> Json(IReadOnlyList<DaemonEvent> events, string message)
    {
        var document = Json(events);
        if (message.Length == 0) return document;
        // As bytes: the name of a file may have halves of surrogate pairs, which JSON cannot have.
        var said = JsonEncodedText.Encode(Encoding.UTF8.GetBytes(message)).EncodedUtf8Bytes;
        return (byte[])[.. document.Span[..^1], .. ",\"text\":\""u8, .. said, .. "\",\"content\":\""u8, .. said, .. "\"}"u8];
    }

    /// <summary>The path that an event is about, escaped bytes included; null if it has none.</summary>
    public static string? Path(DaemonEvent cause)
    {
        if (cause.Source != EventSource.Watch && cause.Payload.Span.IndexOf("\"path"u8) < 0)
            return null;
        if (cause.PayloadJson is not { ValueKind: JsonValueKind.Object } payload)
            return null;
        if (
            payload.TryGetProperty("path_base64"u8, out var exact)
            && exact.ValueKind == JsonValueKind.String
            && exact.TryGetBytesFromBase64(out var bytes)
        )
            return NativePath.FromBytes(bytes);
        return payload.TryGetProperty("path"u8, out var path) && path.ValueKind == JsonValueKind.String ? path.GetString() : null;
    }

    /// <summary>The distinct paths of all events, each ended by a NUL; empty if there is none.</summary>
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
}
