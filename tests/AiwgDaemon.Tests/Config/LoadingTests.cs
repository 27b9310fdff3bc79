using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Tests.Config;

/// <summary>What a valid file becomes.</summary>
public sealed class LoadingTests
{
    private static DaemonConfiguration Valid(string text, Func<string, string?>? environment = null)
    {
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", environment ?? (_ => "https://set.example"));
        result.Errors.ShouldBeEmpty();
        return result.Configuration.ShouldNotBeNull();
    }

    [Fact]
    public void The_file_of_the_first_start_says_what_it_always_said()
    {
        using var directory = new TemporaryDirectory();
        var path = ConfigLoader.Find(directory.Path, null);
        ConfigLoader.WriteDefault(path);
        var result = ConfigLoader.Load(directory.Path, null);
        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldBeEmpty();
        var configuration = result.Configuration.ShouldNotBeNull();
        configuration.Path.ShouldBe(path);
        configuration.Hash.Length.ShouldBe(16);
        configuration.HeartbeatInterval.ShouldBe(TimeSpan.FromSeconds(30));
        configuration.Limits.Timeout.ShouldBe(TimeSpan.FromHours(2));
        configuration.Log.Level.ShouldBe(LogLevel.Information);
        configuration.Watch.Debounce.ShouldBe(TimeSpan.FromSeconds(2));
        configuration.Watch.MaxWait.ShouldBe(TimeSpan.FromSeconds(20));
        configuration.Watch.Paths.Count.ShouldBe(2);
        configuration.Watch.Paths[1].Events.ShouldBe(FileEvents.Modify);
        configuration.Watch.Paths[1].Extensions.ShouldBe([".ts", ".js", ".mjs"]);
        configuration.Schedule.Jobs.ShouldHaveSingleItem().Action.ShouldBe("doctor");
        var rule = configuration.Rules.ShouldHaveSingleItem();
        rule.Id.ShouldBe("job:health-check");
        rule.Event.JobId.ShouldBe("health-check");
        rule.Event.Source.ShouldBe(EventSource.Schedule);
        rule.OnBusy.ShouldBe(OnBusy.Skip);
        rule.Action.Type.ShouldBe(ActionType.Doctor);
    }

