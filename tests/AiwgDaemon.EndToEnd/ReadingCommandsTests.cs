using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Commands that only read look at what the daemon works with, and need none of its secrets.</summary>
public sealed class ReadingCommandsTests : IDisposable
{
    private static readonly string[][] Commands = [["rules"], ["rules", "test", "--type", "x"], ["config", "show"]];
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task They_follow_the_file_of_the_running_daemon_and_the_default_one_if_none_runs()
    {
        _project.Configure(RuleNamed("by-default"));
        _project.WriteFile("ci.yaml", RuleNamed("by-ci"));
        (await _project.Run("start", "--config", "ci.yaml")).ShouldExit(0);
        foreach (var command in Commands)
        {
            var result = (await _project.Run(command)).ShouldExit(0);
            result.Output.ShouldContain("by-ci", Case.Sensitive, string.Join(' ', command));
            result.Output.ShouldNotContain("by-default", Case.Sensitive, string.Join(' ', command));
        }
        (await _project.Run("stop")).ShouldExit(0);
        foreach (var command in Commands)
            (await _project.Run(command)).ShouldExit(0).Output.ShouldContain("by-default", Case.Sensitive, string.Join(' ', command));
    }

    [Fact]
    public async Task A_secret_that_is_not_in_this_shell_is_told_and_stops_a_start_only()
    {
        _project.Configure("""
            watch: { enabled: false }
            webhook: { enabled: true, port: 0, secret_env: DEPLOY_SECRET, endpoints: [ { path: /deploy, signature: github } ] }
            rules: [ { id: deploy, event: { source: webhook, endpoint: /deploy }, action: { type: exec, argv: ["true"] } } ]
            """);
        (await _project.Run("start")).ShouldExit(5).Error.ShouldContain("DEPLOY_SECRET");
        foreach (var running in new[] { false, true })
        {
            if (running) (await _project.Shell("DEPLOY_SECRET=x exec \"$BIN\" start")).ShouldExit(0);
            (await _project.Run("rules")).ShouldExit(0).Output.ShouldContain("deploy");
            (await _project.Run("rules", "test", "--source", "webhook", "--endpoint", "/deploy")).ShouldExit(0).Output.ShouldContain("deploy");
            (await _project.Run("config", "show")).ShouldExit(0).Output.ShouldContain("/deploy");
            (await _project.Run("actions")).ShouldExit(0);
            var doctor = await _project.Run("doctor");
            (doctor.Output + doctor.Error).ShouldContain("DEPLOY_SECRET");
        }
    }

    [Fact]
    public async Task The_file_that_the_service_reads_its_secrets_from_is_enough()
    {
        _project.Configure("""
            watch: { enabled: false }
            webhook: { enabled: true, port: 0, secret_env: DEPLOY_SECRET, endpoints: [ { path: /deploy, signature: github } ] }
            """);
        (await _project.Run("start")).ShouldExit(5);
        _project.WriteFile(".aiwg/daemon/environment", "DEPLOY_SECRET=x\n");
        var validated = (await _project.Run("config", "validate")).ShouldExit(0);
        (validated.Output + validated.Error).ShouldNotContain("DEPLOY_SECRET");
    }

    private static string RuleNamed(string id) =>
        $$"""
        watch: { enabled: false }
        rules: [ { id: {{id}}, event: { source: manual, type: x }, action: { type: shell, command: "echo {{id}}" } } ]

        """;
}
