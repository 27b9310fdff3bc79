using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>What signals do to a daemon at the wrong moment, or in the wrong number.</summary>
internal static class SignalFaults
{
    public static IEnumerable<Fault> All =>
    [
        new("frozen and thawed (SIGSTOP, SIGCONT)", FrozenAsync),
        new("1,000 SIGHUP", HangupsAsync),
        new("SIGTERM during start", TerminatedStartAsync),
        new("second SIGTERM during the drain", SecondTermAsync),
    ];

    private static async Task FrozenAsync(Laboratory lab)
    {
        await lab.StartAsync();
        Processes.Send(lab.Pid, Processes.Stop);
        await Task.Delay(3500);
        (await lab.Project.Run("status")).ShouldExit(1).Output.ShouldContain("unhealthy");
        Processes.Send(lab.Pid, Processes.Continue);
        await lab.ShouldBeWellAsync();
    }

    private static async Task HangupsAsync(Laboratory lab)
    {
        await lab.StartAsync();
        var pid = lab.Pid;
        for (var i = 0; i < 1000; i++) Processes.Send(pid, (ProcessSignal)1).ShouldBeTrue();
        await lab.ShouldBeWellAsync();
    }

    private static async Task TerminatedStartAsync(Laboratory lab)
    {
        await lab.StartAsync();
        await lab.ShouldEndAsync();
        for (var i = 0; i < 4; i++)
        {
            using var start = lab.Project.Spawn("start", "--foreground");
            await Task.Delay(lab.Random.Next(150));
            Processes.Send(start.Pid, ProcessSignal.Terminate);
            // Before its handlers are in place the system's default ends it: 128 + 15.
            var result = await start.UntilEnd();
            result.ExitCode.ShouldBeOneOf(0, 143);
            result.Error.ShouldNotContain("Internal error");
            lab.Project.DaemonPid.ShouldBeNull();
        }
        await lab.StartAsync();
        await lab.ShouldBeWellAsync();
    }

    private static async Task SecondTermAsync(Laboratory lab)
    {
        lab.Project.Configure("""
            daemon: { shutdown_grace_seconds: 120 }
            watch: { enabled: false }
            schedule: { enabled: false }
            rules: [ { id: deaf, event: { source: manual }, action: { type: shell, command: "trap '' TERM; echo $$ > pid.txt; while :; do sleep 1; done" } } ]

            """);
        using var daemon = lab.Project.Spawn("start", "--foreground");
        await KillFault.UntilReadyAsync(lab.Project, daemon);
        (await lab.Project.Run("emit", "go")).ShouldExit(0);
        await lab.Project.UntilLines("pid.txt", 1);
        daemon.Send(ProcessSignal.Terminate);
        await daemon.UntilOutput("Stopping");
        await Task.Delay(500);
        daemon.HasEnded.ShouldBeFalse("the action has its grace");
        daemon.Send(ProcessSignal.Terminate);
        var result = (await daemon.UntilEnd()).ShouldExit(0);
        result.Error.ShouldNotContain("Internal error");
        // Killed is not gone: the kernel takes a moment.
        await Eventually.Until(() => Processes.ActionsOf(lab.Project.Root).Count == 0, "the end of the killed action's processes");
        await lab.StartAsync();
        await lab.ShouldBeWellAsync();
    }
}
