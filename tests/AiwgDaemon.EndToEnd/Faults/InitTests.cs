using System.Diagnostics;
using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>As process 1 of a container the program inherits every orphan, and still knows how each of its actions ended.</summary>
public sealed class InitTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task As_process_1_it_reaps_a_thousand_orphans_loses_no_exit_code_and_ends_cleanly_on_SIGTERM()
    {
        SkipUnlessPossible();
        _project.Configure("""
            daemon: { heartbeat_interval_seconds: 1, shutdown_grace_seconds: 3, max_parallel_actions: 10 }
            watch: { enabled: false }
            schedule: { enabled: false }
            rules:
              - { id: orphans, event: { source: manual, type: orphans }, action: { type: shell, command: "i=0; while [ $i -lt 1000 ]; do (sleep 0.1 &); i=$((i + 1)); done" } }
              - { id: good, event: { source: manual, type: good }, action: { type: shell, command: "exit 0" }, retries: 2 }
              - { id: bad, event: { source: manual, type: bad }, action: { type: shell, command: "exit 7" } }
              - { id: killed, event: { source: manual, type: killed }, action: { type: shell, command: "kill -9 $$" } }

            """
        );
        using var unshare = new RunningCommand(
            _project.StartOf("unshare", "-Urpf", "--mount-proc", DaemonBinary.Path, "start", "--foreground")
        );
        await Eventually.Until(
            () => unshare.Output.Contains("Daemon started (pid ", StringComparison.Ordinal) || unshare.HasEnded,
            "the daemon to be ready"
        );
        var init = Processes.ChildrenOf(unshare.Pid).ShouldHaveSingleItem();
        await _project.EmitAsync("orphans");
        await _project.EmitAsync("bad");
        await _project.EmitAsync("killed");
        for (var i = 0; i < 40; i++)
            await _project.EmitAsync("good");
        await Eventually.Until(
            () => Endings("good").Count == 40 && Endings("orphans").Count + Endings("bad").Count + Endings("killed").Count == 3,
            "43 runs to end"
        );
        Endings("good").ShouldAllBe(ending => ending == "completed 0 ");
        Endings("orphans").ShouldBe(["completed 0 "]);
        Endings("bad").ShouldBe(["failed 7 "]);
        Endings("killed").ShouldBe(["failed  SIGKILL"]);
        await Eventually.Until(() => Processes.ChildrenOf(init).Count == 1, "the orphans to be reaped");
        var daemon = Processes.ChildrenOf(init).ShouldHaveSingleItem();
        await Eventually.Until(() => Processes.ZombiesOf(init) + Processes.ZombiesOf(daemon) == 0, "no zombie to be left");
        var watch = Stopwatch.StartNew();
        Processes.Send(init, ProcessSignal.Terminate);
        (await unshare.UntilEnd()).ShouldExit(0);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        _project.State().GetProperty("running").GetBoolean().ShouldBeFalse();
    }

    // From outside the daemon has another number, and from a container beside it none.
    [Fact]
    public async Task Status_of_a_daemon_in_another_process_namespace_is_what_it_is()
    {
        SkipUnlessPossible();
        _project.Configure("watch: { enabled: false }\nschedule: { enabled: false }\n");
        using var unshare = new RunningCommand(
            _project.StartOf("unshare", "-Urpf", "--mount-proc", DaemonBinary.Path, "start", "--foreground")
        );
        await Eventually.Until(
            () => unshare.Output.Contains("Daemon started (pid ", StringComparison.Ordinal) || unshare.HasEnded,
            "the daemon to be ready"
        );
        (await _project.Run("status")).ShouldExit(0).Output.ShouldStartWith("aiwg-daemon healthy");
        using var beside = new RunningCommand(_project.StartOf("unshare", "-Urpf", "--mount-proc", DaemonBinary.Path, "status"));
        (await beside.UntilEnd()).ShouldExit(0).Output.ShouldStartWith("aiwg-daemon healthy");
        (await _project.Run("stop")).ShouldExit(0);
        (await unshare.UntilEnd()).ShouldExit(0);
        (await _project.Run("status")).ShouldExit(3);
    }

    [Fact]
    public async Task A_container_ends_with_the_exit_code_of_its_command()
    {
        SkipUnlessPossible();
        _project.Configure("nonsense: 1\n");
        using var unshare = new RunningCommand(
            _project.StartOf("unshare", "-Urpf", "--mount-proc", DaemonBinary.Path, "start", "--foreground")
        );
        (await unshare.UntilEnd()).ShouldExit(5).Error.ShouldContain("nonsense");
        using var status = new RunningCommand(_project.StartOf("unshare", "-Urpf", "--mount-proc", DaemonBinary.Path, "status"));
        (await status.UntilEnd()).ShouldExit(3);
    }

    private List<string> Endings(string rule) => [.. _project.State().GetProperty("recent_actions").EnumerateArray()
        .Where(a => a.GetProperty("rule_id").GetString() == rule)
        .Select(a => $"{a.GetProperty("status").GetString()} {Text(a, "exit_code")} {Text(a, "signal")}")];

    private static string Text(JsonElement run, string name) =>
        run.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    private static void SkipUnlessPossible()
    {
        var probe = OperatingSystem.IsLinux() ? Laboratory.System("unshare", "-Urpf", "--mount-proc", "true") : "it needs Linux";
        Assert.SkipUnless(probe is null, $"A process namespace cannot be made here: {probe}");
    }
}
