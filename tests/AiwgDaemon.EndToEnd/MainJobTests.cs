using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>A file changes or a minute strikes, and an action runs.</summary>
public sealed class MainJobTests : IDisposable
{
    private const string OneRule = """
        daemon: { heartbeat_interval_seconds: 1 }
        watch:
          paths:
            - { path: "notes/", events: [create, modify] }
          debounce_ms: 100
        rules:
          - id: record
            event: { source: watch, path_pattern: "notes/**" }
            action: { type: shell, command: "echo \"$AIWG_EVENT_TYPE {{event.payload.path}}\" >> record.txt" }

        """;

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task An_edited_file_runs_the_action_once()
    {
        _project.Configure(OneRule);
        _project.WriteFile("notes/a.txt", "before");
        (await _project.Run("start")).ShouldExit(0);
        _project.WriteFile("notes/a.txt", "after");
        await _project.UntilLines("record.txt", 1);
        File.ReadAllText(_project.Combine("record.txt")).ShouldBe("file.modify notes/a.txt\n");
        // The second edit comes through after the first was handled: exactly one run for each save.
        _project.WriteFile("notes/b.txt", "new");
        await _project.UntilLines("record.txt", 2);
        await _project.UntilCompleted(2);
        File.ReadAllText(_project.Combine("record.txt")).ShouldBe("file.modify notes/a.txt\nfile.create notes/b.txt\n");
    }

    [Fact]
    public async Task A_file_name_is_never_run_as_shell()
    {
        _project.Configure(OneRule);
        Directory.CreateDirectory(_project.Combine("notes"));
        (await _project.Run("start")).ShouldExit(0);
        _project.WriteFile("notes/$(touch owned) `touch owned`; touch owned", "x");
        await _project.UntilLines("record.txt", 1);
        File.Exists(_project.Combine("owned")).ShouldBeFalse();
        File.ReadAllText(_project.Combine("record.txt")).ShouldContain("$(touch owned) `touch owned`; touch owned");
    }

    [Fact]
    public async Task A_job_runs_when_its_minute_strikes()
    {
        _project.Configure("""
            watch: { enabled: false }
            schedule:
              jobs:
                - { id: tick, cron: "* * * * *", action: mark }
            actions:
              mark: { type: shell, command: "date +%S >> ticks.txt" }

            """);
        (await _project.Run("start")).ShouldExit(0);
        await Eventually.Until(() => _project.Lines("ticks.txt") >= 1, "one minute to strike", TimeSpan.FromSeconds(90));
        // On the minute, not somewhere within it.
        int.Parse(File.ReadAllLines(_project.Combine("ticks.txt"))[0], System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeLessThan(30);
    }

    [Fact]
    public async Task A_reload_takes_effect_and_a_faulty_file_changes_nothing()
    {
        _project.Configure(OneRule);
        Directory.CreateDirectory(_project.Combine("notes"));
        (await _project.Run("start")).ShouldExit(0);
        var pid = _project.DaemonPid;

        _project.Configure(OneRule.Replace("record.txt", "second.txt", StringComparison.Ordinal));
        (await _project.Run("reload")).ShouldExit(0);
        _project.WriteFile("notes/a.txt", "x");
        await _project.UntilLines("second.txt", 1);

        _project.Configure("rules: [ { id: 5 ]");
        var refused = (await _project.Run("reload")).ShouldExit(5);
        refused.Error.ShouldContain("daemon.yaml:1:");
        _project.WriteFile("notes/b.txt", "x");
        await _project.UntilLines("second.txt", 2);
        await _project.UntilCompleted(2);
        _project.DaemonPid.ShouldBe(pid);
        File.Exists(_project.Combine("record.txt")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("written in place")]
    [InlineData("replaced as editors do")]
    public async Task Where_it_is_asked_for_a_saved_configuration_is_applied_by_itself_and_a_faulty_one_is_not(string how)
    {
        var watching = OneRule.Replace(
            "heartbeat_interval_seconds: 1",
            "heartbeat_interval_seconds: 1, reload_on_change: true",
            StringComparison.Ordinal
        );
        _project.Configure(watching);
        Directory.CreateDirectory(_project.Combine("notes"));
        (await _project.Run("start")).ShouldExit(0);

        Save("rules: [ { id: 5 ]");
        await Eventually.Until(() => Issues().Contains("config.", StringComparison.Ordinal), "the fault as an issue");
        _project.WriteFile("notes/a.txt", "x");
        await _project.UntilLines("record.txt", 1);

        Save(watching.Replace("record.txt", "second.txt", StringComparison.Ordinal));
        await Eventually.Until(() => !Issues().Contains("config.", StringComparison.Ordinal), "the issue to be mended");
        _project.WriteFile("notes/b.txt", "x");
        await _project.UntilLines("second.txt", 1);

        void Save(string yaml)
        {
            if (how == "written in place")
            {
                _project.Configure(yaml);
                return;
            }
            _project.WriteFile(".aiwg/daemon.yaml.new", yaml);
            File.Move(_project.Combine(".aiwg/daemon.yaml.new"), _project.Combine(".aiwg/daemon.yaml"), overwrite: true);
        }

        string Issues() => _project.State().GetProperty("health").GetProperty("issues").ToString();
    }

    [Fact]
    public async Task Status_shows_what_ran()
    {
        _project.Configure(OneRule);
        _project.WriteFile("notes/a.txt", "before");
        (await _project.Run("start")).ShouldExit(0);
        _project.WriteFile("notes/a.txt", "after");
        await Eventually.Until(() => _project.State().GetProperty("recent_actions").GetArrayLength() > 0, "the action in state.json");
        var output = (await _project.Run("status")).ShouldExit(0).Output;
        output.ShouldContain("record");
        output.ShouldContain("completed");
    }
}
