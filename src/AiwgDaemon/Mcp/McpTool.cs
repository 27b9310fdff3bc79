using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Api.Schema;

namespace AiwgDaemon.Mcp;

/// <summary>An operation as agents see it.</summary>
/// <param name="Name">As agents call it.</param>
/// <param name="Operation">The operation's name.</param>
/// <param name="Title">For people.</param>
/// <param name="About">When to use it, for the agent.</param>
internal sealed record McpTool(string Name, string Operation, string Title, string About)
{
    private Operation? _row;

    /// <summary>The parameters that an agent may give, one with <c>!</c> is required; all of the operation's if there are none
    /// here.</summary>
    public string[] Only { get; init; } = [];

    /// <summary>How many items are answered if the agent does not say; 0 if the operation has no such parameter.</summary>
    public int Page { get; init; }

    /// <summary>Longer texts within the answer are cut, with how much is left out.</summary>
    public int LongestText { get; init; } = 20_000;

    /// <summary>It may end something.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>The second call with the same parameters changes nothing more.</summary>
    public bool IsIdempotent { get; init; }

    public Operation Row => _row ??= ApiTable.Find(Operation)!;

    public IReadOnlyList<Parameter> Parameters =>
        Only.Length == 0
            ? Row.Parameters()
            :
            [
                .. Only.Select(name =>
                    Row.Parameters().First(p => p.Name == name.TrimEnd('!')) is var parameter && name.EndsWith('!')
                        ? parameter with { IsRequired = true }
                        : parameter
                ),
            ];

    /// <summary>Answers of tools are objects: a list becomes the member <c>items</c>.</summary>
    public bool IsList => Row.Result() is { Type: "array" };

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, Name);
        json.WriteString("title"u8, Title);
        json.WriteString("description"u8, About);
        json.WritePropertyName("inputSchema"u8);
        var parameters = Parameters.Select(p => (p.IsRequired ? p.Name : p.Name + "?", p.Schema)).ToArray();
        WriteSchema(json, JsonSchema.Object(parameters));
        json.WritePropertyName("outputSchema"u8);
        WriteSchema(json, IsList ? JsonSchema.Object(("items", Row.Result())) : Row.Result() with { Name = null });
        json.WriteStartObject("annotations"u8);
        json.WriteString("title"u8, Title);
        json.WriteBoolean("readOnlyHint"u8, Row.Access == Access.Read);
        if (Row.Access != Access.Read)
        {
            json.WriteBoolean("destructiveHint"u8, IsDestructive);
            json.WriteBoolean("idempotentHint"u8, IsIdempotent);
        }
        json.WriteBoolean("openWorldHint"u8, false);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, JsonSchema schema) => new SchemaWriter(json, "#/$defs/").WriteDocument(schema);
}
