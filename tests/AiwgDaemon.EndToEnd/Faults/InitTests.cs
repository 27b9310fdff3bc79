using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>As process 1 of a container the daemon inherits every orphan.</summary>
public sealed class InitTests
{
    [Fact]
    public async Task As_process_1_it_reaps_a_thousand_orphans_and_ends_cleanly_on_SIGTERM()
    {
        var probe = OperatingSystem.IsLinux() ? Laboratory.System("unshare", "-Urpf", "--mount-proc", "true") : "it needs Linux";
        Assert.SkipUnless(probe is null, $"A process namespace cannot be made here: {probe}");
        using var project = new TestProject();
        project.Configure("""
            daemon: { heartbeat_interval_seconds: 1, shutdown_grace_seconds: 3 }
            watch: { enabled: false }
            schedule: { enabled: false }
            rules: [ { id: orphans, event: { source: manual }, action: { type: shell, command: "i=0; while [ $i -lt 1000 ]; do (sleep 0.1 &); i=$((i + 1)); done; echo done >> runs.txt" } } ]

            """);
        using var unshare = new RunningCommand(project.StartOf("unshare", "-Urpf", "--mount-proc", DaemonBinary.Path, "start", "--foreground"));
        await Eventually.Until(() => unshare.Output.Contains("Daemon started (pid 1,", StringComparison.Ordinal) || unshare.HasEnded, "the daemon to be ready as process 1");
        var daemon = Processes.ChildrenOf(unshare.Pid).ShouldHaveSingleItem();
        (await project.EmitAsync("go")).ShouldNotBeEmpty();
        await project.UntilLines("runs.txt", 1);
        await Eventually.Until(() => Processes.ChildrenOf(daemon).Count == 0 && Processes.ZombiesOf(daemon) == 0, "the orphans to be reaped");
        var watch = Stopwatch.StartNew();
        Processes.Send(daemon, ProcessSignal.Terminate);
        (await unshare.UntilEnd()).ShouldExit(0);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        project.State().GetProperty("running").GetBoolean().ShouldBeFalse();
    }
}
