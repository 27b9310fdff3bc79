using System.Text;
using System.Text.Json.Nodes;
using AiwgDaemon.Cli;
using AiwgDaemon.Config;
using AiwgDaemon.Config.Migration;
using AiwgDaemon.Tests.Support;
using CsCheck;

namespace AiwgDaemon.Tests.Config;

/// <summary><c>config migrate</c>: what comes out is valid whatever went in, and nothing is lost.</summary>
public sealed class MigrationTests : IDisposable
{
    private const string Later = """
        {"daemon": {"max_parallel_actions": 2, "heartbeatIntervalSeconds": "20", "log": {"max_size_mb": 20, "max_files": 99999}, "weird": {"a": [1, 2]}},
        "watch": {"enabled": "true", "paths": ["src/", {"path": "docs/", "events": ["add", "change"], "extensions": ["md", "*.txt"], "depth": 3}], "ignore": ["*.log", "[z-a"], "debounceMs": 700},
        "schedule": {"enabled": true, "jobs": [{"name": "daily audit", "cron": "0 9 * * *", "action": "security-audit"}, {"name": "bad", "cron": "99 * * * *", "action": "doctor"}, "nonsense"]},
        "webhook": {"enabled": true, "secret": "hunter2", "port": 9471}, "supervisor": {"maxConcurrency": 3},
        "rules": [
          {"id": "test-on-change", "trigger": {"type": "file_change", "pattern": "src/**/*.ts"}, "condition": {"type": "debounce", "interval_ms": 5000},
           "action": {"type": "submit_task", "prompt": "Test {{payload.path}}", "agent": "reviewer", "priority": 3}},
          {"id": "review", "trigger": {"type": "file.modify", "source": "watch"}, "conditions": [{"field": "payload.path", "operator": "matches", "value": "\\.md$"}], "cooldownMs": 60000,
           "action": {"type": "shell", "command": "wc {{payload.path}}"}},
          {"id": "tell", "trigger": {"type": "event", "topic": "build.failed"}, "conditions": [{"field": "payload.n", "operator": "gt", "value": 3}, {"field": "payload.x", "operator": "matches", "value": "(a|b)"}],
           "action": {"type": "webhook", "url": "https://hooks.example/hidden"}},
          {"id": "hourly", "trigger": {"type": "schedule", "cron": "0 * * * *"}, "action": {"type": "agent", "prompt": "Look around"}},
          {"id": "ask", "trigger": {"source": "webhook", "pattern": "/ci"}, "requiresApproval": true, "action": {"type": "teleport", "to": "x"}},
          {"id": "ask", "trigger": {"source": "watch"}, "action": {"type": "exec", "argv": ["sh", "-c", "echo {{event.path}}"]}}]}
        """;

    private readonly TemporaryDirectory _directory = new();

    public MigrationTests() => Directory.CreateDirectory(_directory.Combine(".aiwg/daemon"));

    public void Dispose() => _directory.Dispose();

    private string Old
    {
        set => File.WriteAllText(_directory.Combine(".aiwg/daemon.json"), value);
    }

    [Fact]
    public void Each_choice_is_said_and_what_cannot_be_said_is_a_comment()
    {
        Old = Later;
        File.WriteAllText(_directory.Combine(".aiwg/daemon/tasks.json"), """
            {"version": 1, "tasks": [{"id": "task-0000", "prompt": "one\ntwo", "state": "queued", "agent": "x", "priority": 5}, {"id": "task-0001", "prompt": "three", "state": "running"}, 7]}
            """);
        var (code, output, error) = Run();
        code.ShouldBe(0);
        error.ShouldBeEmpty();
        output.ShouldNotContain("hunter2");
        output.ShouldNotContain("hidden");
        output.Replace(_directory.Path, "PROJECT", StringComparison.Ordinal).ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
        Valid(output)
            .Rules.Where(r => r.Enabled)
            .Select(r => r.Id)
            .ShouldBe(["test-on-change", "review", "job:daily-audit", "job:hourly"], ignoreOrder: true);
    }

