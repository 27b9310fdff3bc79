using System.Text;
using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Control;
using AiwgDaemon.Tests.Lifecycle;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Api;

/// <summary>What a running daemon answers is what <c>api schema</c> says that it answers: every operation, called over the socket.</summary>
public sealed class AnswerTests
{
    private const string Configuration = """
        watch: { enabled: true, paths: ["src/"] }
        schedule: { jobs: [{ id: nightly, cron: "0 3 * * *", action: greet }] }
        agents:
          default: local
          providers:
            local: { type: command, permission: plan, argv: [sh, -c, "echo done"] }
            maker: { type: command, argv: [sh, -c, "echo made > made.txt"] }
        actions:
          greet: { type: shell, command: "echo hello" }
          fail: { type: shell, command: "exit 3" }
          checked: { type: agent, prompt: Look around, approve: always }
        rules:
          - { id: on-go, event: { type: go }, action: greet, cooldown_minutes: 60 }
          - { id: on-save, event: { source: watch, path_pattern: "src/**" }, action: greet }
        """;

    private readonly AnswerSchemas _schemas = new();

    [Fact]
    public async Task Each_operation_answers_by_its_schema()
    {
        await using var daemon = new DaemonInProcess();
        var letter = new DeadLetter(
            Guid.NewGuid(), TestEvents.Manual("lost"), "rules", "boom", 4, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow);
        daemon.Write(".aiwg/daemon/events/dead-letters.jsonl", Encoding.UTF8.GetString(letter.ToJson()) + "\n");
        daemon.Write("src/app.ts", "");
        daemon.Write(".gitignore", ".aiwg/\n");
        foreach (var words in new[] { "init -q -b main", "add --all", "commit -q -m begin" }) await Git.Run(daemon.Paths.Project, words.Split(' '));
        daemon.Make(Configuration);
        await daemon.StartAsync();
        using (var client = ControlClient.TryConnect(daemon.Paths.Socket).ShouldNotBeNull())
        {
            await AboutTheDaemonAsync(client, daemon.Requests);
            await AboutEventsAndRulesAsync(client);
            await AboutRunsAsync(client);
            await AboutTasksAsync(client);
            await AboutDeadLettersAsync(client, letter.Id);
            await CallAsync(client, "daemon.status");
            await CallAsync(client, "daemon.stop");
        }
        // No test makes a rule suspect itself in a moment.
        await new ApiCaller(new StandInDaemon([]), _schemas).CallAsync("rules.resume", """{"ruleId":"known"}""");
        ApiTable.All.Select(operation => operation.Name).Except(_schemas.Checked).ShouldBeEmpty("no call of this test is one of these");
        await daemon.StopAsync();
    }

    private async Task AboutTheDaemonAsync(ControlClient client, HostRequests requests)
    {
        await CallAsync(client, "ping");
        await CallAsync(client, "daemon.summary");
        await CallAsync(client, "config.validate");
        await CallAsync(client, "config.validate", """{"text":"watch: { enabledd: true }"}""");
        await CallAsync(client, "config.show");
        await CallAsync(client, "doctor.run");
        await CallAsync(client, "log.search", """{"text":"READY","limit":1}""");
        await CallAsync(client, "cron.next", """{"expression":"0 3 * * *","timezone":"UTC","from":"2026-11-29T00:00:00Z"}""");
        var reload = CallAsync(client, "daemon.reload");
        (await requests.Reader.ReadAsync()).Reload!.SetResult(new ReloadOutcome(Applied: true, ["rules: 'on-go' added"], []));
        await reload;
        await CallAsync(client, "config.variable", """{"name":"PATH"}""");
        await CallAsync(client, "automation.pause", """{"seconds":600}""");
        await CallAsync(client, "automation.status");
        await CallAsync(client, "automation.resume");
        await CallAsync(client, "automation.disable", """{"ruleId":"on-save"}""");
        await CallAsync(client, "rules.list");
        await CallAsync(client, "automation.enable", """{"ruleId":"on-save"}""");
        await CallAsync(client, "automation.disable");
        await CallAsync(client, "automation.enable");
    }

    private async Task AboutEventsAndRulesAsync(ControlClient client)
    {
        var stream = (await CallAsync(client, "event.subscribe", """{"type":"go"}""")).GetProperty("subscription").GetInt32();
        var id = (await CallAsync(client, "event.emit", """{"type":"go","payload":{"n":[1,null]}}""")).GetProperty("id").GetString();
        await CallAsync(client, "event.get", $$"""{"id":"{{id}}"}""");
        await CallAsync(client, "event.search", """{"type":"go","since":"2026-01-01T00:00:00Z"}""");
        await CallAsync(client, "event.list", """{"limit":10,"source":"manual","type":"g*"}""");
        await CallAsync(client, "event.unsubscribe", $$"""{"subscription":{{stream}}}""");
        await CallAsync(client, "rules.test", """{"path":"src/app.ts"}""");
        await CallAsync(client, "rules.test", $$"""{"event":"{{id}}"}""");
    }

