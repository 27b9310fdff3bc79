using System.Text;

namespace AiwgDaemon.Tests.Config;

/// <summary>One way to break a configuration, and the file that does.</summary>
internal sealed record BrokenConfiguration(string Name, byte[] Content)
{
    public BrokenConfiguration(string name, string content)
        : this(name, Encoding.UTF8.GetBytes(content))
    {
    }

    public static IEnumerable<BrokenConfiguration> All()
    {
        // Syntax.
        yield return new("empty file", "");
        yield return new("only comments", "# nothing yet\n");
        yield return new("a word", "hello\n");
        yield return new("a list", "- a\n- b\n");
        yield return new("tab as indentation", "watch:\n\tenabled: true\n");
        yield return new("tab below spaces", "watch:\n  enabled: true\n\tdebounce_ms: 5\n");
        yield return new("quote never closed", "watch:\n  paths:\n    - path: \"src/\n");
        yield return new("bracket never closed", "watch:\n  ignore: [a, b\n");
        yield return new("bracket never closed, more follows", "watch:\n  ignore: [a, b\nschedule:\n  enabled: true\n");
        yield return new("brace never closed", "{\"watch\": {\"enabled\": true}");
        yield return new("JSON without a comma", "{\"watch\": {\"enabled\": true \"debounce_ms\": 5}}");
        yield return new("colon inside a value", "rules:\n  - id: a\n    action: echo: hi\n");
        yield return new("indentation that fits nothing", "watch:\n    enabled: true\n  debounce_ms: 5\n");
        yield return new("a line without a colon", "watch:\n  enabled true\n  debounce_ms: 5\n");
        yield return new("at sign", "actions:\n  a: {type: shell, command: @build}\n");
        yield return new("pattern without quotes", "watch:\n  ignore: [*.tmp]\n");
        yield return new("cron without quotes", Job("cron: * * * * *"));
        yield return new(
            "cron without quotes, with a step",
            "schedule:\n  jobs:\n    - id: a\n      cron: */5 * * * *  # often\n      action: doctor\n"
        );
        yield return new("macro without quotes", "schedule:\n  jobs:\n    - id: a\n      cron: @daily\n      action: doctor\n");
        yield return new(
            "path pattern without quotes",
            "rules:\n  - {id: r, event: {source: watch, path_pattern: **/*.{cs,ts}}, action: doctor}\n"
        );
        yield return new("placeholder without quotes", "actions:\n  a: {type: notify, message: {{event.path}} changed}\n");
        yield return new(
            "placeholder without quotes in a list",
            "actions:\n  a:\n    type: exec\n    argv:\n      - echo\n      - {{event.path}} is \"it\"\n"
        );
        yield return new("unknown escape", "watch:\n  paths: [{path: \"src\\d\"}]\n");
        yield return new("second document", "watch: {}\n---\nschedule: {}\n");
        yield return new("duplicate key", "watch:\n  debounce_ms: 5\n  enabled: true\n  debounce_ms: 6\n");
        yield return new("duplicate section", "watch: {}\nschedule: {}\nwatch: {}\n");
        yield return new("alias to nothing", "watch: *base\n");
        yield return new("alias to itself", "x-a: &a [*a]\n");
        yield return new("billion laughs", "x-a: &a [l, l, l, l, l, l, l, l, l, l]\n" + string.Concat(Enumerable.Range(0, 9).Select(i =>
            $"x-{(char)('b' + i)}: &{(char)('b' + i)} [{string.Join(", ", Enumerable.Repeat("*" + (char)('a' + i), 10))}]\n")));
        yield return new("deep nesting", "watch: " + new string('[', 100) + new string(']', 100));
        yield return new("tag", "watch: !python/object {enabled: true}\n");
        yield return new("map as a key", "watch:\n  {a: b}: c\n");
        yield return new("merge of a word", "watch:\n  <<: word\n");
        yield return new("fault before a syntax error", "watch:\n  debounce_ms: fast\n  ignore: [a, b\n");
        // Bytes.
        yield return new("NUL", "watch:\n  enabled: \0true\n");
        yield return new("control character", "watch:\n  enabled: \u0007true\n");
        yield return new("not UTF-8", [.. "watch:\n  paths: [{path: caf"u8, 0xe9, .. "}]\n"u8]);
        yield return new("UTF-16 without a mark", Encoding.Unicode.GetBytes("watch: {}\n"));
        yield return new("UTF-32", [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes("watch: {}\n")]);
        yield return new("half a UTF-16 character", [0xff, 0xfe, (byte)'a']);
        // Types and ranges.
        yield return new("section is a word", "watch: yes\n");
        yield return new("section is a list", "watch:\n  - src/\n");
        yield return new("paths is a word", "watch:\n  paths: src/\n");
        yield return new("number is text", "daemon:\n  heartbeat_interval_seconds: soon\n");
        yield return new("number in quotes", "daemon:\n  heartbeat_interval_seconds: \"30\"\n");
        yield return new("number with a unit", "watch:\n  debounce_ms: 500ms\n");
        yield return new(
            "number with another unit",
            "watch:\n  debounce_ms: 2s\n  max_wait_ms: 1h30m\ndaemon:\n  action_timeout_minutes: 90s\n  shutdown_grace_seconds: 500ms\n  "
                + "log: {max_size_mb: 512kb}\n"
        );
        yield return new("number without value", "watch:\n  debounce_ms:\n");
        yield return new("number is infinite", "watch:\n  debounce_ms: .inf\n");
        yield return new("negative heartbeat", "daemon:\n  heartbeat_interval_seconds: -5\n");
        yield return new("zero parallel actions", "daemon:\n  max_parallel_actions: 0\n");
        yield return new("fraction where none may be", "daemon:\n  max_parallel_actions: 1.5\n");
        yield return new("huge number", "daemon:\n  action_timeout_minutes: 1e300\n");
        yield return new("boolean is yes", "watch:\n  enabled: yes\n");
        yield return new("boolean in quotes", "watch:\n  enabled: \"false\"\n");
        yield return new("boolean is a number", "watch:\n  enabled: 1\n");
        yield return new("text is a number", "schedule:\n  jobs:\n    - {id: 5, cron: \"* * * * *\", action: doctor}\n");
        yield return new("empty text", "watch:\n  paths: [{path: \"\"}]\n");
        yield return new("unknown level", "daemon:\n  log: {level: verbose}\n");
        yield return new("nearly a level", "daemon:\n  log: {level: warning}\n");
        yield return new("unknown event", "watch:\n  paths: [{path: src/, events: [changed]}]\n");
        yield return new("no events", "watch:\n  paths: [{path: src/, events: []}]\n");
        yield return new("port out of range", "webhook:\n  port: 70000\n");
        yield return new("polling is a boolean", "watch:\n  polling: true\n");
        yield return new("wait shorter than debounce", "watch: {debounce_ms: 500, max_wait_ms: 100}\n");
        // Keys.
        yield return new("misspelt section", "wacth:\n  enabled: true\n");
        yield return new("misspelt key", "watch:\n  debouce_ms: 500\n");
        yield return new("camel case", "daemon:\n  heartbeatIntervalSeconds: 5\n");
        yield return new("key in the wrong section", "debounce_ms: 500\n");
        yield return new("unknown key", "watch:\n  recursive: true\n");
        yield return new(
            "keys without their unit",
            "watch: {debounce: 500, max_wait: 5000}\ndaemon: {heartbeat: 5, action_timeout: 5, grace: 1, history: {output: 1}}\nwebhook: "
                + "{max_body: 5}\n"
        );
        yield return new(
            "keys with another unit",
            "watch: {debounce_seconds: 1}\nactions:\n  a: {type: shell, command: ls, timeout_seconds: 5}\nschedule:\n  jobs: [{id: a, "
                + "cron: \"0 1 * * *\", action: a, jitter_ms: 5}]\nrules:\n  - {id: r, event: {source: watch}, action: a, cooldown: 5}\n"
        );
        yield return new(
            "keys of other programs",
            "daemon: {log_level: info, level: info}\nactions:\n  a: {type: exec, args: [ls], timeout: 5, dir: src}\n  b: {type: shell, "
                + "cmd: ls}\nschedule:\n  jobs: [{id: a, schedule: \"0 1 * * *\", run: a, tz: UTC}]\nrules:\n  - {id: r, on: {source: "
                + "watch}, do: a, path_pattern: src/**}\n"
        );
        yield return new("literal secret", "webhook:\n  secret: hunter2\n");
        yield return new("literal token", "actions:\n  a: {type: notify, message: hi, token: abc}\n");
        yield return new("secret in env", "actions:\n  a: {type: shell, command: ls, env: {GITHUB_TOKEN: ghp_x}}\n");
        yield return new("value in place of a variable's name", "webhook:\n  secret_env: \"s3cr3t!\"\n");
        yield return new("reference in place of a variable's name", "webhook:\n  secret_env: $HOOK\n");
        // Watch.
        yield return new("path is missing", "watch:\n  paths:\n    - events: [modify]\n");
        yield return new("extension without a dot", "watch:\n  paths: [{path: src/, extensions: [ts]}]\n");
        yield return new("extension as a pattern", "watch:\n  paths: [{path: src/, extensions: [\"*.ts\"]}]\n");
        // Schedule.
        yield return new("job without cron", "schedule:\n  jobs:\n    - id: a\n      action: doctor\n");
        yield return new("job without anything", "schedule:\n  jobs:\n    - {}\n");
        yield return new(
            "duplicate job",
            "schedule:\n  jobs:\n    - {id: a, cron: \"0 1 * * *\", action: doctor}\n    - {id: a, cron: \"0 2 * * *\", action: doctor}\n"
        );
        yield return new("cron with six fields", Job("cron: \"0 0 1 * * *\""));
        yield return new("cron out of range", Job("cron: \"60 * * * *\""));
        yield return new("cron with an endless number", Job($"cron: \"{new string('9', 100)} * * * *\""));
        yield return new("cron that never fires", Job("cron: \"0 0 30 2 *\""));
        yield return new("unknown zone", Job("cron: \"0 1 * * *\", timezone: Europe/Berlinn"));
        yield return new("unknown overlap", Job("cron: \"0 1 * * *\", overlap: skp"));
        yield return new("action of a job is a command line", "schedule:\n  jobs:\n    - {id: a, cron: \"0 1 * * *\", action: npm test}\n");
        // Actions and rules.
        yield return new(
            "nearly the name of an action",
            "actions:\n  build-all: {type: shell, command: make}\nrules:\n  - {id: r, event: {source: watch}, action: build-al}\n"
        );
        yield return new("nearly a command of aiwg", "rules:\n  - {id: r, event: {source: watch}, action: docter}\n");
        yield return new("action without a type", "actions:\n  a: {command: ls}\n");
        yield return new("action of an unknown type", "actions:\n  a: {type: bash, command: ls}\n");
        yield return new("action is a word", "actions:\n  a: ls\n");
        yield return new("exec without argv", "actions:\n  a: {type: exec, command: ls}\n");
        yield return new("argv is a word", "actions:\n  a: {type: exec, argv: npm test}\n");
        yield return new("shell with iterations", "actions:\n  a: {type: shell, command: ls, max_iterations: 3}\n");
        yield return new("ralph without objective", "actions:\n  a: {type: ralph}\n");
        yield return new("cli with aiwg", "actions:\n  a: {type: cli, command: aiwg doctor}\n");
        yield return new("cli with an open quote", "actions:\n  a: {type: cli, command: \"run 'x\"}\n");
        yield return new("placeholder never closed", "actions:\n  a: {type: exec, argv: [echo, \"{{event.type\"]}\n");
        yield return new("placeholder of a misspelt event", "actions:\n  a: {type: exec, argv: [echo, \"{{evnt.path}}\"]}\n");
        yield return new("placeholder without event", "actions:\n  a: {type: shell, command: \"echo {{payload.path}}\"}\n");
        yield return new("placeholder of an unknown part", "actions:\n  a: {type: notify, message: \"{{event.nme}}\"}\n");
        yield return new(
            "several wrong placeholders in one text",
            "rules:\n  - {id: r, event: {source: watch}, action: {type: notify, message: \"{{event.nme}} {{event.payload.pth}} "
                + "{{payload.root}} {{event.job_id}} {{event.event_type}} {{event.tpye}} {{event.path}}\"}}\n"
        );
        yield return new(
            "placeholder that the source does not have",
            "rules:\n  - {id: r, event: {source: watch}, action: {type: exec, argv: [echo, \"{{event.payload.foo}}\"]}}\n"
        );
        yield return new(
            "placeholder that no user of the action has",
            "actions:\n  a: {type: exec, argv: [echo], env: {REF: \"{{event.payload.body.ref}}\"}}\nschedule:\n  jobs: [{id: j, cron: "
                + "\"0 1 * * *\", action: a}]\nrules:\n  - {id: r, event: {source: watch}, action: a}\n"
        );
        yield return new("placeholder that would be run", "actions:\n  a: {type: exec, argv: [sh, -c, \"echo {{event.path}}\"]}\n");
        yield return new("placeholder in cwd", "actions:\n  a: {type: shell, command: ls, cwd: \"{{event.path}}\"}\n");
        yield return new(
            "variable of an action not set",
            "actions:\n  a: {type: notify, message: hi, url_env: AIWG_TEST_UNSET}\nrules:\n  - {id: r, event: {source: watch}, action: a}\n"
        );
        yield return new("name with a blank", "actions:\n  my action: {type: shell, command: ls}\n");
        yield return new("rule without event", "rules:\n  - {id: r, action: doctor}\n");
        yield return new("rule for every event", "rules:\n  - {id: r, event: {}, action: doctor}\n");
        yield return new(
            "duplicate rule",
            "rules:\n  - {id: r, event: {source: watch}, action: doctor}\n  - {id: r, event: {source: manual}, action: doctor}\n"
        );
        yield return new(
            "pattern that can never match",
            "rules:\n  - {id: r, event: {source: watch, path_pattern: ./src/**}, action: doctor}\n"
        );
        yield return new(
            "pattern with an open class",
            "rules:\n  - {id: r, event: {source: watch, path_pattern: \"src/[a\"}, action: doctor}\n"
        );
        yield return new("pattern with an open brace", "watch:\n  ignore: [\"{a,b\"]\n");
        yield return new(
            "pattern that leaves the project",
            "rules:\n  - {id: r, event: {source: watch, path_pattern: ../other/**}, action: doctor}\n"
        );
        yield return new(
            "path of an event without paths",
            "rules:\n  - {id: r, event: {source: schedule, path_pattern: src/**}, action: doctor}\n"
        );
        yield return new("type of another source", "rules:\n  - {id: r, event: {source: watch, type: file.modified}, action: doctor}\n");
        yield return new(
            "type that the daemon never publishes",
            "rules:\n  - {id: r, event: {source: daemon, type: action.faild}, action: doctor}\n"
        );
        yield return new(
            "unknown job",
            "schedule:\n  jobs: [{id: nightly, cron: \"0 1 * * *\", action: doctor}]\nrules:\n  - {id: r, event: {source: schedule, "
                + "job_id: nightli}, action: doctor}\n"
        );
        yield return new("unknown endpoint", "rules:\n  - {id: r, event: {source: webhook, endpoint: /ci}, action: doctor}\n");
        yield return new(
            "comparison with a word",
            "rules:\n  - {id: r, event: {source: manual, match: {size: \">= big\"}}, action: doctor}\n"
        );
        yield return new("condition is a map", "rules:\n  - {id: r, event: {source: manual, match: {body: {ref: x}}}, action: doctor}\n");
        // Webhook.
        yield return new("secret not set", "webhook:\n  enabled: true\n  secret_env: AIWG_TEST_UNSET\n  endpoints: [{path: /ci}]\n");
        yield return new("endpoint without a slash", "webhook:\n  endpoints: [{path: ci}]\n");
        yield return new("endpoint of the daemon", "webhook:\n  endpoints: [{path: /health}]\n");
        yield return new("duplicate endpoint", "webhook:\n  endpoints: [{path: /ci}, {path: /ci, method: POST}]\n");
        yield return new("unknown signature", "webhook:\n  endpoints: [{path: /ci, signature: githib}]\n");
        yield return new("host is a URL", "webhook:\n  host: http://localhost\n");
        yield return new("certificate without key", "webhook:\n  tls: {certificate: cert.pem}\n");
        // All at once.
        yield return new(
            "many faults",
            "watch:\n  debounce_ms: -1\n  paths: [{pth: a}]\nschedule:\n  jobs: [{id: a, cron: x, action: doctor, overlap: "
                + "never}]\nwebhook:\n  prot: 1\n"
        );
    }

    private static string Job(string keys) => $"schedule:\n  jobs:\n    - {{id: a, {keys}, action: doctor}}\n";
}
