using System.Text;
using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Mcp;

/// <summary>
/// The files <c>prompts/*.md</c> of the project. The first heading is the description; each <c>{{name}}</c> is an argument.
/// </summary>
internal sealed class McpPrompts(string project)
{
    private const int Longest = 256 * 1024;

    private string Folder => Path.Combine(project, "prompts");

    public IReadOnlyList<Action<Utf8JsonWriter>> List() =>
        [.. Names().Select(name => (Action<Utf8JsonWriter>)(json => Write(json, name, Read(name))))];

    /// <summary>The result of <c>prompts/get</c>.</summary>
    public JsonElement Get(JsonElement parameters)
    {
        var name = McpJson.Text(parameters, "name") ?? throw new McpException(ApiError.InvalidParams, "The prompt's name is missing");
        if (!Names().Contains(name)) throw new McpException(ApiError.InvalidParams, $"There is no prompt '{name}'");
        var (text, given) = (Read(name), McpJson.Member(parameters, "arguments"));
        if (text.Names.FirstOrDefault(argument => McpJson.Text(given, argument) is null) is { } missing)
            throw new McpException(ApiError.InvalidParams, $"The argument '{missing}' of the prompt '{name}' is missing");
        var filled = text.With(argument => McpJson.Text(given, argument)!);
        return McpJson.Of(json =>
        {
            json.WriteString("description"u8, Description(name, text));
            json.WriteStartArray("messages"u8);
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WriteStartObject("content"u8);
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, filled);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, string name, PromptText text)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("description"u8, Description(name, text));
        json.WriteStartArray("arguments"u8);
        foreach (var argument in text.Names)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, argument);
            json.WriteBoolean("required"u8, true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Description(string name, PromptText text) => text.Heading ?? $"The prompt prompts/{name}.md";

    private PromptText Read(string name)
    {
        try
        {
            return new(Encoding.UTF8.GetString(SecureFile.ReadAll(Path.Combine(Folder, name + ".md"), Longest)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new McpException(ApiError.InternalError, $"The prompt '{name}' cannot be read: {e.Message}");
        }
    }

    private IReadOnlyList<string> Names()
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(Folder, "*.md")
                    .Select(file => Path.GetFileNameWithoutExtension(file))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no such directory: a project need not have prompts.
            return [];
        }
    }
}
