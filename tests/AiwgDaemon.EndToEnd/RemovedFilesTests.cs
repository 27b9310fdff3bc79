using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The daemon's own files are taken away under it, by git clean or by hand: nobody gets a second daemon, and it goes on.</summary>
public sealed class RemovedFilesTests : IDisposable
{
    private readonly TestProject _project = new();
    private int _pid;

    public void Dispose()
    {
        if (_pid > 0 && ProcessIdentity.Of(_pid) is { } identity)
        {
            using var handle = ProcessHandle.Open(identity);
            handle?.Send(ProcessSignal.Kill);
            handle?.WaitForExit(TimeSpan.FromSeconds(30));
        }
        _project.Dispose();
    }

    [Theory]
    [InlineData("rm -rf .aiwg/daemon .aiwg/daemon.pid")]
    [InlineData("rm -rf .aiwg")]
    [InlineData("mv .aiwg/daemon gone")]
    [InlineData("rm .aiwg/daemon/.lock")]
    [InlineData("mv .aiwg/daemon/.lock .aiwg/daemon/other")]
    public async Task A_removed_lock_lets_no_second_daemon_start(string removal)
    {
        await StartAsync();
        (await _project.Shell($"{removal}; $BIN start; echo \"exit $?\"")).Output.ShouldContain("exit 4");
        await Eventually.Until(() => _project.DaemonPid == _pid, "the daemon to take its lock anew");
        (await _project.Run("emit", "go")).ShouldExit(0);
        await _project.UntilLines("runs.txt", 1);
        await Eventually.Until(() => File.Exists(_project.Paths.State), "state.json to be written anew");
        await _project.UntilCompleted(1);
        (await _project.Run("stop")).ShouldExit(0).Output.ShouldContain("Daemon stopped");
        ProcessIdentity.Of(_pid).ShouldBeNull("the daemon that was stopped is the one that was started");
    }

    [Fact]
    public async Task A_project_that_is_moved_ends_its_daemon_at_once_and_in_order()
    {
        await StartAsync();
        var (here, there) = (_project.Root, _project.Root + "-moved");
        Directory.Move(here, there);
        try
        {
            await Eventually.Until(
                () => ProcessIdentity.Of(_pid) is null,
                "the daemon of the moved project to end",
                TimeSpan.FromSeconds(10)
            );
            (await TestProject.RunIn(there, "status")).ShouldExit(3).Output.ShouldNotContain("without a farewell");
            File.Exists(new ProjectPaths(there).PidFile).ShouldBeFalse();
        }
        finally
        {
            Directory.Move(there, here);
        }
    }

    private async Task StartAsync()
    {
        _project.Configure("""
            watch: { enabled: false }
            schedule: { enabled: false }
            rules: [ { id: go, event: { source: manual }, action: { type: shell, command: "echo ran >> runs.txt" } } ]

            """);
        (await _project.Run("start")).ShouldExit(0);
        _pid = _project.DaemonPid!.Value;
    }
}
