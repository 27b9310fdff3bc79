using System.Globalization;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Api;

namespace AiwgDaemon.Mcp;

/// <summary>Lists of the protocol by the page. A cursor is the client's to keep, and nobody's to read.</summary>
internal static class McpPages
{
    private const int Size = 50;

    public static JsonElement Of(string name, IReadOnlyList<Action<Utf8JsonWriter>> items, JsonElement parameters)
    {
        var from = Start(parameters);
        return McpJson.Of(json =>
        {
            json.WriteStartArray(name);
            foreach (var item in items.Skip(from).Take(Size)) item(json);
            json.WriteEndArray();
            if (from + Size < items.Count) json.WriteString("nextCursor"u8, Cursor(from + Size));
        });
    }

    private static string Cursor(int at) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"at:{at}")));

    private static int Start(JsonElement parameters)
    {
        if (McpJson.Member(parameters, "cursor").ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return 0;
        Span<byte> bytes = stackalloc byte[32];
        return McpJson.Text(parameters, "cursor") is { } cursor
            && Convert.TryFromBase64String(cursor, bytes, out var length)
            && bytes[..length].StartsWith("at:"u8)
            && int.TryParse(bytes[3..length], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? at
            : throw new McpException(ApiError.InvalidParams, "The cursor is none of this server's");
    }
}
