using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Mcp;
using AiwgDaemon.Tests.Lifecycle;
using AiwgDaemon.Tests.Support;
using Json.Schema;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiwgDaemon.Tests.Mcp;

/// <summary>The server beside a running daemon and without one, asked by the client of the official SDK.</summary>
public sealed class McpToolTests : IAsyncLifetime
{
    private const string Configuration = """
        watch: { enabled: false }
        agents: { default: local, providers: { local: { type: command, argv: [sh, -c, "echo done"] } } }
        actions: { greet: { type: shell, command: "echo hello" }, wait: { type: shell, command: "until [ -e end ]; do sleep 0.05; done" } }
        rules: [{ id: on-go, event: { type: go }, action: greet }]
        """;

    private readonly DaemonInProcess _daemon = new();

    public async ValueTask InitializeAsync()
    {
        _daemon.Make(Configuration);
        await _daemon.StartAsync();
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public async Task Each_tool_is_called_and_its_answer_is_as_its_schema_says()
    {
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths);
        var calls = new ToolCalls(mcp.Client);
        await calls.CallAsync("status");
        await calls.CallAsync("rules_list");
        var emitted = (await calls.CallAsync("event_emit", ("type", "go"), ("payload", new { n = 1 }))).GetProperty("id").GetString()!;
        await calls.CallAsync("event_get", ("id", emitted));
        (await calls.CallAsync("events_list", ("type", "go"))).GetProperty("events")[0].GetProperty("id").GetString().ShouldBe(emitted);
        (await calls.CallAsync("rules_test", ("event", emitted)))
            .GetProperty("rules")[0]
            .GetProperty("would_run")
            .GetString()
            .ShouldBe("echo hello");
        (await calls.CallAsync("cron_next", ("expression", "0 3 * * *"), ("count", 2))).GetProperty("next").GetArrayLength().ShouldBe(2);
        (await calls.CallAsync("config_validate", ("text", "watch: 1"))).GetProperty("valid").GetBoolean().ShouldBeFalse();
        await calls.CallAsync("logs_search", ("level", "info"));
        await calls.CallAsync("doctor");

        var run = (await calls.CallAsync("action_run", ("name", "greet"))).GetProperty("id").GetString()!;
        await Eventually.UntilAsync(
            async () => (await calls.CallAsync("run_get", ("id", run))).GetProperty("status").GetString() == "completed",
            "the run to complete"
        );
        (await calls.CallAsync("run_log", ("id", run))).GetProperty("text").GetString()!.ShouldContain("hello");
        await calls.CallAsync("run_retry", ("id", run));
        await calls.CallAsync("runs_list");
        var waiting = (await calls.CallAsync("action_run", ("name", "wait"))).GetProperty("id").GetString()!;
        await calls.CallAsync("run_cancel", ("id", waiting));
        await calls.CallAsync("rule_disable", ("ruleId", "on-go"));
        await calls.CallAsync("rule_enable", ("ruleId", "on-go"));

        var task = (await calls.CallAsync("task_submit", ("prompt", "Say hello"))).GetProperty("taskId").GetString()!;
        (await calls.CallAsync("task_wait", ("taskId", task))).GetProperty("state").GetString().ShouldBe("completed");
        await calls.CallAsync("task_get", ("taskId", task));
        await calls.CallAsync("task_list");
        await calls.CallAsync("task_cancel", ("taskId", task));

        var reload = calls.CallAsync("reload");
        (await _daemon.Requests.Reader.ReadAsync(TestContext.Current.CancellationToken)).Reload!.SetResult(new(true, [], []));
        await reload;
        McpTools.All.Select(tool => tool.Name).Except(calls.Called).ShouldBeEmpty("no call of this test is one of these");
    }

