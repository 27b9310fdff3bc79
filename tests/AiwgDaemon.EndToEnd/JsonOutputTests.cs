using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>What programs read: one JSON document and nothing else, with the members they count on.</summary>
public sealed class JsonOutputTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Each_json_output_is_one_document_of_its_shape()
    {
        _project.Configure("""
            watch: { enabled: false }
            actions: { test: { type: shell, command: "echo ok" } }
            rules: [ { id: r, event: { type: t }, action: test } ]

            """);
        await Shape("status --json", 3, "status running project");
        (await Json("events --json")).GetArrayLength().ShouldBe(0);
        (await Json("actions --json")).GetArrayLength().ShouldBe(0);
        (await Json("dead-letters --json")).GetArrayLength().ShouldBe(0);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("actions", "run", "test", "--wait")).ShouldExit(0);
        await Eventually.Until(() => _project.State().GetProperty("recent_actions").GetArrayLength() == 1, "the action in state.json");
        await Shape(
            "status --json",
            0,
            "status running project pid started_at last_heartbeat uptime_seconds restart_count version config_path config_hash monitors "
                + "bus active_actions queued_actions recent_actions health"
        );
        await Shape("events --json", 0, "id timestamp source type payload");
        await Shape(
            "actions --json",
            0,
            "id rule_id event_id type command status attempt queued_at started_at completed_at exit_code output_path"
        );
        await Shape(
            "actions list --json",
            0,
            "id rule_id event_id type command status attempt queued_at started_at completed_at exit_code output_path"
        );
        var id = (await Json("actions list --json"))[0].GetProperty("id").GetString();
        await Shape($"actions show {id} --json", 0, "id status exit_code");
        await Shape("rules --json", 0, "id enabled event action would_run");
        await Shape("rules test --type t --json", 0, "id enabled event action matches would_run reason");
        await Shape("config validate --json", 0, "file valid errors warnings");
        await Shape("cron next @daily --json", 0, "expression timezone from next never");
        await Shape("cron explain @daily --json", 0, "");
        await Shape("doctor --json", null, "ok findings");
        await Shape("config schema", 0, "$schema");
        _project.Configure("nonsense: 1\n");
        var errors = await Shape("config validate --json", 5, "file valid errors warnings");
        errors.GetProperty("errors")[0].GetProperty("line").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Followed_events_are_a_document_a_line()
    {
        _project.Configure("watch: { enabled: false }\n");
        (await _project.Run("start")).ShouldExit(0);
        using var follow = _project.Spawn("events", "--follow", "--json", "--source", "manual");
        for (var i = 0; i < 3; i++) (await _project.Run("emit", $"type.{i}", "--payload", "\"two\\nlines\"")).ShouldExit(0);
        await Eventually.Until(() => follow.Output.Split('\n').Length > 3, "three events");
        foreach (var (line, i) in follow.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, i) => (line, i)))
        {
            using var document = JsonDocument.Parse(line);
            document.RootElement.GetProperty("type").GetString().ShouldBe($"type.{i}");
        }
    }

    // Of an array its first element is looked at.
    private async Task<JsonElement> Shape(string command, int? code, string members)
    {
        var root = await Json(command, code);
        var first = root.ValueKind == JsonValueKind.Array ? root[0] : root;
        var missing = members.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(m => !first.TryGetProperty(m, out _)).ToList();
        missing.ShouldBeEmpty($"{command} lacks {string.Join(", ", missing)}: {root}");
        return root;
    }

    private async Task<JsonElement> Json(string command, int? code = 0)
    {
        var result = await _project.Run(command.Split(' '));
        if (code is { } expected) result.ShouldExit(expected);
        result.Error.ShouldBeEmpty(command);
        using var document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }
}
