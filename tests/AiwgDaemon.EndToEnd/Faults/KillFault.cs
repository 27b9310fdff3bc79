using System.Diagnostics;
using AiwgDaemon.Bus;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>Kills the daemon again and again at random moments: while it starts, recovers, and works under load.</summary>
internal static class KillFault
{
    private const int MostOutstanding = 40;

    public static async Task<string> RunAsync(Random random, int kills)
    {
        using var load = new LoadedProject();
        var project = load.Project;
        var watch = Stopwatch.StartNew();
        var duringStart = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using (var daemon = project.Spawn("start", "--foreground"))
            {
                if (random.Next(4) == 0)
                {
                    duringStart++;
                    await Task.Delay(random.Next(120));
                }
                else
                {
                    await UntilReadyAsync(project, daemon);
                    NothingLeftOf(load.StartedAndNotEnded, project);
                    using var stop = new CancellationTokenSource();
                    Task[] publishers =
                    [
                        .. Enumerable.Range(0, 3).Select(_ => Task.Run(() => load.PublishAsync(MostOutstanding, stop.Token))),
                    ];
                    await Task.Delay(random.Next(400));
                    Processes.Send(daemon.Pid, ProcessSignal.Kill);
                    await stop.CancelAsync();
                    await Task.WhenAll(publishers);
                }
                Processes.Send(daemon.Pid, ProcessSignal.Kill);
                await daemon.UntilEnd();
            }
            StateIsWhole(project);
            await load.NoteStartedAsync();
        }
        (await project.Run("start")).ShouldExit(0);
        NothingLeftOf(load.StartedAndNotEnded, project);
        await UntilNoneIsMissing(load);
        await Eventually.Until(() => project.State().GetProperty("queued_actions").GetInt32() == 0, "the queue to be empty");
        (await project.Run("stop")).ShouldExit(0);
        load.Repeated().ShouldBeEmpty($"seed {Torture.Seed}");
        load.TooEarly().ShouldBeEmpty($"the cooldown holds over a kill; seed {Torture.Seed}");
        Processes.ActionsOf(project.Root).ShouldBeEmpty("processes of actions are left");
        return $"{kills} kills ({duringStart} during start) in {watch.Elapsed.TotalSeconds:0} s: {load.Accepted} events accepted, "
            + $"{load.Runs.Count} runs, "
            + $"{load.LostBeforeFirstCommand()} lost before their first command, 0 missing, 0 repeated; seed {Torture.Seed}";
    }

    private static async Task UntilNoneIsMissing(LoadedProject load)
    {
        var last = -1;
        var quiet = Stopwatch.StartNew();
        // As long as there is progress.
        while (load.Missing() is { Count: > 0 } missing)
        {
            if (missing.Count != last) quiet.Restart();
            last = missing.Count;
            if (quiet.Elapsed > TimeSpan.FromSeconds(20))
                missing.ShouldBeEmpty($"accepted and neither run nor lost with their action; seed {Torture.Seed}");
            await Task.Delay(50);
        }
    }

    public static async Task UntilReadyAsync(TestProject project, RunningCommand daemon)
    {
        await Eventually.Until(
            () => daemon.Output.Contains("Daemon started", StringComparison.Ordinal) || daemon.HasEnded,
            "the daemon to be ready"
        );
        daemon.HasEnded.ShouldBeFalse($"the daemon did not come up:\n{daemon.Output}\n{daemon.Error}");
        StateIsWhole(project);
    }

    /// <summary>state.json is there from the first start on, and is always one whole document.</summary>
    public static void StateIsWhole(TestProject project)
    {
        if (File.Exists(project.Paths.State)) project.State().GetProperty("pid").GetInt32().ShouldBeGreaterThan(0);
    }

    private static void NothingLeftOf(IReadOnlyCollection<string> actions, TestProject project) =>
        Processes
            .ActionsOf(project.Root)
            .Where(p => actions.Contains(p.ActionId))
            .ShouldBeEmpty("an action of a killed daemon still runs beside the next one");
}