    [Theory]
    [InlineData("read", "status", "event_emit")]
    [InlineData("submit", "task_submit", "action_run")]
    public async Task What_is_not_allowed_is_not_listed_and_cannot_be_called(string word, string listed, string other)
    {
        var allowed = AccessWords.Parse(word);
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths, allowed);
        var names = (await mcp.Client.ListToolsAsync()).Select(tool => tool.Name).ToList();
        names.ShouldContain(listed);
        names.ShouldNotContain(other);
        foreach (var tool in McpTools.All.Where(tool => tool.Row.Access > allowed))
        {
            var arguments = tool.Parameters.Where(p => p.IsRequired).ToDictionary(p => p.Name, object? (_) => "greet");
            var refused = await mcp.Client.CallToolAsync(tool.Name, arguments);
            refused.IsError.ShouldBe(true, tool.Name);
            Text(refused).ShouldContain("--allow", customMessage: tool.Name);
        }
        _daemon.Parts.History.Last(100).ShouldAllBe(e => e.Source == EventSource.Daemon);
        _daemon.Parts.Tasks.Any.ShouldBeFalse();
    }

    [Fact]
    public async Task A_task_of_somebody_else_cannot_be_cancelled()
    {
        await using var first = await McpInProcess.StartAsync(_daemon.Paths);
        await using var second = await McpInProcess.StartAsync(_daemon.Paths);
        var task = (await new ToolCalls(first.Client).CallAsync("task_submit", ("prompt", "x"))).GetProperty("taskId").GetString();
        Text(await second.Client.CallToolAsync("task_cancel", new Dictionary<string, object?> { ["taskId"] = task }))
            .ShouldContain("this session has submitted");
    }

    [Fact]
    public async Task A_wait_tells_its_progress_and_can_be_cancelled_while_other_calls_are_answered()
    {
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths);
        await new ToolCalls(mcp.Client).CallAsync("rule_disable", ("ruleId", "on-go"));
        _daemon.Parts.Switch.Pause(null);
        var task = (await new ToolCalls(mcp.Client).CallAsync("task_submit", ("prompt", "x"))).GetProperty("taskId").GetString();
        var told = new TaskCompletionSource<ProgressNotificationValue>();
        using var cancel = new CancellationTokenSource();
        var waiting = mcp.Client.CallToolAsync(
            "task_wait",
            new Dictionary<string, object?> { ["taskId"] = task },
            new Progress<ProgressNotificationValue>(value => told.TrySetResult(value)),
            cancellationToken: cancel.Token
        );
        await mcp.Client.PingAsync();
        var progress = await told.Task.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        (progress.Progress, progress.Total).ShouldBe((5f, 50f));
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await waiting);
        await mcp.Client.PingAsync();
    }

    [Fact]
    public async Task A_long_payload_is_cut_in_a_list_and_whole_on_its_own()
    {
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths);
        var calls = new ToolCalls(mcp.Client);
        var text = new string('x', 5000);
        var id = (await calls.CallAsync("event_emit", ("type", "long"), ("payload", new { text }))).GetProperty("id").GetString()!;
        var listed = (await calls.CallAsync("events_list", ("type", "long"))).GetProperty("events")[0].GetProperty("payload").GetString()!;
        listed.ShouldEndWith("more characters)");
        listed.Length.ShouldBeLessThan(400);
        (await calls.CallAsync("event_get", ("id", id))).GetProperty("payload").GetProperty("text").GetString().ShouldBe(text);
    }

    [Fact]
    public async Task Without_a_daemon_files_answer_and_the_rest_says_how_to_start_it()
    {
        await _daemon.StopAsync();
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths);
        var calls = new ToolCalls(mcp.Client);
        (await calls.CallAsync("status")).GetProperty("status").GetString().ShouldBe("stopped");
        await calls.CallAsync("runs_list");
        await calls.CallAsync("events_list");
        await calls.CallAsync("logs_search");
        await calls.CallAsync("rules_test", ("type", "go"));
        Text(await mcp.Client.CallToolAsync("action_run", new Dictionary<string, object?> { ["name"] = "greet" }))
            .ShouldContain("start it with 'aiwg-daemon start'");
    }

    [Fact]
    public async Task A_wrong_argument_is_an_answer_that_says_what_to_write()
    {
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths);
        Text(await mcp.Client.CallToolAsync("run_get", new Dictionary<string, object?> { ["run"] = "x" }))
            .ShouldBe("run_get has no parameter 'run'; it has id");
        Text(await mcp.Client.CallToolAsync("run_get")).ShouldBe("The parameter 'id' of run_get is missing");
        Text(await mcp.Client.CallToolAsync("run_get", new Dictionary<string, object?> { ["id"] = "none" })).ShouldBe("There is no action 'none'");
        (await Should.ThrowAsync<McpProtocolException>(async () => await mcp.Client.CallToolAsync("no_such_tool")))
            .ErrorCode.ShouldBe(McpErrorCode.InvalidParams);
    }

    private static string Text(CallToolResult result) => result.Content.OfType<TextContentBlock>().Single().Text;

    /// <summary>Calls tools and checks each answer against the schema that the client was told.</summary>
    private sealed class ToolCalls(McpClient client)
    {
        private Dictionary<string, JsonSchema>? _schemas;

        public HashSet<string> Called { get; } = new(StringComparer.Ordinal);

        public async Task<JsonElement> CallAsync(string name, params (string Name, object? Value)[] arguments)
        {
            _schemas ??= (await client.ListToolsAsync()).ToDictionary(
                tool => tool.Name,
                tool => JsonSchema.FromText(tool.ProtocolTool.OutputSchema!.Value.GetRawText())
            );
            var result = await client.CallToolAsync(name, arguments.ToDictionary(a => a.Name, a => a.Value));
            (result.IsError ?? false).ShouldBeFalse($"{name}: {Text(result)}");
            var answer = result.StructuredContent.ShouldNotBeNull();
            _schemas[name].Evaluate(answer, new() { RequireFormatValidation = true }).IsValid.ShouldBeTrue($"{name}: {answer}");
            JsonElement.DeepEquals(JsonDocument.Parse(Text(result)).RootElement, answer).ShouldBeTrue(name);
            Called.Add(name);
            return answer;
        }
    }
}
