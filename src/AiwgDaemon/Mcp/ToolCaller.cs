using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Api;

namespace AiwgDaemon.Mcp;

/// <summary>
/// Calls tools, within what this server allows. What cannot be done is an answer that tells the agent what to do instead.
/// </summary>
/// <param name="door">The operations.</param>
/// <param name="allowed">Nothing beyond it is listed or called.</param>
internal sealed class ToolCaller(DaemonDoor door, Access allowed)
{
    private const int LongestWait = 50;
    private const int Step = 5;

    // Tasks that this session has submitted: no other one may be cancelled.
    private readonly ConcurrentDictionary<string, bool> _own = new(StringComparer.Ordinal);

    public IEnumerable<McpTool> Tools => McpTools.Within(allowed);

    /// <summary>The result of <c>tools/call</c>.</summary>
    /// <param name="parameters">Of the request.</param>
    /// <param name="progress">Is told how long it has waited of how many seconds, and how things stand.</param>
    /// <param name="token">Ends it.</param>
    public async Task<JsonElement> CallAsync(JsonElement parameters, Action<int, int, string> progress, CancellationToken token)
    {
        var name = McpJson.Text(parameters, "name") ?? throw new McpException(ApiError.InvalidParams, "The tool's name is missing");
        var tool = McpTools.Find(name) ?? throw new McpException(ApiError.InvalidParams, $"There is no tool '{name}'");
        var arguments = McpJson.Member(parameters, "arguments");
        try
        {
            if (arguments.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) arguments = McpJson.Empty;
            Check(tool, arguments);
            var answer = tool.Name == "task_wait"
                ? await WaitAsync(tool, arguments, progress, token)
                : await door.CallAsync(tool.Row, WithPage(tool, arguments), token);
            if (tool.Name == "task_submit") _own[McpJson.Text(answer, "taskId") ?? ""] = true;
            return Result(new AnswerCut(tool.LongestText).Of(answer, tool.IsList));
        }
        catch (ApiException e)
        {
            return Refusal(new StringBuilder(e.Message).AppendJoin("", e.Details.Select(detail => "\n" + detail)).ToString());
        }
    }

    private static JsonElement Result(JsonElement answer) =>
        McpJson.Of(json =>
        {
            WriteText(json, answer.GetRawText());
            json.WritePropertyName("structuredContent"u8);
            answer.WriteTo(json);
            json.WriteBoolean("isError"u8, false);
        });

    private static JsonElement Refusal(string why) =>
        McpJson.Of(json =>
        {
            WriteText(json, why);
            json.WriteBoolean("isError"u8, true);
        });

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void Check(McpTool tool, JsonElement arguments)
    {
        if (tool.Row.Access > allowed)
            throw new ApiException(
                ApiError.Refused,
                $"This server is started with --allow {AccessWords.Of(allowed)}, and {tool.Name} needs --allow "
                    + $"{AccessWords.Of(tool.Row.Access)}: ask the person who configured it"
            );
        if (arguments.ValueKind != JsonValueKind.Object)
            throw new ApiException(ApiError.InvalidParams, "The arguments are given by name, in an object");
        var known = tool.Parameters;
        foreach (var member in arguments.EnumerateObject())
            if (known.All(parameter => parameter.Name != member.Name))
                throw new ApiException(
                    ApiError.InvalidParams,
                    known.Count == 0
                        ? $"{tool.Name} has no parameters"
                        : $"{tool.Name} has no parameter '{member.Name}'; it has {string.Join(", ", known.Select(p => p.Name))}"
                );
        foreach (var parameter in known.Where(parameter => parameter.IsRequired))
            if (!arguments.TryGetProperty(parameter.Name, out _))
                throw new ApiException(ApiError.InvalidParams, $"The parameter '{parameter.Name}' of {tool.Name} is missing");
        if (tool.Name == "task_cancel" && !_own.ContainsKey(McpJson.Text(arguments, "taskId") ?? ""))
            throw new ApiException(ApiError.Refused, "Only a task that this session has submitted can be cancelled here, by its full name");
    }

    private static JsonElement WithPage(McpTool tool, JsonElement arguments) =>
        tool.Page == 0 || arguments.TryGetProperty("limit"u8, out _)
            ? arguments
            : McpJson.Of(json =>
            {
                foreach (var member in arguments.EnumerateObject()) member.WriteTo(json);
                json.WriteNumber("limit"u8, tool.Page);
            });

    // In steps, so that the client sees that something goes on, and a daemon that ends is noticed.
    private async Task<JsonElement> WaitAsync(
        McpTool tool,
        JsonElement arguments,
        Action<int, int, string> progress,
        CancellationToken token
    )
    {
        var task = McpJson.Text(arguments, "taskId") ?? "";
        var wanted = McpJson.Member(arguments, "seconds");
        var seconds = wanted.ValueKind == JsonValueKind.Number && wanted.TryGetInt32(out var number)
            ? Math.Clamp(number, 0, LongestWait)
            : LongestWait;
        for (var waited = 0; ; waited += Step)
        {
            var step = Math.Min(Step, seconds - waited);
            var answer = await door.CallAsync(
                tool.Row,
                McpJson.Of(json =>
                {
                    json.WriteString("taskId"u8, task);
                    json.WriteNumber("seconds"u8, step);
                }),
                token
            );
            var state = McpJson.Text(answer, "state");
            if (waited + step >= seconds || state is not ("queued" or "running")) return answer;
            progress(waited + step, seconds, $"{task} is {state}");
        }
    }
}
