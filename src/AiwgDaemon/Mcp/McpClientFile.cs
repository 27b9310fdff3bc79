using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AiwgDaemon.Mcp;

/// <summary>Adds our server to the file of a client; whatever else is in the file stays as it is written. Pure.</summary>
internal static class McpClientFile
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The new content; null if the file has this very server already.</summary>
    /// <param name="client">Whose file.</param>
    /// <param name="content">As it is; empty if there is none.</param>
    /// <param name="words">The program and its arguments.</param>
    /// <exception cref="McpFileException">The file cannot be changed without a risk for what is in it; the message says why.</exception>
    public static string? Add(McpHost client, string content, IReadOnlyList<string> words) =>
        client.IsToml ? AddToml(content, words) : AddJson(client, content, words);

    private static string? AddToml(string content, IReadOnlyList<string> words)
    {
        var entry = McpHost.Toml(words);
        var lines = content.ReplaceLineEndings("\n");
        if (lines.Contains(entry, StringComparison.Ordinal)) return null;
        if (lines.Contains($"mcp_servers.{McpHost.Server}", StringComparison.Ordinal))
            throw new McpFileException($"has another server '{McpHost.Server}'");
        return content.Length == 0 ? entry : $"{content.TrimEnd()}\n\n{entry}";
    }

    private static string? AddJson(McpHost client, string content, IReadOnlyList<string> words)
    {
        using var document = Parse(content);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new McpFileException("is no JSON object");
        var section = Member(root, client.Section);
        if (section is { ValueKind: not JsonValueKind.Object }) throw new McpFileException($"has something else as '{client.Section}'");
        if (section is { } servers && Member(servers, McpHost.Server) is { } ours)
        {
            if (JsonElement.DeepEquals(ours, Entry(client, words))) return null;
            throw new McpFileException($"has another server '{McpHost.Server}'");
        }
        return Write(json =>
        {
            json.WriteStartObject();
            foreach (var member in root.EnumerateObject().Where(member => member.Name != client.Section)) Copy(json, member);
            json.WriteStartObject(client.Section);
            if (section is { } others) foreach (var member in others.EnumerateObject()) Copy(json, member);
            json.WritePropertyName(McpHost.Server);
            client.Write(json, words);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static JsonDocument Parse(string content)
    {
        try
        {
            return JsonDocument.Parse(string.IsNullOrWhiteSpace(content) ? "{}" : content);
        }
        catch (JsonException)
        {
            // A comment, for instance: written anew, the file would lose it.
            throw new McpFileException("is no plain JSON (a comment, for instance, would be lost)");
        }
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? member : null;

    private static JsonElement Entry(McpHost client, IReadOnlyList<string> words)
    {
        using var document = JsonDocument.Parse(Write(json => client.Write(json, words)));
        return document.RootElement.Clone();
    }

    private static void Copy(Utf8JsonWriter json, JsonProperty member)
    {
        json.WritePropertyName(member.Name);
        json.WriteRawValue(member.Value.GetRawText());
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}

/// <summary>Why a file of a client is left as it is, to stand after its name.</summary>
internal sealed class McpFileException(string message) : Exception(message);
