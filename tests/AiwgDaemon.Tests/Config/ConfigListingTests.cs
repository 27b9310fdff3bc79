using System.Text;
using System.Text.RegularExpressions;
using AiwgDaemon.Config;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Tests.Config;

/// <summary>Where each value of <c>config show</c> comes from.</summary>
public sealed class ConfigListingTests
{
    [Fact]
    public void Without_a_file_s_word_each_value_is_a_default()
    {
        var lines = Show("{}");
        lines.ShouldAllBe(line => IsHeading(line) || line.EndsWith(" # default", StringComparison.Ordinal));
        foreach (var key in ConfigDescription.Root.Keys.Where(k => !k.Ignored)) Keys(lines).ShouldContain(key.Name);
    }

    [Fact]
    public void Each_value_that_the_file_writes_has_the_line_it_is_written_in()
    {
        // Each key on a line of its own; values are not the defaults.
        const string text = """
            daemon:
              heartbeat_interval_seconds: 31
              max_parallel_actions: 4
              action_timeout_minutes: 121
              shutdown_grace_seconds: 11
              reload_on_change: true
              log:
                max_size_mb: 51
                max_files: 6
                level: warn
                format: json
              history:
                events_days: 8
                actions_kept: 201
                action_output_mb: 11
            watch:
              enabled: true
              paths:
                - path: src
                  events: [create]
                  extensions: [.ts]
                  ignore: ["*.tmp"]
                - lib
              ignore: ["*.swp"]
              gitignore: false
              debounce_ms: 501
              max_wait_ms: 5001
              polling: always
            schedule:
              enabled: true
              timezone: UTC
              jobs:
                - id: nightly
                  cron: "0 3 * * *"
                  action: build
                  timezone: Europe/Berlin
                  catch_up: last
                  overlap: queue
                  jitter_seconds: 5
                  ping_url_env: C_URL
                  enabled: false
                - id: often
                  every_minutes: 90
                  action: build
            webhook:
              enabled: true
              host: localhost
              port: 9472
              secret_env: A_SECRET
              max_body_kb: 1025
              allowed_hosts: [example.org]
              rate_limit_per_minute: 601
              trusted_proxies: [10.0.0.0/8]
              public_health: true
              health_token_env: D_TOKEN
              tls:
                certificate: c.pem
                key: k.pem
              endpoints:
                - path: /ci
                  method: PUT
                  signature: gitlab
                  secret_env: [B_SECRET]
                  tolerance_seconds: 301
                  content: json
                  headers: [X-Event-Key]
                  delivery_header: X-Delivery
                  respond:
                    kind: fixed
                    status: 200
                    body: ok
                    wait_seconds: 3
                - path: /own
                  signature: hmac
                  hmac:
                    header: X-Signature
                    algorithm: sha512
                    encoding: base64
                    prefix: sha512=
                    timestamp_header: X-Timestamp
                    signed: "{timestamp}:{body}"
            groups:
              g: 1
            agents:
              default: mine
              max_parallel: 4
              providers:
                mine:
                  type: command
                  argv: [my-agent]
                  prompt: stdin
                other:
                  type: claude
                  program: /opt/claude
                  model: m
                  permission: plan
                  args: [-x]
              isolation: worktree
              worktree:
                base: main
                dir: ../trees
                link: [node_modules]
                copy: [.env]
                setup: [make, deps]
                keep_days: 3
              untrusted:
                permission: edit
                approve: never
            actions:
              build:
                type: exec
                argv: [make]
                timeout_minutes: 3
                env:
                  LEVEL: "5"
                pass_env: A_SECRET
                cwd: src
                priority: 2
                env_file: test.env
                only_if: [test, -e, x]
                success_exit_codes: 3
                stdin: none
                nice: 5
                group: g
              say:
                type: notify
                message: hi
                url_env: C_URL
              ask:
                type: http
                url_env: C_URL
                method: PUT
                headers:
                  X-Ref: main
                headers_env:
                  Authorization: C_TOKEN
                body: x
                expected_status: 204
              loop:
                type: ralph
                objective: green
                completion: tests pass
                max_iterations: 3
              fix:
                type: agent
                prompt_file: fix.md
                provider: other
                untrusted_permission: plan
                approve: always
                isolation: none
                verify:
                  argv: [make, check]
                attempts: 2
                stall_minutes: 0.5
              script:
                type: shell
                command: ls
            rules:
              - id: r
                enabled: false
                event:
                  source: watch
                  type: file.*
                  path_pattern: src/**
                  match:
                    path: src/*
                action: build
                cooldown_minutes: 1
                on_busy: skip
                retries: 1
                retry_seconds: 5
                on_lost: rerun
                ignore_own_changes: false
              - id: j
                event:
                  source: schedule
                  job_id: nightly
                action: say
              - id: h
                event:
                  source: webhook
                  endpoint: /ci
                action: loop
            """;
        var source = text.ReplaceLineEndings("\n").Split('\n');
        var lines = Show(text);
        var written = lines.Where(line => line.Contains(" # daemon.yaml:", StringComparison.Ordinal)).ToList();
        lines.ShouldAllBe(line =>
            IsHeading(line)
            || line.EndsWith(" # default", StringComparison.Ordinal)
            || line.TrimStart().StartsWith('#')
            || written.Contains(line)
        );
        foreach (var line in written)
        {
            var number = int.Parse(line[(line.LastIndexOf(':') + 1)..]);
            var key = Regex.Match(line, @"^[ -]*(?<key>\w+):", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["key"].Value;
            var there = source[number - 1];
            (there.Contains(key + ":", StringComparison.Ordinal) || there.TrimStart() == "- lib").ShouldBeTrue(
                $"{line} is not from: {there}"
            );
        }
        // Nothing that was written shows as a default.
        written.Count.ShouldBe(source.Count(line => !line.TrimEnd().EndsWith(':')));
        foreach (var key in Names(ConfigDescription.Root)) Keys(lines).ShouldContain(key);
    }

    [Fact]
    public void What_holds_by_a_key_elsewhere_is_shown_with_that_key()
    {
        var lines = Show("""
            daemon: {action_timeout_minutes: 7}
            schedule: {timezone: Europe/Berlin, jobs: [{id: j, cron: "0 3 * * *", action: a}]}
            webhook: {secret_env: [A, B], endpoints: [{path: /ci}]}
            groups:
              g: 1
            actions:
              a: {type: exec, argv: [make]}
            """
        );
        string.Join(
                '\n',
                lines
                    .Where(line => line.TrimStart().StartsWith('#'))
                    .Select(line => Regex.Replace(line, " {3,}", "   ", RegexOptions.None, TimeSpan.FromSeconds(1)))
            )
            .ShouldBe(
                """
                   # timezone: Europe/Berlin   # schedule.timezone
                   # secret_env: [A, B]   # webhook.secret_env
                   # timeout_minutes: 7   # daemon.action_timeout_minutes
                """,
                StringCompareShould.IgnoreLineEndings
            );
    }

    private static List<string> Show(string text)
    {
        var document = ConfigDocument.Read(
            Encoding.UTF8.GetBytes(text),
            "daemon.yaml",
            new ConfigSurroundings { Variable = _ => "https://set.example" }
        );
        document.Errors.ShouldBeEmpty();
        return [.. ConfigListing.Of(document.Root!, "daemon.yaml").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static bool IsHeading(string line) => line.TrimEnd().EndsWith(':');

    private static HashSet<string> Keys(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.TrimStart(' ', '-')).Select(line => line[..line.IndexOf(':')])];

    private static IEnumerable<string> Names(Shape shape) => shape switch
    {
        ObjectShape map => map.Keys.Where(k => !k.Ignored).SelectMany(k => Names(k.Shape).Append(k.Name)),
        ListShape list => Names(list.Item),
        DictionaryShape dictionary => Names(dictionary.Value),
        _ => [],
    };
}
