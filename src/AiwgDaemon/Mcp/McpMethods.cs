using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Mcp;

/// <summary>The methods of the protocol: initialization, tools, resources, prompts, completion, logging.</summary>
internal sealed class McpMethods(
    ToolCaller tools,
    McpResources resources,
    McpSubscriptions subscriptions,
    McpPrompts prompts,
    McpLog log,
    McpOutput output
)
{
    private static readonly string[] Versions = ["2025-11-25", "2025-06-18"];

    private const string Instructions =
        "Tools of the background daemon of this project: it watches files, fires scheduled jobs, takes webhooks, and runs actions and "
        + "tasks of coding agents. Begin with 'status'. If a rule did not fire, ask 'rules_test' with the event's id from 'events_list'. "
        + "If a run failed, read 'run_log'. Lists are short; each tool says how to get more.";

    /// <summary>True if it may take long, and is answered beside others.</summary>
    public static bool MayWait(string method) => method is "tools/call" or "resources/read" or "resources/list" or "completion/complete";

    public async Task<JsonElement> CallAsync(string method, JsonElement parameters, CancellationToken token) => method switch
    {
        "initialize" => Initialize(parameters),
        "ping" => McpJson.Empty,
        "tools/list" => McpPages.Of("tools", [.. tools.Tools.Select(tool => (Action<Utf8JsonWriter>)tool.WriteTo)], parameters),
        "tools/call" => await tools.CallAsync(parameters, ProgressOf(parameters), token),
        "resources/list" => McpPages.Of("resources", await resources.ListAsync(token), parameters),
        "resources/templates/list" => McpPages.Of("resourceTemplates", McpResources.Templates, parameters),
        "resources/read" => await ReadAsync(Uri(parameters), token),
        "resources/subscribe" => await SubscribeAsync(Uri(parameters)),
        "resources/unsubscribe" => Unsubscribe(Uri(parameters)),
        "prompts/list" => McpPages.Of("prompts", prompts.List(), parameters),
        "prompts/get" => prompts.Get(parameters),
        "completion/complete" => await CompleteAsync(parameters, token),
        "logging/setLevel" => SetLevel(parameters),
        _ => throw new McpException(ApiError.MethodNotFound, $"There is no method '{method}'"),
    };

    private static JsonElement Initialize(JsonElement parameters)
    {
        var asked = McpJson.Text(parameters, "protocolVersion")
            ?? throw new McpException(ApiError.InvalidParams, "The parameter 'protocolVersion' is missing");
        return McpJson.Of(json =>
        {
            // Of a version that is not known here the client gets the newest that is, and decides.
            json.WriteString("protocolVersion"u8, Versions.Contains(asked) ? asked : Versions[0]);
            json.WriteStartObject("capabilities"u8);
            Capability(json, "tools", "listChanged", false);
            json.WriteStartObject("resources"u8);
            json.WriteBoolean("subscribe"u8, true);
            json.WriteBoolean("listChanged"u8, false);
            json.WriteEndObject();
            Capability(json, "prompts", "listChanged", false);
            json.WriteStartObject("logging"u8);
            json.WriteEndObject();
            json.WriteStartObject("completions"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("serverInfo"u8);
            json.WriteString("name"u8, "aiwg-daemon"u8);
            json.WriteString("title"u8, "AIWG daemon"u8);
            json.WriteString("version"u8, Product.Version);
            json.WriteEndObject();
            json.WriteString("instructions"u8, Instructions);
        });
    }

    private static void Capability(Utf8JsonWriter json, string name, string member, bool value)
    {
        json.WriteStartObject(name);
        json.WriteBoolean(member, value);
        json.WriteEndObject();
    }

    private static string Uri(JsonElement parameters) =>
        McpJson.Text(parameters, "uri") ?? throw new McpException(ApiError.InvalidParams, "The parameter 'uri' is missing");

    private JsonElement SetLevel(JsonElement parameters)
    {
        log.SetLevel(McpJson.Text(parameters, "level"));
        return McpJson.Empty;
    }

    private async Task<JsonElement> ReadAsync(string uri, CancellationToken token)
    {
        var (type, text) = await resources.ReadAsync(uri, token);
        return McpJson.Of(json =>
        {
            json.WriteStartArray("contents"u8);
            json.WriteStartObject();
            json.WriteString("uri"u8, uri);
            json.WriteString("mimeType"u8, type);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    private async Task<JsonElement> SubscribeAsync(string uri)
    {
        await subscriptions.AddAsync(uri);
        return McpJson.Empty;
    }

    private JsonElement Unsubscribe(string uri)
    {
        subscriptions.Remove(uri);
        return McpJson.Empty;
    }

    private async Task<JsonElement> CompleteAsync(JsonElement parameters, CancellationToken token)
    {
        const int Most = 100;
        var (reference, argument) = (McpJson.Member(parameters, "ref"), McpJson.Member(parameters, "argument"));
        if (McpJson.Text(reference, "type") is not ("ref/resource" or "ref/prompt") || McpJson.Text(argument, "value") is not { } begun)
            throw new McpException(ApiError.InvalidParams, "'ref' with its type, and 'argument' with its value, are needed");
        IReadOnlyList<string> ids = McpJson.Text(reference, "uri") is McpResources.Task or McpResources.Log
            ? await resources.IdsAsync(McpJson.Text(reference, "uri")!, token)
            : [];
        var fitting = ids.Where(id => id.StartsWith(begun, StringComparison.Ordinal)).ToList();
        return McpJson.Of(json =>
        {
            json.WriteStartObject("completion"u8);
            json.WriteStartArray("values"u8);
            foreach (var id in fitting.Take(Most)) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteNumber("total"u8, fitting.Count);
            json.WriteBoolean("hasMore"u8, fitting.Count > Most);
            json.WriteEndObject();
        });
    }

    private Action<int, int, string> ProgressOf(JsonElement parameters)
    {
        var progressToken = McpJson.Member(McpJson.Member(parameters, "_meta"), "progressToken");
        if (progressToken.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return static (_, _, _) => { };
        return (done, total, message) => output.Notify("notifications/progress", json =>
        {
            json.WritePropertyName("progressToken"u8);
            progressToken.WriteTo(json);
            json.WriteNumber("progress"u8, done);
            json.WriteNumber("total"u8, total);
            json.WriteString("message"u8, message);
        });
    }
}
