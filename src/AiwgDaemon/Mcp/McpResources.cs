using System.Text.Json;
using AiwgDaemon.Api;

namespace AiwgDaemon.Mcp;

/// <summary>What an agent may read by an address: <c>aiwg://status</c>, <c>aiwg://config</c>, tasks, and the output of runs.</summary>
internal sealed class McpResources(DaemonDoor door)
{
    public const string Task = "aiwg://tasks/{id}";
    public const string Log = "aiwg://runs/{id}/log";

    private const string Status = "aiwg://status";
    private const string Config = "aiwg://config";
    private const int MostListed = 200;

    /// <summary>The resources that there are now.</summary>
    public async Task<IReadOnlyList<Action<Utf8JsonWriter>>> ListAsync(CancellationToken token)
    {
        List<Action<Utf8JsonWriter>> all =
        [
            json => Write(json, Status, "status", "Status of the daemon", "application/json"),
            json => Write(json, Config, "config", "The effective configuration", "application/yaml"),
        ];
        foreach (var id in await IdsAsync(Task, token))
            all.Add(json => Write(json, $"aiwg://tasks/{id}", id, $"Task {id}", "application/json"));
        foreach (var id in await IdsAsync(Log, token))
            all.Add(json => Write(json, $"aiwg://runs/{id}/log", $"{id}.log", $"Output of run {id}", "text/plain"));
        return all;
    }

    public static IReadOnlyList<Action<Utf8JsonWriter>> Templates { get; } =
        [
            json => WriteTemplate(json, Task, "task", "A task of a coding agent", "application/json"),
            json => WriteTemplate(json, Log, "run-log", "What a run has printed: its end", "text/plain"),
        ];

    /// <summary>The ids that fit into a template, newest first.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string template, CancellationToken token)
    {
        try
        {
            var limit = McpJson.Of(static json => json.WriteNumber("limit"u8, MostListed));
            var answer = await door.CallAsync(ApiTable.Find(template == Task ? "task.list" : "action.list")!, limit, token);
            var items = template == Task ? answer : answer.GetProperty("actions"u8);
            return [.. items.EnumerateArray().Select(item => McpJson.Text(item, "id")!)];
        }
        catch (ApiException)
        {
            // No daemon has run here, or its files cannot be read: status says so, and nothing is to be listed.
            return [];
        }
    }

    /// <summary>The type and the text behind an address.</summary>
    public async Task<(string Type, string Text)> ReadAsync(string uri, CancellationToken token)
    {
        try
        {
            if (uri == Status) return ("application/json", (await CallAsync("daemon.summary", null, null, token)).GetRawText());
            if (uri == Config) return ("application/yaml", McpJson.Text(await CallAsync("config.show", null, null, token), "text")!);
            if (Between(uri, "aiwg://tasks/", "") is { } task)
                return ("application/json", (await CallAsync("task.get", "taskId", task, token)).GetRawText());
            if (Between(uri, "aiwg://runs/", "/log") is { } run)
                return ("text/plain", McpJson.Text(await CallAsync("action.log", "id", run, token), "text")!);
        }
        catch (ApiException e)
        {
            throw new McpException(McpException.ResourceNotFound, $"{uri}: {e.Message}");
        }
        throw new McpException(McpException.ResourceNotFound, $"There is no resource '{uri}'");
    }

    private Task<JsonElement> CallAsync(string operation, string? name, string? value, CancellationToken token) =>
        door.CallAsync(
            ApiTable.Find(operation)!,
            name is null ? McpJson.Empty : McpJson.Of(json => json.WriteString(name, value)),
            token
        );

    private static string? Between(string uri, string before, string behind) =>
        uri.Length > before.Length + behind.Length
        && uri.StartsWith(before, StringComparison.Ordinal)
        && uri.EndsWith(behind, StringComparison.Ordinal)
            ? Uri.UnescapeDataString(uri[before.Length..^behind.Length])
            : null;

    private static void Write(Utf8JsonWriter json, string uri, string name, string title, string type) =>
        Write(json, "uri", uri, name, title, type);

    private static void WriteTemplate(Utf8JsonWriter json, string uri, string name, string title, string type) =>
        Write(json, "uriTemplate", uri, name, title, type);

    private static void Write(Utf8JsonWriter json, string key, string uri, string name, string title, string type)
    {
        json.WriteStartObject();
        json.WriteString(key, uri);
        json.WriteString("name"u8, name);
        json.WriteString("title"u8, title);
        json.WriteString("mimeType"u8, type);
        json.WriteEndObject();
    }
}
