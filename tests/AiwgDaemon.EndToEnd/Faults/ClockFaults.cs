using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>A clock that is set forward and back under the daemon and between its lives, by libfaketime.</summary>
internal static class ClockFaults
{
    private const string Configuration = """
        daemon: { heartbeat_interval_seconds: 1, shutdown_grace_seconds: 2 }
        watch: { enabled: false }
        schedule: { timezone: UTC, jobs: [ { id: yearly, cron: "0 0 1 1 *", action: never } ] }
        actions: { never: { type: exec, argv: ["true"] } }
        rules:
          - { id: mark, event: { source: manual, type: mark }, action: { type: shell, command: 'echo "$AIWG_EVENT_ID" >> runs.txt' } }

        """;

    private static readonly string? Library = new[]
    {
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    }.FirstOrDefault(File.Exists);

    public static IEnumerable<Fault> All =>
        [
            new("clock stepped by a day and by 30 s, there and back", SteppedAsync, () =>
                Library is null ? "libfaketime is not installed (Debian: faketime)" : null
            ),
            new("clock stepped, and killed before it is set right", KilledAsync, () =>
                Library is null ? "libfaketime is not installed (Debian: faketime)" : null
            ),
            new("started with the clock years behind and ahead", FarOffAsync, () =>
                Library is null ? "libfaketime is not installed (Debian: faketime)" : null
            ),
        ];

    private static async Task SteppedAsync(Laboratory lab)
    {
        lab.Project.Configure(Configuration);
        using var daemon = await StartAsync(lab, "+0");
        foreach (var step in new[] { "+1d", "+0", "-1d", "+0", "+30", "-30", "+0" }) await StepAsync(lab, step);
        File.Exists(lab.Project.Combine("foreign", "clock")).ShouldBeTrue();
        await lab.ShouldBeWellAsync();
    }

    private static async Task KilledAsync(Laboratory lab)
    {
        lab.Project.Configure(Configuration);
        foreach (var (first, second) in new[] { ("+0", "+1d"), ("+0", "-1d"), ("+1d", "-30"), ("-1d", "+0") })
        {
            using var daemon = await StartAsync(lab, first);
            await StepAsync(lab, second);
            await StepAsync(lab, first);
            Processes.Send(daemon.Pid, ProcessSignal.Kill);
            await daemon.UntilEnd();
        }
        using var last = await StartAsync(lab, "+0");
        await lab.ShouldBeWellAsync();
    }

    // No clock, however wrong, deletes a day of the journal or repeats a run.
    private static async Task FarOffAsync(Laboratory lab)
    {
        lab.Project.Configure(Configuration);
        foreach (var offset in new[] { "+0", "-1000d", "-20000d" }) await LiveAsync(lab, offset);
        using (await StartAsync(lab, "+0")) await lab.ShouldBeWellAsync();

        // The day from the future stays, and is an issue for as long as it is there: what comes goes on behind it.
        await LiveAsync(lab, "+1000d");
        using var last = await StartAsync(lab, "+0");
        (await lab.EmitAsync()).ShouldBeTrue();
        await Eventually.Until(
            () => lab.Health().Contains("bus.clock", StringComparison.Ordinal),
            "health to say that the journal is ahead of the clock"
        );
        await lab.ShouldEndAsync();
    }

    private static async Task LiveAsync(Laboratory lab, string offset)
    {

        var days = Days(lab);
        using var daemon = await StartAsync(lab, offset);
        (await lab.EmitAsync()).ShouldBeTrue($"events are taken by the clock at {offset}");
        await Eventually.Until(
            () => daemon.Output.Contains("Action completed: ", StringComparison.Ordinal),
            "the run to end",
            TimeSpan.FromSeconds(20),
            () => daemon.Output
        );
        Processes.Send(daemon.Pid, ProcessSignal.Kill);
        await daemon.UntilEnd();
        days.Except(Days(lab)).ShouldBeEmpty($"the clock at {offset} removed days of the journal");
    }

    private static List<string> Days(Laboratory lab)
    {
        var events = lab.Project.Combine(".aiwg", "daemon", "events");
        return Directory.Exists(events)
            ? [.. Directory.EnumerateFiles(events, "????-??-??.jsonl").Select(file => Path.GetFileName(file))]
            : [];
    }

    // Each step: the daemon goes on beating by its new clock and takes events.
    private static async Task StepAsync(Laboratory lab, string offset)
    {
        await SetAsync(lab, offset);
        var from = DateTimeOffset.UtcNow + Of(offset) - TimeSpan.FromSeconds(3);
        await Eventually.Until(
            () => Beat(lab) is { } beat && (beat - from).Duration() < TimeSpan.FromSeconds(20),
            $"a beat by the clock at {offset}",
            TimeSpan.FromSeconds(15),
            () => $"{Beat(lab)}"
        );
        (await lab.EmitAsync()).ShouldBeTrue($"events are taken by the clock at {offset}");
    }

    private static async Task<RunningCommand> StartAsync(Laboratory lab, string offset)
    {
        await SetAsync(lab, offset);
        var start = lab.Project.StartOf(DaemonBinary.Path, "start", "--foreground");
        start.Environment["LD_PRELOAD"] = Library;
        start.Environment["FAKETIME_TIMESTAMP_FILE"] = lab.Project.Combine("foreign", "clock");
        start.Environment["FAKETIME_NO_CACHE"] = "1";
        // As with a real clock that is set: what measures durations goes on.
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        var daemon = new RunningCommand(start);
        await Eventually.Until(
            () => daemon.HasEnded || daemon.Output.Contains("Daemon started", StringComparison.Ordinal),
            "the daemon to be ready"
        );
        daemon.HasEnded.ShouldBeFalse($"{daemon.Output}\n{daemon.Error}");
        return daemon;
    }

    private static async Task SetAsync(Laboratory lab, string offset)
    {
        Directory.CreateDirectory(lab.Project.Combine("foreign"));
        await File.WriteAllTextAsync(lab.Project.Combine("foreign", "clock.new"), offset + "\n");
        File.Move(lab.Project.Combine("foreign", "clock.new"), lab.Project.Combine("foreign", "clock"), overwrite: true);
    }

    private static TimeSpan Of(string offset) => offset switch
    {
        "+1d" => TimeSpan.FromDays(1),
        "-1d" => TimeSpan.FromDays(-1),
        _ => TimeSpan.FromSeconds(int.Parse(offset, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static DateTimeOffset? Beat(Laboratory lab)
    {
        try
        {
            using var heartbeat = JsonDocument.Parse(File.ReadAllBytes(lab.Paths.Heartbeat));
            return heartbeat.RootElement.GetProperty("timestamp").GetDateTimeOffset();
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // Not yet there.
            return null;
        }
    }
}
