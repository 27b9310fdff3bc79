using System.Text.Json;

namespace AiwgDaemon.Mcp;

/// <summary>What goes to the client: one message a line, whole, from any thread. A client that is gone ends the server.</summary>
internal sealed class McpOutput(Stream output)
{
    private readonly Lock _gate = new();

    /// <param name="id">As the client wrote it; undefined for a message that belongs to no request.</param>
    /// <param name="result">The answer.</param>
    public void Answer(JsonElement id, JsonElement result) =>
        Send(json =>
        {
            WriteId(json, id);
            json.WritePropertyName("result"u8);
            result.WriteTo(json);
        });

    public void Refuse(JsonElement id, int code, string message) =>
        Send(json =>
        {
            WriteId(json, id);
            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8, code);
            json.WriteString("message"u8, message);
            json.WriteEndObject();
        });

    public void Notify(string method, Action<Utf8JsonWriter> parameters) =>
        Send(json =>
        {
            json.WriteString("method"u8, method);
            json.WriteStartObject("params"u8);
            parameters(json);
            json.WriteEndObject();
        });

    private static void WriteId(Utf8JsonWriter json, JsonElement id)
    {
        json.WritePropertyName("id"u8);
        if (id.ValueKind == JsonValueKind.Undefined) json.WriteNullValue();
        else id.WriteTo(json);
    }

    private void Send(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, McpJson.Format))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            members(json);
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        lock (_gate)
        {
            output.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            output.Flush();
        }
    }
}
