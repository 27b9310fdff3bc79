using System.Text.Json;
using AiwgDaemon.Control;
using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary><c>rules test</c> beside a running daemon: the command, the socket and what really happens say the same.</summary>
public sealed class RulesTestLiveTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Command_and_socket_know_what_keeps_an_event_from_running_now()
    {
        _project.Configure("""
            watch: { enabled: false }
            rules:
              - { id: busy, event: { type: go }, on_busy: skip, action: { type: shell, command: "echo busy >> ran; until [ -e end ]; do sleep 0.05; done" } }
              - { id: cool, event: { type: go }, cooldown_minutes: 60, action: { type: shell, command: "echo cool >> ran" } }
              - { id: free, event: { type: go }, on_busy: allow, action: { type: shell, command: "echo free >> ran" } }
              - { id: other, event: { type: stop }, action: { type: shell, command: "echo other >> ran" } }
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await Asked("--type", "go")).ShouldBe(["busy yes", "cool yes", "free yes", "other no"]);
        var id = (await _project.Run("emit", "go")).ShouldExit(0).Output.Trim();
        await _project.UntilLines("ran", 3);
        (await Asked("--type", "go")).ShouldBe(["busy no", "cool no", "free yes", "other no"]);
        (await Asked("--event", id[^8..])).ShouldBe(["busy no", "cool no", "free yes", "other no"]);
        (await Socket(id)).ShouldBe(["busy no", "cool no", "free yes", "other no"]);
        (await _project.Run("rules", "test", "--type", "go")).ShouldExit(0).Output.ShouldContain("  cool: nothing, cooldown for 3");
        (await _project.Run("emit", "go")).ShouldExit(0);
        await _project.UntilLines("ran", 4);
        File.ReadAllLines(_project.Combine("ran"))
            .Order()
            .ToArray()
            .ShouldBe(["busy", "cool", "free", "free"], customMessage: "what was said is what happened");
        _project.WriteFile("end", "");
        (await _project.Run("stop")).ShouldExit(0);
        (await Asked("--type", "go")).ShouldBe(
            ["busy yes", "cool no", "free yes", "other no"],
            customMessage: "without a daemon nothing is busy, and a cooldown goes on"
        );
    }

    private async Task<string[]> Asked(params string[] options)
    {
        using var json = JsonDocument.Parse((await _project.Run(["rules", "test", .. options, "--json"])).ShouldExit(0).Output);
        return Answers(json.RootElement);
    }

    private async Task<string[]> Socket(string id)
    {
        using var client = ControlClient.TryConnect(_project.Paths.Socket).ShouldNotBeNull();
        return Answers((await client.CallAsync("rules.test", p => p.WriteString("event", id))).GetProperty("rules"));
    }

    private static string[] Answers(JsonElement rules) =>
        [
            .. rules
                .EnumerateArray()
                .Select(r =>
                    $"{r.GetProperty("id").GetString()} "
                        + $"{(r.TryGetProperty("would_run", out var run) && run.ValueKind == JsonValueKind.String ? "yes" : "no")}"
                )
                .Order(StringComparer.Ordinal),
        ];
}
