using System.Text;
using AiwgDaemon.Config;
using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Config;

/// <summary>What is valid and deserves a word.</summary>
public sealed class WarningTests
{
    [Fact]
    public void A_condition_on_what_the_payload_does_not_have_is_named_with_what_was_meant()
    {
        var result = Load("""
            watch: {paths: [src]}
            webhook: {enabled: true, endpoints: [{path: /ci}]}
            actions: {a: {type: shell, command: ls}}
            rules:
              - {id: w, event: {source: watch, match: {pth: a, event_type: modify}}, action: a}
              - {id: h, event: {source: webhook, match: {ref: main, body.ref: main}}, action: a}
              - {id: m, event: {source: manual, match: {anything: a}}, action: a}
            """
        );
        result
            .Warnings.Select(w => w.ToString())
            .ShouldBe([
                "daemon.yaml:5:44: rules[0].event.match.pth: the payload of watch events has no pth (did you mean path?)",
                "daemon.yaml:6:46: rules[1].event.match.ref: the payload of webhook events has no ref (write body.ref for what the "
                    + "request sends)",
            ]);
    }

    [Fact]
    public void A_working_directory_that_is_not_there_is_named()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Combine(".aiwg"));
        Directory.CreateDirectory(directory.Combine("src"));
        File.WriteAllText(directory.Combine("file"), "");
        var path = directory.Combine(".aiwg", "daemon.yaml");
        File.WriteAllText(path, """
            actions:
              absolute: {type: shell, command: ls, cwd: /nonexist}
              relative: {type: shell, command: ls, cwd: scr}
              file: {type: shell, command: ls, cwd: file}
              right: {type: shell, command: ls, cwd: src}
              left-out: {type: shell, command: ls}
            """);
        var result = ConfigLoader.Load(directory.Path, null);
        result.Errors.ShouldBeEmpty();
        result.Warnings.Select(w => $"{w.Key}: {w.What}").ShouldBe(
        [
            "actions.absolute.cwd: \"/nonexist\" is not there: the action cannot start until it is",
            "actions.relative.cwd: \"scr\" is not there: the action cannot start until it is",
            "actions.file.cwd: \"file\" is a file: the action cannot start",
        ]);
    }

    [Theory]
    [InlineData("on_busy: restart", false, false)]
    [InlineData("on_busy: allow", false, false)]
    [InlineData("on_busy: coalesce", true, false)]
    [InlineData("retries: 0", true, false)]
    [InlineData("on_busy: restart, ignore_own_changes: true", true, true)]
    [InlineData("on_busy: restart, ignore_own_changes: false", false, false)]
    [InlineData("on_busy: queue, ignore_own_changes: true", true, false)]
    public void Restart_and_allow_see_changes_at_once_unless_the_file_says_otherwise(string keys, bool ignores, bool warns)
    {
        var result = Load($$$"""
            watch: {paths: [src]}
            actions: {a: {type: shell, command: ls}}
            rules: [{id: r, event: {source: watch}, action: a, {{{keys}}} }]
            """);
        result.Configuration!.Rules.ShouldHaveSingleItem().IgnoreOwnChanges.ShouldBe(ignores);
        result.Warnings.Any(w => w.Key == "rules[0].ignore_own_changes").ShouldBe(warns);
    }

    [Theory]
    [InlineData(
        "source: watch, path_pattern: \"*.ts\"",
        "rules[0].event.path_pattern: \"*.ts\" matches only what lies directly in the project, where nothing is watched (write "
            + "\"**/*.ts\" for all directories)"
    )]
    [InlineData("source: watch, path_pattern: \"src/*.ts\"", null)]
    [InlineData("source: watch, path_pattern: \"**\"", null)]
    [InlineData("source: webhook", "rules[0].event: never matches: the webhook is off (write webhook.enabled: true)")]
    [InlineData(
        "type: action.faild",
        "rules[0].event.type: \"action.faild\" is no type of the daemon's own events (did you mean action.failed?)"
    )]
    [InlineData("type: action.failed", null)]
    [InlineData("type: \"action.*\"", null)]
    [InlineData("type: action.run", null)]
    [InlineData("type: deploy.requested", null)]
    public void A_rule_that_can_never_fire_is_told(string @event, string? warning)
    {
        var result = Load($"watch: {{paths: [src/]}}\nrules:\n  - {{id: r, event: {{{@event}}}, action: {{type: exec, argv: [ls]}}}}\n");
        result.Errors.ShouldBeEmpty();
        if (warning is null) result.Warnings.ShouldBeEmpty();
        else result.Warnings.ShouldHaveSingleItem().ToString().ShouldEndWith(warning);
    }

    [Fact]
    public void A_certificate_that_is_not_there_is_told_before_the_start()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Combine(".aiwg"));
        File.WriteAllText(
            directory.Combine(".aiwg/daemon.yaml"),
            "webhook:\n  enabled: true\n  host: 127.0.0.1\n  tls: {certificate: c.pem, key: k.pem}\n  endpoints: [{path: /x, signature: "
                + "none}]\n"
        );
        File.WriteAllText(directory.Combine("k.pem"), "");
        ConfigLoader
            .Load(directory.Path, null)
            .Errors.ShouldHaveSingleItem()
            .ToString()
            .ShouldEndWith(
                ".aiwg/daemon.yaml:4:22: webhook.tls.certificate: \"c.pem\" is not there, and the webhook cannot work without (write a "
                    + "PEM file, relative to the project or absolute)"
            );
        File.WriteAllText(directory.Combine("c.pem"), "");
        ConfigLoader.Load(directory.Path, null).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_variable_that_holds_no_URL_is_an_error_where_the_action_is_used_and_its_value_is_not_shown(bool used)
    {
        var text =
            $"actions:\n  say: {{type: notify, message: hi, url_env: HOOK}}\nrules:\n  - {{id: r, event: {{source: manual}}, action: "
                + $"say, enabled: {(used ? "true" : "false")}}}\n";
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => "chat.example/s3cret");
        (used ? result.Errors : result.Warnings)
            .Select(e => e.ToString())
            .ShouldBe([
                "daemon.yaml:2:45: actions.say.url_env: HOOK holds no http or https URL (set the variable to one before the daemon starts)",
            ]);
        ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => "http://chat.example/s3cret").Warnings.ShouldBeEmpty();
    }

    private static ConfigResult Load(string text)
    {
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => "https://set.example");
        result.Errors.ShouldBeEmpty();
        return result;
    }
}
