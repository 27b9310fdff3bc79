using AiwgDaemon.Api;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Api;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

/// <summary>What the operations answer while no daemon runs.</summary>
public sealed class StoppedDaemonTests
{
    [Fact]
    public async Task Files_tell_what_the_last_daemon_did_and_the_rest_says_how_to_start_one()
    {
        await using var daemon = new DaemonInProcess();
        daemon.Make("""
            rules: [{ id: on-go, event: { type: go }, cooldown_minutes: 60, action: { type: shell, command: "echo said; exit 3" } }]
            """);
        await daemon.StartAsync();
        string @event;
        using (var client = ControlClient.TryConnect(daemon.Paths.Socket).ShouldNotBeNull())
        {
            @event = (await client.CallAsync("event.emit", json => json.WriteString("type", "go"))).GetProperty("id").GetString()!;
            await Eventually.UntilAsync(
                async () =>
                    (await client.CallAsync("action.list", json => json.WriteString("status", "failed")))
                        .GetProperty("actions")
                        .GetArrayLength() == 1,
                "the run to fail"
            );
        }
        await daemon.StopAsync();
        var stopped = new ApiCaller(new StoppedDaemon(daemon.Paths), new AnswerSchemas());

        var summary = await stopped.CallAsync("daemon.summary");
        summary.GetProperty("status").GetString().ShouldBe("stopped");
        var run = summary.GetProperty("failed")[0].GetProperty("id").GetString();
        (await stopped.CallAsync("action.get", $$"""{"id":"{{run}}"}""")).GetProperty("exit_code").GetInt32().ShouldBe(3);
        (await stopped.CallAsync("action.log", $$"""{"id":"{{run![^6..]}}"}""")).GetProperty("text").ToString().ShouldContain("said");
        (await stopped.CallAsync("event.get", $$"""{"id":"{{@event}}"}""")).GetProperty("type").GetString().ShouldBe("go");
        (await stopped.CallAsync("event.list", """{"type":"go"}""")).GetProperty("events").GetArrayLength().ShouldBe(1);
        (await stopped.CallAsync("rules.test", """{"type":"go"}"""))
            .GetProperty("rules")[0]
            .GetProperty("reason")
            .GetString()
            .ShouldStartWith("cooldown for");
        (await stopped.CallAsync("log.search", """{"text":"stopped gracefully"}""")).GetProperty("lines").GetArrayLength().ShouldBe(1);
        (await stopped.CallAsync("task.list")).GetArrayLength().ShouldBe(0);
        foreach (var (method, parameters) in new[]
        {
            ("event.emit", """{"type":"go"}"""), ("action.run", """{"name":"x"}"""), ("daemon.reload", "{}"),
            ("action.cancel", $$"""{"id":"{{run}}"}"""), ("task.submit", """{"prompt":"x"}"""), ("deadletter.list", "{}"),
        })
            (await Should.ThrowAsync<ApiException>(() => stopped.CallAsync(method, parameters), method))
                .Message.ShouldContain("start it with 'aiwg-daemon start'", customMessage: method);
    }
}
