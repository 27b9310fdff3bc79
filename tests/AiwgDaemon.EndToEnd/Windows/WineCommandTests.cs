namespace AiwgDaemon.EndToEnd.Windows;

/// <summary>What the program for Windows answers without a daemon.</summary>
public sealed class WineCommandTests : IDisposable
{
    private const string Configuration = """
        watch: { paths: [ { path: src/ } ] }
        schedule: { timezone: UTC, jobs: [ { id: yearly, cron: "0 0 1 1 *", action: test } ] }
        actions:
          test: { type: shell, command: "echo 2 tests passed" }
        rules:
          - { id: on-emit, event: { source: manual, type: deploy.* }, action: { type: shell, command: "echo deployed" } }

        """;

    private readonly WineProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("--version", 0, "aiwg-daemon ")]
    [InlineData("--help", 0, "start")]
    [InlineData("config validate", 0, @".aiwg\daemon.yaml is valid: 1 watched path, 1 job, 1 rule")]
    [InlineData("config show", 0, "timezone")]
    [InlineData("rules list", 0, "on-emit")]
    [InlineData("rules test --type deploy.now", 0, "echo deployed")]
    [InlineData("rules test --path src/a.txt", 0, "")]
    [InlineData("cron next * * * * * --timezone UTC --from 2026-03-29T00:59:00Z", 0, "01:00")]
    [InlineData("cron explain 0 0 1 1 *", 0, "")]
    [InlineData("actions list", 0, "No action has run yet")]
    [InlineData("dead-letters list", 0, "")]
    [InlineData("status", 3, "stopped")]
    [InlineData("stop", 0, "No daemon is running for Z:")]
    [InlineData("emit go", 3, "start it with 'aiwg-daemon start'")]
    [InlineData("reload", 3, "start it with 'aiwg-daemon start'")]
    [InlineData("actions run test", 3, "start it with 'aiwg-daemon start'")]
    [InlineData("strat", 2, "start")]
    [InlineData("stop --timeout soon", 2, "soon")]
    [InlineData("service print --for windows", 0, "<Exec>")]
    [InlineData("service print --for systemd", 0, "[Service]")]
    [InlineData("completions pwsh", 0, "Register-ArgumentCompleter")]
    [InlineData("doctor", 0, "Nothing needs attention")]
    [InlineData("logs", 1, "There is no log at Z:")]
    [InlineData("events", 0, "")]
    public async Task A_command_answers_as_elsewhere(string line, int code, string words)
    {
        _project.Configure(Configuration);
        var result = await _project.Run(Words(line));
        result.ShouldExit(code);
        (result.Output + result.Error).ShouldContain(words);
        (result.Output + result.Error).ShouldNotContain("Internal error");
    }

    [Fact]
    public async Task A_zone_has_the_name_that_windows_gives_it() =>
        (await _project.Run("cron", "next", "30 3 * * *", "--timezone", "W. Europe Standard Time", "--from", "2026-07-01T00:00:00Z"))
            .ShouldExit(0)
            .Output.ShouldContain("03:30:00+02:00");

    [Fact]
    public async Task Doctor_speaks_of_what_windows_has()
    {
        _project.Configure(Configuration);
        var output = (await _project.Run("doctor")).ShouldExit(0).Output;
        output.ShouldNotContain("inotify");
        output.ShouldContain(_project.WindowsRoot + @"\.aiwg\daemon.yaml");
    }

    [Fact]
    public async Task Line_ends_and_a_byte_order_mark_of_windows_are_no_mistakes_of_a_configuration()
    {
        _project.Configure("\uFEFF" + Configuration.ReplaceLineEndings("\r\n"));
        (await _project.Run("config", "validate")).ShouldExit(0);
    }

    [Fact]
    public async Task A_mistake_is_told_with_its_place_as_windows_writes_paths()
    {
        _project.Configure("watch: { pahts: [] }\r\n");
        (await _project.Run("config", "validate")).ShouldExit(5).Error.ShouldContain(@".aiwg\daemon.yaml:1:");
    }

    [Fact]
    public async Task The_first_configuration_is_valid()
    {
        (await _project.Run("config", "init")).ShouldExit(0);
        (await _project.Run("config", "validate")).ShouldExit(0);
    }

    [Fact]
    public async Task What_wine_lacks_is_known()
    {
        var lines = (await _project.RunChild("platform")).ShouldExit(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(5);
        // Without it nothing here would say anything about Windows.
        lines.ShouldContain("has locks between two handles");
    }

    // As cmd splits them, but for the fields of a schedule, which are one word.
    private static string[] Words(string line) =>
        line.StartsWith("cron next ", StringComparison.Ordinal) ? 
            ["cron", "next", "* * * * *", .. line["cron next * * * * * ".Length..].Split(' ')]
        : line.StartsWith("cron explain ", StringComparison.Ordinal) ? ["cron", "explain", line["cron explain ".Length..]]
        : line.Split(' ');
}
