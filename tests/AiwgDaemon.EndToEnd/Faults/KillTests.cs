using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>A daemon that is killed at any moment, under load, keeps what it promised. AIWG_TORTURE_KILLS=300 for the long
/// version.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_daemon_killed_at_random_moments_loses_no_accepted_event_and_runs_none_twice() =>
        output.WriteLine(await KillFault.RunAsync(new Random(Torture.Seed), Torture.Kills));

    [Fact]
    public async Task What_ran_when_the_daemon_was_killed_is_ended_and_in_the_history_as_lost()
    {
        using var project = new TestProject();
        project.Configure("""
            watch: { enabled: false }
            schedule: { enabled: false }
            rules: [ { id: slow, event: { source: manual }, action: { type: shell, command: "sleep 300 & echo $! > pid.txt; wait" } } ]

            """);
        (await project.Run("start")).ShouldExit(0);
        (await project.Run("emit", "go")).ShouldExit(0);
        await project.UntilLines("pid.txt", 1);
        var child = int.Parse(File.ReadAllText(project.Combine("pid.txt")), System.Globalization.CultureInfo.InvariantCulture);
        Processes.Send(project.DaemonPid!.Value, ProcessSignal.Kill);
        await Eventually.Until(() => project.DaemonPid is null, "the end of the daemon");
        Processes.Exists(child).ShouldBeTrue();
        (await project.Run("start")).ShouldExit(0);
        Processes.Exists(child).ShouldBeFalse();
        Processes.ActionsOf(project.Root).ShouldBeEmpty();
        (await project.Run("actions", "list")).ShouldExit(0).Output.ShouldContain("lost");
    }
}
