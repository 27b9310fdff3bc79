using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Start, stop and everything that may go wrong in between.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_start_returns_when_the_daemon_is_ready_and_lets_go_of_the_terminal()
    {
        (await _project.Run("start")).ShouldExit(0).Error.ShouldBeEmpty();
        _project.State().GetProperty("running").GetBoolean().ShouldBeTrue();
        File.ReadAllText(_project.Paths.PidFile).ShouldBe($"{_project.DaemonPid}\n");
        File.Exists(_project.Combine(".aiwg/daemon.yaml")).ShouldBeTrue("the first start writes the default configuration");
        (await _project.Run("status")).ShouldExit(0).Output.ShouldContain($"pid {_project.DaemonPid}");
    }

    [Fact]
    public async Task A_stop_ends_the_daemon_and_leaves_no_pid_file()
    {
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("stop")).ShouldExit(0);
        _project.DaemonPid.ShouldBeNull();
        File.Exists(_project.Paths.PidFile).ShouldBeFalse();
        (await _project.Run("status")).ShouldExit(3).Output.ShouldContain("stopped");
    }

    [Fact]
    public async Task A_stop_without_a_daemon_says_so_and_succeeds() =>
        (await _project.Run("stop")).ShouldExit(0);

    [Fact]
    public async Task A_second_start_says_that_one_runs()
    {
        (await _project.Run("start")).ShouldExit(0);
        var pid = _project.DaemonPid;
        (await _project.Run("start")).ShouldExit(4).Error.ShouldContain($"{pid}");
        _project.DaemonPid.ShouldBe(pid);
    }

    [Fact]
    public async Task A_killed_daemon_does_not_block_the_next_start()
    {
        (await _project.Run("start")).ShouldExit(0);
        var killed = _project.DaemonPid!.Value;
        Kill(killed, ProcessSignal.Kill);
        await Eventually.Until(
            () => InstanceLock.FindHolder(new ProjectPaths(_project.Root).Lock) is null,
            "the end of the killed daemon and its lock"
        );
        (await _project.Run("status")).ShouldExit(3);
        (await _project.Run("start")).ShouldExit(0);
        _project.DaemonPid.ShouldNotBeNull().ShouldNotBe(killed);
    }

    [Fact]
    public async Task Twenty_starts_at_once_make_one_daemon()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _project.Run("start")));
        results.Count(r => r.ExitCode == 0).ShouldBe(1, string.Join('\n', results.Select(r => $"{r.ExitCode} {r.Error.Trim()}")));
        results.Count(r => r.ExitCode == 4).ShouldBe(19);
        (await _project.Run("status")).ShouldExit(0);
    }

    [Theory]
    [InlineData("FOREIGN")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1")]
    [InlineData("nonsense")]
    public async Task A_pid_in_the_pid_file_is_never_signalled(string content)
    {
        using var foreign = Process.Start("/bin/sleep", "300");
        try
        {
            _project.WriteFile(".aiwg/daemon.pid", (content == "FOREIGN" ? $"{foreign.Id}" : content) + "\n");
            (await _project.Run("stop", "--force")).ShouldExit(0);
            (await _project.Run("start")).ShouldExit(0);
            (await _project.Run("stop")).ShouldExit(0);
            foreign.HasExited.ShouldBeFalse("a process that is not the daemon was signalled");
        }
        finally
        {
            foreign.Kill();
        }
    }

    [Fact]
    public async Task A_restart_gives_another_process()
    {
        (await _project.Run("start")).ShouldExit(0);
        var before = _project.DaemonPid;
        (await _project.Run("restart")).ShouldExit(0);
        _project.DaemonPid.ShouldNotBeNull().ShouldNotBe(before!.Value);
    }

    [Fact]
    public async Task A_start_that_is_terminated_leaves_nothing_behind()
    {
        for (var i = 0; i < 5; i++)
        {
            using var start = _project.Spawn("start", "--foreground");
            await Task.Delay(i * 7);
            start.Send(ProcessSignal.Terminate);
            var result = await start.UntilEnd();
            // Before its handlers are in place the system's default ends it: 128 + 15.
            result.ExitCode.ShouldBeOneOf(0, 143);
        }
        _project.DaemonPid.ShouldBeNull();
        (await _project.Run("start")).ShouldExit(0);
    }

    [Theory]
    [InlineData(ProcessSignal.Terminate)]
    [InlineData(ProcessSignal.Interrupt)]
    public async Task A_foreground_daemon_ends_cleanly_on_a_signal(object signal)
    {
        using var daemon = _project.Spawn("start", "--foreground");
        await Eventually.Until(
            () => File.Exists(_project.Paths.State) && _project.State().GetProperty("running").GetBoolean(),
            "the daemon to be ready"
        );
        _project.DaemonPid.ShouldBe(daemon.Pid);
        daemon.Send((ProcessSignal)signal);
        (await daemon.UntilEnd()).ShouldExit(0);
        _project.DaemonPid.ShouldBeNull();
        _project.State().GetProperty("running").GetBoolean().ShouldBeFalse();
        File.Exists(_project.Paths.PidFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_frozen_daemon_is_unhealthy()
    {
        _project.Configure("daemon: { heartbeat_interval_seconds: 1 }\n");
        (await _project.Run("start")).ShouldExit(0);
        var pid = _project.DaemonPid!.Value;
        Kill(pid, (ProcessSignal)19);
        RunResult? last = null;
        var limit = Stopwatch.StartNew();
        while (limit.Elapsed < Eventually.Limit && (last = await _project.Run("status")).ExitCode == 0) await Task.Delay(100);
        Kill(pid, (ProcessSignal)18);
        last!.ShouldExit(1).Output.ShouldContain("unhealthy");
    }

    [Fact]
    public async Task An_invalid_configuration_is_told_to_who_started_it()
    {
        _project.Configure("daemon:\n  heartbeat_interval_seconds: -5\n");
        var result = (await _project.Run("start")).ShouldExit(5);
        result.Error.ShouldContain("daemon.yaml:2:");
        result.Error.ShouldContain("heartbeat_interval_seconds");
        _project.DaemonPid.ShouldBeNull();
    }

    [Fact]
    public async Task A_working_directory_that_was_removed_is_named()
    {
        foreach (var command in (string[])["status", "start", "stop --project here", "config validate"])
            (await _project.Shell($"mkdir gone && cd gone && rmdir ../gone && $BIN {command}"))
                .ShouldExit(1)
                .Error.ShouldBe(
                    "aiwg-daemon: The working directory was removed; change to another, or name the project with --project and its whole "
                        + "path\n"
                );
        (await _project.Shell($"mkdir gone && cd gone && rmdir ../gone && $BIN start --project '{_project.Root}'")).ShouldExit(0);
    }

    [Fact]
    public async Task A_directory_in_place_of_the_configuration_is_told_as_config_validate_does()
    {
        Directory.CreateDirectory(_project.Combine(".aiwg/daemon.yaml"));
        var told = (await _project.Run("config", "validate")).ShouldExit(5).Error;
        told.ShouldContain("regular file");
        (await _project.Run("start")).ShouldExit(5).Error.ShouldBe(told);
    }

    [Fact]
    public async Task A_restart_with_an_invalid_configuration_leaves_the_daemon_running()
    {
        _project.Configure("daemon: {}\n");
        (await _project.Run("start")).ShouldExit(0);
        var pid = _project.DaemonPid;
        _project.Configure("daemon:\n  heartbeat_interval_seconds: -5\n");
        var result = (await _project.Run("restart")).ShouldExit(5);
        result.Error.ShouldContain("daemon.yaml:2:");
        result.Error.ShouldEndWith("The configuration is not valid; the running daemon was not stopped\n");
        result.Output.ShouldBeEmpty();
        _project.DaemonPid.ShouldNotBeNull().ShouldBe(pid!.Value);
    }

    private static void Kill(int pid, ProcessSignal signal)
    {
        using var handle = ProcessHandle.Open(ProcessIdentity.Of(pid)!);
        handle!.Send(signal);
    }
}
