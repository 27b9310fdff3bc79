using System.Text;
using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

/// <summary>A variable that is not set: an error for who starts, a warning for who looks, and words that fit the situation.</summary>
public sealed class SurroundingsTests
{
    private const string Hook = """
        webhook: {enabled: true, secret_env: HOOK, endpoints: [{path: /x}]}
        actions: {say: {type: notify, message: hi, url_env: CHAT}}
        rules: [{id: r, event: {source: webhook, endpoint: /x}, action: say}]
        """;

    [Fact]
    public void A_start_refuses_and_says_how_to_set_it()
    {
        var errors = Load(ConfigPurpose.Start).Errors.Select(e => e.ToString()).ToList();
        errors.ShouldBe(
        [
            "daemon.yaml:1:38: webhook.secret_env: HOOK is not set, and the webhook cannot work without (set the variable before the "
                + "daemon starts: export HOOK=…; for the service write HOOK=… into .aiwg/daemon/environment)",
            "daemon.yaml:2:53: actions.say.url_env: CHAT is not set, and the action cannot work without (set the variable before the "
                + "daemon starts: export CHAT=…; for the service write CHAT=… into .aiwg/daemon/environment)",
        ]);
    }

    [Fact]
    public void A_reload_says_that_an_export_does_not_reach_the_daemon()
    {
        var error = Load(ConfigPurpose.Reload).Errors[0].ToString();
        error.ShouldContain("HOOK is not set in the running daemon");
        error.ShouldContain("export in a shell does not reach it");
        error.ShouldContain("'aiwg-daemon restart'");
        error.ShouldContain(".aiwg/daemon/environment");
    }

    [Fact]
    public void A_command_that_reads_goes_on_with_a_warning()
    {
        var result = Load(ConfigPurpose.Read);
        result.Errors.ShouldBeEmpty();
        result.Configuration.ShouldNotBeNull().Rules.ShouldHaveSingleItem();
        result
            .Warnings.Select(w => (w.Key, w.Concern))
            .ShouldBe([("webhook.secret_env", ConfigConcern.Start), ("actions.say.url_env", ConfigConcern.Start)]);
        result.Warnings[0].What.ShouldBe("HOOK is not set in this shell, and the webhook cannot work without");
    }

    [Fact]
    public void What_the_running_daemon_has_is_no_concern()
    {
        var result = Load(ConfigPurpose.Read, inDaemon: _ => true);
        result.Warnings.Select(w => w.Concern).Distinct().ShouldBe([ConfigConcern.None]);
        result.Warnings[0].What.ShouldBe("HOOK is not set in this shell, and the running daemon has it");
    }

    [Fact]
    public void A_URL_that_is_none_here_may_be_one_for_the_daemon()
    {
        var result = Load(ConfigPurpose.Read, variable: _ => "not a URL");
        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldHaveSingleItem().What.ShouldBe("CHAT holds no http or https URL in this shell");
    }

    [Fact]
    public void A_certificate_that_is_not_there_keeps_nobody_from_reading()
    {
        const string text =
            "webhook: {enabled: true, tls: {certificate: /nonexistent/c.pem, key: \"~/k.pem\"}, endpoints: [{path: /x, signature: none}]}";
        Load(ConfigPurpose.Start, text: text, variable: _ => "/h").Errors.Count.ShouldBe(1);
        var result = Load(ConfigPurpose.Read, text: text, variable: _ => "/h");
        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldContain(w => w.Key == "webhook.tls.certificate" && w.Concern == ConfigConcern.Start);
    }

    private static ConfigResult Load(
        ConfigPurpose purpose,
        Func<string, bool>? inDaemon = null,
        string text = Hook,
        Func<string, string?>? variable = null
    ) =>
        ConfigLoader.Load(
            Encoding.UTF8.GetBytes(text),
            "daemon.yaml",
            new ConfigSurroundings
            {
                Purpose = purpose,
                Variable = variable ?? (_ => null),
                IsSetInDaemon = inDaemon ?? (_ => false),
            }
        );
}
