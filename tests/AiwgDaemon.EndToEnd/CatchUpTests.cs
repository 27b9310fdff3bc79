using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>What a job missed while no daemon ran, by a clock that libfaketime sets.</summary>
public sealed class CatchUpTests : IDisposable
{
    private static readonly string? Library =
        new[] { "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1" }.FirstOrDefault(File.Exists);

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

    private async Task<RunningCommand> StartAsync(string clock)
    {
        var start = _project.StartOf(DaemonBinary.Path, "start", "--foreground");
        start.Environment["LD_PRELOAD"] = Library;
        start.Environment["FAKETIME"] = clock;
        start.Environment["TZ"] = "UTC";
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        var daemon = new RunningCommand(start);
        await Eventually.Until(() => daemon.HasEnded || daemon.Output.Contains("Daemon started", StringComparison.Ordinal), "the daemon to be ready");
        daemon.HasEnded.ShouldBeFalse($"{daemon.Output}\n{daemon.Error}");
        return daemon;
    }
}
