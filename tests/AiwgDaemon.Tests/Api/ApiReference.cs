using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Api.Schema;

namespace AiwgDaemon.Tests.Api;

/// <summary>The table of operations as a page for people who write clients.</summary>
internal static class ApiReference
{
    private const string Head = """
        # Methods of the control socket

        <!-- Generated from the table of operations by tests/AiwgDaemon.Tests/Api/ApiTableTests.cs -->

        JSON-RPC 2.0 on the socket `.aiwg/daemon/daemon.sock` (a named pipe on Windows), one document a line, at most 1 MiB. Only the user who runs
        the daemon and root get in. Parameters go by name. `aiwg-daemon api schema` prints the same as an OpenRPC document with JSON Schemas.

        What a method may do is one word: **read** changes nothing, **submit** gives the daemon something to do, **control** changes what the daemon
        does. Members and methods are added in later versions; none is removed, and none changes its meaning. Members that a table marks with `?` may
        be missing.

        ```
        > {"jsonrpc":"2.0","id":1,"method":"event.emit","params":{"type":"deploy.requested","payload":{"ref":"main"}}}
        < {"jsonrpc":"2.0","id":1,"result":{"id":"019aca2e-6f1b-7c51-a53b-4f1c9a27b0de"}}
        ```

        An event stream (`event.subscribe`) sends notifications: `event` with `subscription` and `event`, and, if the client is slow, `event.missed` with
        `subscription` and `missed`, the number of events that were left out at this place.

        | error | means |
        |---|---|
        | -32700, -32600 | the message is no JSON, or no JSON-RPC request |
        | -32601 | there is no such method |
        | -32602 | a parameter is missing or wrong; the message names it |
        | -32603 | the daemon failed in a way that it did not foresee |
        | -32001 | there is no such action, dead letter, rule, event or task |
        | -32002 | the configuration is not valid; `data` has its errors |
        | -32003 | the daemon is stopping, its event bus is full, or its disk refuses |
        | -32004 | this connection has as many event streams as it may |
        | -32005 | the client runs as another user |

        """;

    public static string Markdown()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        var named = new SortedDictionary<string, JsonSchema>(StringComparer.Ordinal);
        foreach (var operation in ApiTable.All)
        {
            text.Append($"\n## `{operation.Name}`\n\n{operation.Summary} ({AccessWords.Of(operation.Access)})\n");
            if (operation.Parameters() is { Count: > 0 } parameters)
            {
                text.Append("\n| parameter | value | meaning |\n|---|---|---|\n");
                foreach (var parameter in parameters)
                    text.Append($"| `{parameter.Name}{(parameter.IsRequired ? "" : "?")}` | {Value(parameter.Schema, named)} | ")
                        .Append($"{Escape(parameter.Schema.About)} |\n");
            }
            var result = operation.Result();
            if (result.Name is not null || result.Members.Count == 0) text.Append($"\nAnswers {Value(result, named)}.\n");
            else Table(text, "answer", result, named);
        }
        text.Append("\n# Objects\n");
        var written = new HashSet<string>(StringComparer.Ordinal);
        while (named.FirstOrDefault(entry => !written.Contains(entry.Key)) is { Key: { } name, Value: var schema })
        {
            written.Add(name);
            text.Append($"\n## {name}\n");
            Table(text, "member", schema, named);
        }
        return text.ToString();
    }

    private static void Table(StringBuilder text, string title, JsonSchema schema, SortedDictionary<string, JsonSchema> named)
    {
        text.Append($"\n| {title} | value | meaning |\n|---|---|---|\n");
        Rows(text, "", schema, named);
    }

    private static void Rows(StringBuilder text, string path, JsonSchema schema, SortedDictionary<string, JsonSchema> named)
    {
        foreach (var member in schema.Members)
        {
            text.Append($"| `{path}{member.Name}{(member.IsRequired ? "" : "?")}` | {Value(member.Schema, named)} | ")
                .Append($"{Escape(member.Schema.About)} |\n");
            var inner = member.Schema.Item ?? member.Schema;
            if (inner.Name is null) Rows(text, $"{path}{member.Name}{(member.Schema.Item is null ? "" : "[]")}.", inner, named);
        }
    }

    private static string Value(JsonSchema schema, SortedDictionary<string, JsonSchema> named)
    {
        if (schema.Name is not null) named.TryAdd(schema.Name, schema);
        return schema switch
        {
            { Name: { } name } => $"[{name}](#{name.ToLowerInvariant()})",
            { Any.Count: > 0 } => string.Join(" or ", schema.Any.Select(one => Value(one, named))),
            { Type: "array" } => $"list of {Value(schema.Item!, named)}",
            { Type: "object", Item: { } item } => $"object of {Value(item, named)}",
            { Words.Count: > 0 } => string.Join(", ", schema.Words.Select(word => $"`{word}`")),
            { Format: { } format } => format,
            { Type: { } type } => type,
            _ => "any",
        };
    }

    private static string Escape(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