    [Fact]
    public void The_file_of_the_first_node_daemon_says_the_same_afterwards()
    {
        File.WriteAllText(_directory.Combine(".aiwg/daemon.yaml"), DefaultConfiguration.Json);
        var (before, after) = (Valid(DefaultConfiguration.Json), Valid(Run().Output));
        ConfigDifference.Describe(before, after).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "is empty|has no sections")]
    [InlineData("{\"rules\": [", "")]
    [InlineData("[1, 2]", "has no sections")]
    [InlineData("7", "has no sections")]
    [InlineData("\u0001", "")]
    public void A_damaged_file_is_one_clear_error(string old, string words)
    {
        Old = old;
        var (code, output, error) = Run();
        code.ShouldBe(5);
        output.ShouldBeEmpty();
        error.ShouldMatch($@"\A\S*daemon\.json(:\d+:\d+)?: [^\n]*({words})[^\n]*\n\z");
    }

    [Fact]
    public void Without_an_old_file_it_says_so() => Run().Error.ShouldContain("does not exist");

    [Fact]
    public void Write_keeps_what_was_there_and_changes_nothing_else()
    {
        Old = """{"daemon": {"max_parallel_actions": 7}}""";
        File.WriteAllText(_directory.Combine(".aiwg/daemon.yaml"), "first");
        File.WriteAllText(_directory.Combine(".aiwg/daemon.yaml.old"), "older");
        Run("--write").ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0), r => r.Output.ShouldBeEmpty());
        File.ReadAllText(_directory.Combine(".aiwg/daemon.yaml")).ShouldContain("max_parallel_actions: 7");
        File.ReadAllText(_directory.Combine(".aiwg/daemon.yaml.old")).ShouldBe("older");
        File.ReadAllText(_directory.Combine(".aiwg/daemon.yaml.old-2")).ShouldBe("first");
        File.ReadAllText(_directory.Combine(".aiwg/daemon.json")).ShouldBe("""{"daemon": {"max_parallel_actions": 7}}""");
    }

    [Fact]
    public void What_comes_out_is_valid_whatever_went_in()
    {
        string[] odd =
        [
            "null",
            "true",
            "-1",
            "1e400",
            "\"\"",
            "\"x y\"",
            "\"{{payload.a}}\"",
            "\"{{event.payload\"",
            "\"\\u0000\\u2028\\ufffe\\ue000\"",
            "[]",
            "{}",
            "[[[]]]",
            "{\"a\": null}",
            "\"*/5 * * * *\"",
            "\"# no\"",
            "\"- a\"",
            "\"job:x\"",
            $"\"{new string('x', 3000)}\"",
            "[null]",
            "{\"type\": \"agent\"}",
            "\"$HOME/../x\"",
            "\"!a\"",
            "{\"type\": 7, \"source\": []}",
            "99999999999999999999",
        ];
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, odd.Length - 1].Select(i => odd[i])).Array[1, 6].Sample(changes =>
        {
            var root = JsonNode.Parse(Later)!;
            foreach (var (at, value) in changes) Replace(root, at, value);
            var text = root.ToJsonString();
            File.WriteAllText(_directory.Combine("old.json"), text);
            if (ConfigLoader.ReadTree(_directory.Combine("old.json"), out _) is not { } tree) return;
            Valid(OldFile.ToYaml(tree, ["head"], Check));
        }, iter: 300, threads: 1);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(
        """{"rules": {"a": {"trigger": {"type": "file_change"}, "action": "doctor"}, "b": 1}, "schedule": {"jobs": {"n": "@daily", "m": {"cron": "@hourly", "command": "x y"}}}}"""
    )]
    [InlineData("""{"rules": "x", "schedule": "y", "watch": [], "daemon": 7, "actions": [], "webhook": null}""")]
    [InlineData("""{"schedule": [{"cron": "@daily", "action": "doctor"}], "watch": {"paths": "src"}}""")]
    public void Odd_shapes_are_read_too(string old)
    {
        Old = old;
        var (code, output, _) = Run();
        code.ShouldBe(0);
        Valid(output);
    }

    private static void Replace(JsonNode root, int at, string value)
    {
        var places = new List<(JsonNode Parent, string? Key, int Index)>();
        Walk(root);
        var (parent, key, index) = places[at % places.Count];
        var node = JsonNode.Parse(value);
        if (key is not null) ((JsonObject)parent)[key] = node;
        else ((JsonArray)parent)[index] = node;

        void Walk(JsonNode? node)
        {
            if (node is JsonObject map)
                foreach (var (name, child) in map.ToList())
                {
                    places.Add((map, name, 0));
                    Walk(child);
                }
            if (node is not JsonArray list) return;
            for (var i = 0; i < list.Count; i++)
            {
                places.Add((list, null, i));
                Walk(list[i]);
            }
        }
    }

    private IReadOnlyList<ConfigError> Check(string yaml) =>
        ConfigLoader
            .Load(Encoding.UTF8.GetBytes(yaml), _directory.Combine(".aiwg/daemon.yaml"), ConfigSurroundings.Of(ConfigPurpose.Read))
            .Errors;

    private DaemonConfiguration Valid(string yaml)
    {
        var result = ConfigLoader.Load(
            Encoding.UTF8.GetBytes(yaml),
            _directory.Combine(".aiwg/daemon.yaml"),
            ConfigSurroundings.Of(ConfigPurpose.Read)
        );
        return result.Configuration.ShouldNotBeNull($"{string.Join('\n', result.Errors)}\n{yaml}");
    }

    private (int Code, string Output, string Error) Run(params string[] options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(["config", "migrate", .. options, "--project", _directory.Path], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
