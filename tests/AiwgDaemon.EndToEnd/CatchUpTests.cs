using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>What a job missed while no daemon ran: by a clock that libfaketime sets, or by a state.json that was written long
/// ago.</summary>
public sealed class CatchUpTests : IDisposable
{
    private static readonly string? Library = new[]
    {
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    }.FirstOrDefault(File.Exists);

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_job_that_never_fired_before_its_daemon_was_killed_catches_up_once()
    {
        Assert.SkipWhen(Library is null, "libfaketime is not installed (Debian: faketime)");
        _project.Configure("""
            daemon: { heartbeat_interval_seconds: 1 }
            watch: { enabled: false }
            schedule:
              timezone: UTC
              jobs:
                - { id: catches-up, cron: "30 12 * * *", action: mark, catch_up: last }
                - { id: does-not, cron: "30 12 * * *", action: mark }
            actions:
              mark: { type: shell, command: 'echo "$AIWG_EVENT_PAYLOAD" >> runs.txt' }
            """);
        using (var first = await StartAsync("@2026-11-22 12:00:00"))
        {
            Processes.Send(first.Pid, ProcessSignal.Kill);
            await first.UntilEnd();
        }
        using (var second = await StartAsync("@2026-11-22 20:00:00"))
        {
            await _project.UntilLines("runs.txt", 1);
            (await _project.Run("stop")).ShouldExit(0);
            await second.UntilEnd();
        }
        using (var third = await StartAsync("@2026-11-22 21:00:00"))
        {
            (await _project.Run("stop")).ShouldExit(0);
            await third.UntilEnd();
        }
        File.ReadAllText(_project.Combine("runs.txt")).ReplaceLineEndings("\n")
            .ShouldBe("""{"job_id":"catches-up","action":"mark","scheduled_for":"2026-11-22T12:30:00Z","catch_up":true}""" + "\n");
    }

    [Theory]
    [InlineData(nameof(CrashStep.LinesAppending))]
    [InlineData(nameof(CrashStep.LinesAppended))]
    [InlineData(nameof(CrashStep.FireAccepted))]
    [InlineData(nameof(CrashStep.ActionSpawned))]
    [InlineData(nameof(CrashStep.ActionEnded))]
    [InlineData(nameof(CrashStep.StatePublished))]
    public async Task A_daemon_killed_on_the_way_of_a_fire_neither_loses_nor_repeats_it(string step)
    {
        await OweAsync();
        var start = _project.StartOf(DaemonBinary.Path, "start", "--foreground");
        var file = step is nameof(CrashStep.LinesAppending) or nameof(CrashStep.LinesAppended)
            ? $":1:{DateTime.UtcNow:yyyy-MM-dd}.jsonl"
            : "";
        start.Environment[CrashPoint.Variable] = step + file;
        using (var killed = new RunningCommand(start)) (await killed.UntilEnd()).ExitCode.ShouldBe(137);
        await RunsOnceAsync();
    }

    // As if it had been killed at the last moment before a state.json tells of the fire: all else is known, to the end of the action.
    [Fact]
    public async Task A_fire_whose_action_has_ended_does_not_come_again_where_state_json_is_from_before()
    {
        await OweAsync();
        var before = File.ReadAllBytes(_project.Paths.State);
        await RunsOnceAsync();
        File.WriteAllBytes(_project.Paths.State, before);
        await RunsOnceAsync();
    }

    // A job that has missed a fire: one of a year, planned since before the last one.
    private async Task OweAsync()
    {
        _project.Configure("""
            watch: { enabled: false }
            schedule: { timezone: UTC, jobs: [ { id: yearly, cron: "0 0 1 1 *", action: mark, catch_up: last } ] }
            actions: { mark: { type: shell, command: 'echo "$AIWG_EVENT_PAYLOAD" >> runs.txt' } }
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("stop")).ShouldExit(0);
        var seen = _project
            .State()
            .GetProperty("monitors")
            .GetProperty("scheduler")
            .GetProperty("first_seen")
            .GetProperty("yearly")
            .GetString()!;
        var state = File.ReadAllText(_project.Paths.State);
        File.WriteAllText(_project.Paths.State, state.Replace(seen, "2020-06-01T00:00:00.000Z", StringComparison.Ordinal));
    }

    private async Task RunsOnceAsync()
    {
        (await _project.Run("start")).ShouldExit(0);
        await _project.UntilLines("runs.txt", 1);
        // The bus runs dry and the actions end before it is down: what was fired a second time would be there.
        (await _project.Run("stop")).ShouldExit(0);
        _project.Lines("runs.txt").ShouldBe(1);
        _project.State().GetProperty("monitors").GetProperty("scheduler").GetProperty("last_fires").GetProperty("yearly").GetString()
            .ShouldBe($"{DateTime.UtcNow.Year}-01-01T00:00:00.000Z");
    }

    private async Task<RunningCommand> StartAsync(string clock)
    {
        var start = _project.StartOf(DaemonBinary.Path, "start", "--foreground");
        start.Environment["LD_PRELOAD"] = Library;
        start.Environment["FAKETIME"] = clock;
        start.Environment["TZ"] = "UTC";
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        var daemon = new RunningCommand(start);
        await Eventually.Until(
            () => daemon.HasEnded || daemon.Output.Contains("Daemon started", StringComparison.Ordinal),
            "the daemon to be ready"
        );
        daemon.HasEnded.ShouldBeFalse($"{daemon.Output}\n{daemon.Error}");
        return daemon;
    }
}