    [Fact]
    public void An_action_that_rules_share_may_have_a_value_for_one_of_them_only()
    {
        const string text = """
            actions:
              tell: {type: exec, argv: [echo, "{{event.payload.body.ref}}", "{{.Names}}", "{{ item }}"]}
            webhook: {endpoints: [{path: /ci}]}
            rules:
              - {id: w, event: {source: watch}, action: tell}
              - {id: h, event: {source: webhook}, action: tell}
            """;
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => "https://set.example");
        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldContain(w => w.Key == "actions.tell.argv[1]" && w.What.Contains("a watch event has no body"));
    }

    [Fact]
    public void The_default_file_has_the_mode_that_the_umask_leaves_and_only_its_owner_may_write_it()
    {
        if (OperatingSystem.IsWindows()) return;
        using var directory = new TemporaryDirectory();
        var path = ConfigLoader.Find(directory.Path, null);
        ConfigLoader.WriteDefault(path);
        var beside = directory.Combine("beside");
        File.WriteAllText(beside, "");
        File.GetUnixFileMode(path).ShouldBe(File.GetUnixFileMode(beside) & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }

    [Fact]
    public void Defaults_of_the_description_are_those_of_the_options()
    {
        var loaded = Valid("{}");
        loaded.HeartbeatInterval.ShouldBe(new DaemonConfiguration { Path = "", Hash = "" }.HeartbeatInterval);
        loaded.ShutdownGrace.ShouldBe(new DaemonConfiguration { Path = "", Hash = "" }.ShutdownGrace);
        loaded.Log.ShouldBe(new());
        loaded.History.ShouldBe(new());
        var groups = loaded.Limits.Groups;
        groups.ShouldBeEmpty();
        (loaded.Limits with { SecretEnv = [], Groups = groups }).ShouldBe(new ActionOptions() with { SecretEnv = [], Groups = groups });
        loaded.Watch.ShouldBeEquivalentTo(new WatchOptions() with { Paths = loaded.Watch.Paths, Ignore = loaded.Watch.Ignore });
        loaded.Webhook.ShouldBeEquivalentTo(
            new WebhookOptions() with
            {
                SecretEnv = loaded.Webhook.SecretEnv,
                Endpoints = loaded.Webhook.Endpoints,
            }
        );
        loaded.Webhook.SecretEnv.ShouldBe(new WebhookOptions().SecretEnv);
        loaded.Http.ShouldBeEquivalentTo(
            new HttpOptions() with
            {
                AllowedHosts = loaded.Http.AllowedHosts,
                Listen = loaded.Http.Listen,
                TrustedProxies = loaded.Http.TrustedProxies,
            }
        );
        loaded.Http.Listen.ShouldBe(new HttpOptions().Listen);
    }

    [Fact]
    public void Everything_that_a_file_can_say_arrives()
    {
        var configuration = Valid("""
            x-quick: &quick {timeout_minutes: 0.5}
            daemon: {max_parallel_actions: 0x10, shutdown_grace_seconds: 1.5, reload_on_change: true, log: {format: json, level: warn}, history: {action_output_mb: 0.5}}
            watch:
              paths: [{path: src/, events: create}]
              ignore: "*.swp"
              debounce_ms: 100
              polling: always
            schedule:
              timezone: UTC
              jobs:
                - {id: nightly, cron: "0 3 * * *", action: {type: shell, command: echo hi}, catch_up: last, overlap: allow, jitter_seconds: 60}
            webhook:
              enabled: true
              secret_env: [A, B]
              tls: {certificate: c.pem, key: k.pem}
              endpoints:
                - {path: /ci, method: PUT, signature: gitlab, secret_env: C, tolerance_seconds: 10}
                - /short
            actions:
              test: {type: exec, argv: [npm, test, 5], env: {CI: 1}, priority: 3, pass_env: A, <<: *quick}
              say: {type: notify, message: "{{event.type}}", url_env: HOOK}
              loop: {type: ralph, objective: green, completion: done, max_iterations: 5}
              sync: {type: cli, command: 'refresh --message "two words"'}
            rules:
              - id: r1
                event: {source: watch, path_pattern: ["src/**", "*.md"]}
                action: test
                cooldown_minutes: 0.1
                retries: 2
                on_lost: rerun
              - id: r2
                event: {source: webhook, endpoint: /ci, match: {body.ref: "refs/heads/*", body.size: ">= 10", body.open: true, body.n: [1, "1"]}}
                action: refresh
                ignore_own_changes: false
                enabled: false
            """);
        configuration.Limits.MaxParallel.ShouldBe(16);
        configuration.Limits.MaxOutputBytes.ShouldBe(512 * 1024);
        configuration.Limits.SecretEnv.ShouldBe(["A", "B", "C", "HOOK"]);
        configuration.ReloadOnChange.ShouldBeTrue();
        configuration.Watch.MaxWait.ShouldBe(TimeSpan.FromSeconds(1));
        configuration.Watch.Paths[0].Events.ShouldBe(FileEvents.Create);
        configuration.Webhook.Endpoints[0].Signature.ShouldBe(SchemeCatalogue.GitLab);
        configuration.Webhook.Endpoints[0].SecretEnv.ShouldBe(["C"]);
        configuration.Webhook.Endpoints[1].Method.ShouldBe("POST");
        configuration.Webhook.Endpoints[1].SecretEnv.ShouldBeEmpty();
        configuration.Schedule.Jobs[0].TimeZone.ShouldBe("UTC");
        var test = configuration.Actions["test"];
        test.Argv.ShouldBe(["npm", "test", "5"]);
        test.Env["CI"].ShouldBe("1");
        test.Timeout.ShouldBe(TimeSpan.FromSeconds(30));
        configuration.Actions["say"].Command.ShouldBe("{{event.type}}");
        configuration.Actions["sync"].Argv.ShouldBe(["refresh", "--message", "two words"]);
        configuration.Rules.Select(r => r.Id).ShouldBe(["r1", "r2", "job:nightly"]);
        configuration.Rules[0].Action.ShouldBeSameAs(test);
        configuration.Rules[0].OnBusy.ShouldBe(OnBusy.Coalesce);
        configuration.Rules[0].Cooldown.ShouldBe(TimeSpan.FromSeconds(6));
        configuration.Rules[1].OnBusy.ShouldBe(OnBusy.Queue);
        configuration.Rules[1].Action.Type.ShouldBe(ActionType.Cli);
        configuration.Rules[1].Action.Argv.ShouldBe(["refresh"]);
        var conditions = configuration.Rules[1].Event.Match;
        conditions[0].Path.Steps.Select(step => step.Key).ShouldBe(["body", "ref"]);
        conditions[0].AnyOf[0].GetString().ShouldBe("refs/heads/*");
        conditions[1].Comparison.ShouldBe(Comparison.GreaterOrEqual);
        conditions[1].AnyOf.ShouldHaveSingleItem().GetInt32().ShouldBe(10);
        conditions[2].AnyOf[0].GetBoolean().ShouldBeTrue();
        conditions[3].AnyOf.Select(v => v.GetRawText()).ShouldBe(["1", "\"1\""]);
        configuration.Rules[2].OnBusy.ShouldBe(OnBusy.Allow);
        configuration.Rules[2].Action.Command.ShouldBe("echo hi");
    }

    [Fact]
    public void Files_of_the_Node_daemon_are_read_with_one_warning_for_each_old_form()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Combine(".aiwg"));
        File.WriteAllText(directory.Combine(".aiwg", "daemon.json"), """
            {"watch": {"paths": ["src/", "docs/"]}, "schedule": {"jobs": [
              {"name": "a", "cron": "* * * * *", "action": "doctor"}, {"name": "b", "cron": "* * * * *", "action": "doctor"}]}}
            """);
        var result = ConfigLoader.Load(directory.Path, null);
        result.Errors.ShouldBeEmpty();
        result.Configuration!.Watch.Paths.Select(p => p.Path).ShouldBe(["src/", "docs/"]);
        result.Configuration.Schedule.Jobs.Select(j => j.Id).ShouldBe(["a", "b"]);
        result.Warnings.Select(w => w.ToString().Replace(directory.Path, "")).ShouldBe(
        [
            "/.aiwg/daemon.json: is read in place of daemon.yaml (rename it to daemon.yaml: JSON is YAML)",
            "/.aiwg/daemon.json:2:4: schedule.jobs[0].name: is read as id (write id: instead)",
        ]);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_byte_order_mark_and_windows_line_ends_work(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes("watch:\r\n  enabled: false\r\n")];
        ConfigLoader.Load(bytes, "daemon.yaml").Configuration!.Watch.Enabled.ShouldBeFalse();
    }

    [Fact]
    public void Ten_thousand_jobs_are_no_matter()
    {
        var jobs = Enumerable.Range(0, 10_000).Select(i => $"    - {{id: j{i}, cron: '*/5 * * * *', action: doctor}}\n");
        Valid("schedule:\n  jobs:\n" + string.Concat(jobs)).Schedule.Jobs.Count.ShouldBe(10_000);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_unread()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Combine(".aiwg"));
        File.WriteAllBytes(directory.Combine(".aiwg", "daemon.yaml"), new byte[ConfigLoader.MaxBytes + 1]);
        ConfigLoader.Load(directory.Path, null).Errors.ShouldHaveSingleItem().What.ShouldBe("cannot be read");
    }

    [Theory]
    [InlineData("\t")]
    [InlineData("- a\n")]
    [InlineData("# a\n")]
    [InlineData("a: b\n")]
    public void Ten_megabytes_of_anything_end_in_an_error(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, ConfigLoader.MaxBytes / unit.Length));
        ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml").Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_missing_file_says_how_to_write_one()
    {
        using var directory = new TemporaryDirectory();
        ConfigLoader.Load(directory.Path, null).Errors.ShouldHaveSingleItem().ToString()
            .ShouldBe($"{directory.Combine(".aiwg", "daemon.yaml")}: does not exist (write one with: aiwg-daemon config init)");
    }
}
