using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Api;

namespace AiwgDaemon.Control;

/// <summary>The notifications of an event stream, each a line: <c>event</c> and <c>event.missed</c>.</summary>
internal static class StreamMessages
{
    public static ReadOnlyMemory<byte> Of(int subscription, StreamItem item)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, EventJson.Format))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteString("method"u8, item.Event is null ? "event.missed"u8 : "event"u8);
            writer.WriteStartObject("params"u8);
            writer.WriteNumber("subscription"u8, subscription);
            if (item.Event is null)
            {
                writer.WriteNumber("missed"u8, item.Missed);
            }
            else
            {
                writer.WritePropertyName("event"u8);
                EventJson.Write(writer, item.Event);
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
