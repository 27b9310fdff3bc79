using AiwgDaemon.Bus;
using System.Globalization;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>One step at which the daemon kills itself: as in <see cref="CrashPoint"/>, with the file and the time where there are
/// several.</summary>
internal sealed record CrashPlace(CrashStep Step, int Time = 1, string? File = null)
{
    /// <summary>Every step of the product; those of files for each file that it writes in that way.</summary>
    public static IReadOnlyList<CrashPlace> All { get; } = [.. Enum.GetValues<CrashStep>().SelectMany(Of)];

    public string Variable => string.Create(CultureInfo.InvariantCulture, $"{Step}:{Time}{(File is null ? "" : ":" + File)}");

    private static IEnumerable<CrashPlace> Of(CrashStep step) =>
        step switch
        {
            CrashStep.ReplacementCreated or CrashStep.ReplacementWritten or CrashStep.Replaced =>
            [
                new(step, 1, "daemon.pid"),
                new(step, 1, "state.json"),
                new(step, 3, "state.json"),
                new(step, 2, "heartbeat"),
                new(step, 1, "deliveries.jsonl"),
                new(step, 1, "dead-letters.jsonl"),
                new(step, 1, "cooldowns.json"),
            ],
            CrashStep.LinesAppending or CrashStep.LinesAppended =>
            [
                new(step, 2, $"{DateTime.UtcNow:yyyy-MM-dd}.jsonl"),
                new(step, 2, "deliveries.jsonl"),
                new(step, 5, "deliveries.jsonl"),
            ],
            CrashStep.EventAcknowledged or CrashStep.ActionSpawned or CrashStep.ActionNoted or CrashStep.ActionEnded =>
            [
                new(step),
                new(step, 3),
            ],
            CrashStep.RotationRenamed => [new(step), new(step, 2), new(step, 3)],
            _ => [new(step)],
        };
}

/// <summary>Kills the daemon at a named step of whatever it does, starts it again, and looks whether all is in order.</summary>
internal static class CrashFault
{
    private const string Configuration = """
        daemon: { heartbeat_interval_seconds: 1, shutdown_grace_seconds: 2, log: { max_size_mb: 0.001, max_files: 2 } }
        watch: { enabled: false }
        schedule: { enabled: false }
        rules:
          - { id: mark, event: { source: manual, type: mark }, action: { type: shell, command: 'echo "$AIWG_EVENT_ID" >> runs.txt' } }
          - { id: cooling, event: { source: manual, type: mark }, cooldown_minutes: 1, action: { type: exec, argv: ["true"] } }

        """;

    // For the step that only a schedule gets to.
    private const string Scheduled = """
        schedule: { jobs: [ { id: boot, cron: "@reboot", action: nothing } ] }
        actions: { nothing: { type: exec, argv: ["true"] } }
        """;

    private const string DeadLetter =
        """{"id":"019aa000-0000-7000-8000-000000000001","event":{"id":"019aa000-0000-7000-8000-000000000002","timestamp":"2026-01-01T00:00:00.000Z","source":"manual","type":"old","payload":{}},"handler":"router","error":"for the test","attempts":4,"first_at":"2026-01-01T00:00:00.000Z","last_at":"2026-01-01T00:00:08.000Z"}""";

    public static async Task InflictAsync(Laboratory lab, CrashPlace place)
    {
        await LeaveWorkAsync(lab);
        lab.Project.WriteFile(".aiwg/daemon/events/dead-letters.jsonl", DeadLetter + "\n");
        await CrashAsync(lab, place);
        // A child that the daemon was just starting holds its lock until it runs its program.
        await Eventually.Until(() => InstanceLock.FindHolder(lab.Paths.Lock) is null, "the lock of the crashed daemon to be free");
        KillFault.StateIsWhole(lab.Project);
        (await lab.Project.Run("status")).ShouldExit(3);
        (await lab.Project.Run("start")).ShouldExit(0);
        var logs = Directory.GetFiles(lab.Paths.Daemon, "daemon.log*");
        logs.Length.ShouldBeLessThanOrEqualTo(3, "max_files and the current one");
        await lab.ShouldBeWellAsync();
        Directory.GetFiles(lab.Paths.Aiwg, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty("a temporary file is left");
    }

    // A daemon before it had something to do and was killed: so that the next start has something to recover.
    private static async Task LeaveWorkAsync(Laboratory lab)
    {
        lab.Project.Configure(Configuration);
        (await lab.Project.Run("start")).ShouldExit(0);
        (await lab.EmitAsync()).ShouldBeTrue();
        Processes.Send(lab.Pid, ProcessSignal.Kill);
        await Eventually.Until(() => lab.Project.DaemonPid is null, "the end of the daemon");
    }

    // Everything that a daemon does, until the step ends it.
    private static async Task CrashAsync(Laboratory lab, CrashPlace place)
    {
        if (place.Step == CrashStep.FireAccepted)
            lab.Project.Configure(Configuration.Replace("schedule: { enabled: false }", Scheduled, StringComparison.Ordinal));
        var start = lab.Project.StartOf(DaemonBinary.Path, "start", "--foreground");
        start.Environment[CrashPoint.Variable] = place.Variable;
        using var daemon = new RunningCommand(start);
        await Eventually.Until(
            () => daemon.HasEnded || daemon.Output.Contains("Daemon started", StringComparison.Ordinal),
            "the start, or the crash"
        );
        for (var i = 0; i < 3 && !daemon.HasEnded; i++)
            await lab.TryEmitAsync();
        if (!daemon.HasEnded)
            await lab.Project.Run("dead-letters", "clear");
        if (!daemon.HasEnded)
        {
            // A ledger that is whole is appended to; one that somebody removed is written anew.
            if (place.Variable.EndsWith(RunStore.FileName, StringComparison.Ordinal))
                File.Delete(Path.Combine(lab.Paths.Events, RunStore.FileName));
            // A rule that has not cooled yet, beside everything else.
            lab.Project.Configure(Configuration.Replace("id: cooling", "id: fresh", StringComparison.Ordinal));
            await lab.Project.Run("reload");
            await lab.TryEmitAsync();
        }
        // A beat and a change of state come by themselves.
        for (var i = 0; i < 15 && !daemon.HasEnded; i++) await Task.Delay(100);
        if (!daemon.HasEnded) daemon.Send(ProcessSignal.Terminate);
        (await daemon.UntilEnd()).ExitCode.ShouldBe(137, $"nothing that was done came by {place.Variable}");
    }
}
