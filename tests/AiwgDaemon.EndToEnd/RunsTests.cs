using System.Text.Json;
using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>What a person does with runs: see, stop, hold and repeat them, also over kill -9.</summary>
public sealed class RunsTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_retrying_run_is_listed_with_its_reason_cancelled_and_only_the_last_attempt_is_final()
    {
        _project.Configure("""
            rules:
              - { id: r, event: { type: go }, retries: 5, action: { type: shell, command: "echo x >> tries; exit 3" } }
              - { id: told, event: { source: daemon, type: action.failed }, action: { type: shell, command: "echo \"$AIWG_EVENT_PAYLOAD\" >> told" } }
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("emit", "go")).ShouldExit(0);
        await _project.UntilLines("tries", 4);
        await Eventually.Until(
            () => Listed("--status", "waiting").Any(a => a.GetProperty("attempt").GetInt32() == 5),
            "the fifth attempt to wait"
        );
        var waiting = Listed("--status", "waiting").Single();
        (
            waiting.GetProperty("status").GetString(),
            waiting.GetProperty("waits_for").GetString(),
            waiting.GetProperty("reason").GetString()
        ).ShouldBe(("queued", "retry", "retry 4 of 5"));
        waiting.GetProperty("waits_until").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        var id = waiting.GetProperty("id").GetString()!;
        (await _project.Run("actions", "show", id)).ShouldExit(0).Output.ShouldContain("retry 4 of 5 at ");
        (await _project.Run("actions", "logs", id)).ShouldExit(0).Error.ShouldContain("retry 4 of 5");
        (await _project.Run("actions", "cancel", "--rule", "r")).ShouldExit(0).Output.ShouldBe("Cancelled 1 action\n");
        (await _project.Run("actions", "cancel", "--waiting")).ShouldExit(0).Output.ShouldBe("Nothing to cancel\n");
        await Eventually.Until(() => _project.Lines("told") == 4, "four failures to be told");
        File.ReadAllLines(_project.Combine("told"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("final").GetBoolean())
            .ShouldAllBe(final => !final);
        _project.Lines("tries").ShouldBe(4);
    }

    [Fact]
    public async Task A_held_run_and_a_pause_outlive_kill_and_nothing_of_them_is_lost()
    {
        _project.Configure("""
            rules: [ { id: r, event: { type: go }, on_busy: queue, action: { type: exec, argv: [sh, -c, "echo $1 >> ran; while test -e busy; do sleep 0.05; done", sh, "{{event.payload.n}}"] } } ]
            """);
        _project.WriteFile("busy", "");
        (await _project.Run("start")).ShouldExit(0);
        for (var n = 1; n <= 3; n++) (await _project.Run("emit", "go", "--payload", $$"""{"n":{{n}}}""")).ShouldExit(0);
        await _project.UntilLines("ran", 1);
        await Eventually.Until(() => Listed("--status", "waiting").Count == 2, "two to wait");
        var second = Listed("--status", "waiting")[^1].GetProperty("id").GetString()!;
        (await _project.Run("actions", "hold", second)).ShouldExit(0);
        (await _project.Run("pause", "--for", "1h")).ShouldExit(0);
        await Kill();
        File.Delete(_project.Combine("busy"));
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("status")).ShouldExit(0).Output.ShouldContain("paused until");
        Listed("--status", "waiting").Select(a => a.GetProperty("waits_for").GetString()).ShouldBe(["pause", "hold"]);
        (await _project.Run("resume")).ShouldExit(0).Output.ShouldBe("Resumed\n");
        await _project.UntilLines("ran", 2);
        (await _project.Run("actions", "release", second)).ShouldExit(0);
        await _project.UntilLines("ran", 3);
        File.ReadAllLines(_project.Combine("ran")).ShouldBe(["1", "3", "2"]);
        (await _project.Run("status")).ShouldExit(0).Output.ShouldNotContain("paused");
    }

    [Fact]
    public async Task A_run_of_several_events_is_repeated_with_all_of_them_after_kill_and_of_a_rule_that_is_gone_it_is_refused()
    {
        const string Rules = """
            watch: { paths: ["src/"], debounce_ms: 50 }
            actions: { count: { type: shell, command: "tr '\\0' '\\n' < \"$AIWG_PATHS_FILE\" | wc -l >> counts" } }
            rules: [ { id: r, event: { source: watch, path_pattern: "src/**" }, settle_ms: 500, action: count } ]
            """;
        _project.Configure(Rules);
        _project.WriteFile("src/here", "");
        (await _project.Run("start")).ShouldExit(0);
        for (var i = 0; i < 10; i++) _project.WriteFile($"src/f{i}", "x");
        await _project.UntilLines("counts", 1);
        await Eventually.Until(() => Listed("--status", "completed").Count == 1, "the run to end");
        var id = Listed()[0].GetProperty("id").GetString()!;
        // At once: state.json, which is written at most four times a second, may not know the run yet.
        await Kill();
        (await _project.Run("start")).ShouldExit(0);
        await Eventually.Until(() => Listed("--status", "completed").Count == 1, "the run to be known again");
        var again = (await _project.Run("actions", "retry", id)).ShouldExit(0).Output.Trim();
        await _project.UntilLines("counts", 2);
        File.ReadAllLines(_project.Combine("counts")).Distinct().Single().ShouldBe(File.ReadAllLines(_project.Combine("counts"))[0]);
        await Eventually.Until(() => Listed("--status", "completed").Count == 2, "the second run to end");
        Listed().Single(a => a.GetProperty("id").GetString() == again).GetProperty("retry_of").GetString().ShouldBe(id);
        _project.Configure(Rules.Replace("id: r,", "id: other,", StringComparison.Ordinal));
        (await _project.Run("reload")).ShouldExit(0);
        (await _project.Run("actions", "retry", id)).ShouldExit(1).Error.ShouldContain("The configuration has no rule 'r' any more");
    }

    [Fact]
    public async Task An_action_that_runs_itself_is_not_run_for_ever()
    {
        _project.Configure(
            $$"""
            watch: { enabled: false }
            actions: { again: { type: shell, command: "echo x >> ran; '{{DaemonBinary.Path}}' actions run again" } }
            """
        );
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("actions", "run", "again")).ShouldExit(0);
        await Eventually.Until(() => Listed("--status", "failed").Count == 1, "the loop to be stopped");
        Listed("--status", "failed")[0].GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("15 times in a row");
        await Eventually.Until(() => Listed("--status", "completed").Count == 15, "all that ran to end");
        File.ReadAllLines(_project.Combine("ran")).Length.ShouldBe(15);
        // A person may ask again.
        (await _project.Run("actions", "run", "again", "--wait")).ShouldExit(0);
    }

    [Fact]
    public async Task A_rule_that_is_removed_cancels_what_waits_for_it_with_one_line()
    {
        const string Rules = """
            daemon: { shutdown_grace_seconds: 0 }
            rules: [ { id: r, event: { type: go }, on_busy: queue, action: { type: shell, command: "echo x >> ran; sleep 300" } } ]
            """;
        _project.Configure(Rules);
        (await _project.Run("start")).ShouldExit(0);
        for (var i = 0; i < 5; i++) (await _project.Run("emit", "go")).ShouldExit(0);
        await _project.UntilLines("ran", 1);
        await Eventually.Until(() => Listed("--status", "waiting").Count == 4, "four to wait");
        _project.Configure("rules: []");
        (await _project.Run("reload")).ShouldExit(0);
        Listed("--status", "waiting").ShouldBeEmpty();
        File.ReadAllLines(_project.Paths.Log).Count(line => line.Contains("Cancelled 4 runs of r", StringComparison.Ordinal)).ShouldBe(1);
        Listed("--status", "cancelled").Count.ShouldBe(4);
        Listed("--status", "running").Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_run_that_its_condition_skips_is_no_failure_and_a_broken_condition_is_named()
    {
        _project.Configure("""
            actions:
              idle: { type: shell, command: "echo x >> ran", only_if: [sh, -c, "exit 10"] }
              broken: { type: shell, command: "echo x >> ran", only_if: [sh, -c, "exit 3"] }
              due: { type: shell, command: "echo x >> ran", only_if: [test, -d, .aiwg] }
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("actions", "run", "idle", "--wait")).ShouldExit(0).Error.ShouldEndWith(
            " was skipped: only_if ended with exit code 10\n"
        );
        (await _project.Run("actions", "run", "broken", "--wait")).ShouldExit(1).Error.ShouldContain("failed: only_if failed (exit code 3)");
        _project.Lines("ran").ShouldBe(0);
        (await _project.Run("actions", "run", "due", "--wait")).ShouldExit(0);
        _project.Lines("ran").ShouldBe(1);
    }

    [Fact]
    public async Task Runs_of_a_group_see_their_places_and_a_payload_given_by_hand()
    {
        _project.Configure("""
            daemon: { max_parallel_actions: 5 }
            groups: { gpu: 2 }
            actions: { work: { type: shell, group: gpu, command: "echo \"$AIWG_SLOT $AIWG_EVENT_PAYLOAD\" >> ran; while test -e busy; do sleep 0.05; done" } }
            """);
        _project.WriteFile("busy", "");
        (await _project.Run("start")).ShouldExit(0);
        for (var i = 0; i < 3; i++) (await _project.Run("actions", "run", "work", "--payload", $$"""{"i":{{i}}}""")).ShouldExit(0);
        await _project.UntilLines("ran", 2);
        await Eventually.Until(() => Listed("--status", "waiting").Count == 1, "the third to wait");
        Listed("--status", "waiting").Single().GetProperty("reason").GetString().ShouldBe("its group gpu is full (2 of 2 run)");
        File.Delete(_project.Combine("busy"));
        await _project.UntilLines("ran", 3);
        var ran = File.ReadAllLines(_project.Combine("ran"));
        ran.Select(line => line[2..]).ShouldBe(["""{"i":0}""", """{"i":1}""", """{"i":2}"""], ignoreOrder: true);
        ran.Take(2).Select(line => line[..1]).ShouldBe(["1", "2"], ignoreOrder: true);
        (await _project.Run("actions", "run", "work", "--payload", "{")).ShouldExit(2).Error.ShouldContain("--payload is not JSON");
    }

    private List<JsonElement> Listed(params string[] options)
    {
        var result = _project.Run(["actions", "list", "--json", .. options]).GetAwaiter().GetResult().ShouldExit(0);
        return [.. JsonDocument.Parse(result.Output).RootElement.EnumerateArray()];
    }

    private async Task Kill()
    {
        Processes.Send(_project.DaemonPid!.Value, ProcessSignal.Kill);
        await Eventually.Until(() => _project.DaemonPid is null, "the end of the daemon");
    }
}
