using System.Text;
using System.Text.Json;

namespace AiwgDaemon.Mcp;

/// <summary>A coding agent or editor that speaks MCP, and where a project says which servers it has.</summary>
/// <param name="Name">The word of <c>mcp install --client</c>.</param>
/// <param name="File">Relative to the project.</param>
/// <param name="Section">The member of that file's object that holds servers by name; empty for TOML.</param>
/// <param name="Write">Writes the value of our server: the program and its arguments.</param>
internal sealed record McpHost(string Name, string File, string Section, Action<Utf8JsonWriter, IReadOnlyList<string>> Write)
{
    /// <summary>What our server is called there.</summary>
    public const string Server = "aiwg";

    /// <summary>Each client's own documentation says where its file is and what is in it.</summary>
    public static IReadOnlyList<McpHost> All { get; } =
    [
        new("claude", ".mcp.json", "mcpServers", Program),
        new("codex", ".codex/config.toml", "", Program),
        new("cursor", ".cursor/mcp.json", "mcpServers", Program),
        new("vscode", ".vscode/mcp.json", "servers", TypedProgram),
        new("opencode", "opencode.json", "mcp", OneCommand),
        new("gemini", ".gemini/settings.json", "mcpServers", Program),
    ];

    public bool IsToml => Section.Length == 0;

    /// <summary>The entry alone, as TOML: the table of our server.</summary>
    public static string Toml(IReadOnlyList<string> words)
    {
        var text = new StringBuilder($"[mcp_servers.{Server}]\ncommand = {Quoted(words[0])}\nargs = [");
        return text.AppendJoin(", ", words.Skip(1).Select(Quoted)).Append("]\n").ToString();

        // A basic string of TOML has the escapes of JSON.
        static string Quoted(string word) => $"\"{JsonEncodedText.Encode(word)}\"";
    }

    private static void Program(Utf8JsonWriter json, IReadOnlyList<string> words)
    {
        json.WriteStartObject();
        ProgramMembers(json, words);
        json.WriteEndObject();
    }

    private static void TypedProgram(Utf8JsonWriter json, IReadOnlyList<string> words)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "stdio"u8);
        ProgramMembers(json, words);
        json.WriteEndObject();
    }

    private static void OneCommand(Utf8JsonWriter json, IReadOnlyList<string> words)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "local"u8);
        Words(json, "command", words);
        json.WriteEndObject();
    }

    private static void ProgramMembers(Utf8JsonWriter json, IReadOnlyList<string> words)
    {
        json.WriteString("command"u8, words[0]);
        Words(json, "args", words.Skip(1));
    }

    private static void Words(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words) json.WriteStringValue(word);
        json.WriteEndArray();
    }
}