    private async Task AboutRunsAsync(ControlClient client)
    {
        await CallAsync(client, "automation.pause");
        var held = Id(await CallAsync(client, "action.run", """{"name":"greet","payload":{"who":"you"}}"""));
        await CallAsync(client, "action.hold", held);
        await CallAsync(client, "action.list", """{"status":"waiting"}""");
        await CallAsync(client, "action.release", held);
        await CallAsync(client, "action.cancel", held);
        await CallAsync(client, "action.cancel", """{"waiting":true}""");
        await CallAsync(client, "automation.resume");
        var failed = Id(await CallAsync(client, "action.run", """{"name":"fail"}"""));
        await Eventually.UntilAsync(async () => Status(await CallAsync(client, "action.get", failed)) == "failed", "the run to fail");
        await CallAsync(client, "action.log", failed);
        await CallAsync(client, "daemon.summary");
        await CallAsync(client, "action.retry", failed);
        await CallAsync(client, "action.list");
    }

    private async Task AboutTasksAsync(ControlClient client)
    {
        var submitted = await CallAsync(client, "task.submit", """{"prompt":"Say hello","provider":"local","priority":3}""");
        var task = $$"""{"taskId":"{{submitted.GetProperty("taskId").GetString()}}"}""";
        await CallAsync(client, "chat.send", """{"message":"And goodbye"}""");
        await CallAsync(client, "daemon.status");
        await Eventually.UntilAsync(
            async () => (await CallAsync(client, "task.get", task)).GetProperty("state").GetString() == "completed",
            "the task to complete"
        );
        await CallAsync(client, "task.wait", task);
        await CallAsync(client, "task.list");
        await CallAsync(client, "task.stats");
        await CallAsync(client, "action.run", """{"name":"checked"}""");
        await UntilWaitsAsync(client, 3);
        await CallAsync(client, "task.release", """{"taskId":"3"}""");
        await UntilWaitsAsync(client, 3);
        await CallAsync(client, "task.approve", """{"taskId":"3"}""");
        await CallAsync(client, "action.run", """{"name":"checked"}""");
        await UntilWaitsAsync(client, 4);
        await CallAsync(client, "task.reject", """{"taskId":"4"}""");
        await AboutWorktreesAsync(client);
        await CallAsync(client, "task.cancel", task);
    }

    private async Task AboutWorktreesAsync(ControlClient client)
    {
        var made = (await CallAsync(client, "task.submit", """{"prompt":"Make it","provider":"maker"}""")).GetProperty("taskId").GetString();
        var task = $$"""{"taskId":"{{made}}"}""";
        await Eventually.UntilAsync(
            async () => (await CallAsync(client, "task.get", task)).GetProperty("state").GetString() == "completed",
            "the task to make a file"
        );
        await CallAsync(client, "task.open", task);
        await CallAsync(client, "task.diff", task);
        await CallAsync(client, "task.clean");
        await CallAsync(client, "task.land", task);
    }

    private Task UntilWaitsAsync(ControlClient client, int number) =>
        Eventually.UntilAsync(
            async () =>
                (await CallAsync(client, "task.list"))
                    .EnumerateArray()
                    .Any(task => task.GetProperty("id").GetString() == $"task-{number:0000}" && task.TryGetProperty("reason", out _)),
            "the task to wait for its approval"
        );

    private async Task AboutDeadLettersAsync(ControlClient client, Guid id)
    {
        (await CallAsync(client, "deadletter.list")).GetProperty("count").GetInt32().ShouldBe(1);
        await CallAsync(client, "deadletter.get", $$"""{"id":"{{id}}"}""");
        await CallAsync(client, "deadletter.retry", """{"all":true}""");
        await CallAsync(client, "deadletter.clear");
    }

    private async Task<JsonElement> CallAsync(ControlClient client, string method, string parameters = "{}")
    {
        using var document = JsonDocument.Parse(parameters);
        var answer = await client.CallAsync(method, json =>
        {
            foreach (var member in document.RootElement.EnumerateObject()) member.WriteTo(json);
        });
        _schemas.Check(method, document.RootElement, answer);
        return answer;
    }

    private static string Id(JsonElement answer) => $$"""{"id":"{{answer.GetProperty("id").GetString()}}"}""";

    private static string? Status(JsonElement action) => action.GetProperty("status").GetString();
}
