using System.Text;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

/// <summary>What is so of all parts of a daemon together.</summary>
[Collection(nameof(DiskTrace))]
public sealed class DaemonLifeTests
{
    private const int FewestForMedian = 7;

    private static readonly TimeSpan SlowDisk = TimeSpan.FromMilliseconds(400);

    // As much as somebody else's work on the machine may hold up a callback, and less than the disk takes.
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(350);

    private static readonly TimeSpan LongestCallback = TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task What_parts_report_while_they_are_made_and_opened_is_in_health_and_in_the_log()
    {
        await using var daemon = new DaemonInProcess();
        var day = $".aiwg/daemon/events/{DateTime.UtcNow:yyyy-MM-dd}.jsonl";
        daemon.Write(".aiwg/daemon/state.json", "{ no state");
        daemon.Write(".aiwg/daemon/automation.json", "{ nor this");
        daemon.Write(".aiwg/daemon/events/deliveries.jsonl", "no ledger\n");
        daemon.Write(".aiwg/daemon/events/dead-letters.jsonl", "no letter\n");
        daemon.Write(".aiwg/daemon/events/cooldowns.json", "no cooldowns");
        daemon.Write(day, "no event\n");
        Directory.CreateDirectory(daemon.Combine(".aiwg", "daemon", "daemon.sock"));
        Directory.CreateDirectory(daemon.Combine(".aiwg", "daemon", "heartbeat", "in-the-way"));
        daemon.Make("{}\n");
        await daemon.StartAsync();
        // Of the claim, of each file that is read, of the socket.
        string[] expected =
        [
            "automation.damaged",
            "bus.dead_letters",
            "bus.journal.damaged",
            "bus.ledger.damaged",
            "control.socket",
            "daemon.file.daemon/heartbeat",
            "daemon.state.damaged",
            "rules.cooldowns",
        ];
        await Eventually.Until(() => expected.All(Has), "each part to have reported", found: () => string.Join(", ", Keys()));
        await daemon.StopAsync();
        var log = await File.ReadAllTextAsync(daemon.Paths.Log, Encoding.UTF8);
        foreach (var key in Keys()) log.ShouldContain(key, customMessage: "health had it before anybody listened");

        bool Has(string key) => Keys().Any(found => found.StartsWith(key, StringComparison.Ordinal));

        IEnumerable<string> Keys() => daemon.Parts.Health.Issues.Select(issue => issue.Key);
    }

    [Fact]
    public async Task Making_the_parts_opens_no_file()
    {
        const InotifyMask Any = (InotifyMask)0xfff;
        await using var daemon = new DaemonInProcess();
        daemon.Write(".aiwg/daemon/state.json", "{}");
        daemon.Write(".aiwg/daemon/events/deliveries.jsonl", "");
        daemon.Write(".aiwg/daemon/events/cooldowns.json", "{}");
        using var watch = Inotify.Open(out _).ShouldNotBeNull();
        var events = new byte[64 * 1024];
        daemon.Make("{ watch: { paths: [.] }, webhook: { endpoints: [ { path: /a } ] } }\n", () =>
        {
            foreach (var directory in Directory.EnumerateDirectories(daemon.Paths.Project, "*", SearchOption.AllDirectories))
                watch.Add([.. NativePath.ToBytes(directory), 0], Any).ShouldBeGreaterThan(0);
            File.ReadAllText(daemon.Paths.State).ShouldNotBeNull();
            watch.Read(events).ShouldBeGreaterThan(0, "what is read is seen");
        });
        watch.Read(events).ShouldBe(0, "constructors take values");
        await daemon.StartAsync();
        watch.Read(events).ShouldBeGreaterThan(0);
        await daemon.StopAsync();
    }

    [Fact]
    public async Task No_timer_waits_for_a_slow_disk_or_for_anything_else()
    {
        await using var daemon = new DaemonInProcess();
        daemon.Write("src/a.txt", "1");
        daemon.Make("""
            daemon: { heartbeat_interval_seconds: 1 }
            watch: { paths: [src], debounce_ms: 50 }
            schedule: { jobs: [ { id: often, every_minutes: 0.01, action: { type: shell, command: "true" } } ] }
            rules:
              - { id: saved, event: { source: watch }, settle_ms: 100, action: { type: shell, command: "true" } }
              - { id: failing, event: { type: go }, retries: 3, retry_seconds: 0.1, action: { type: shell, command: "exit 1" } }
              - { id: hanging, event: { type: go }, action: { type: shell, command: "sleep 20", timeout_minutes: 0.01 } }
            """);
        await daemon.StartAsync();
        DiskTrace.Observer = call =>
        {
            if (call.Step is DiskStep.Flush or DiskStep.FlushDirectory or DiskStep.Rename
                && call.Path.StartsWith(daemon.Paths.Project, StringComparison.Ordinal))
                Thread.Sleep(SlowDisk);
        };
        try
        {
            await daemon.Parts.EventBus.PublishAsync(TestEvents.Manual("go"), CancellationToken.None);
            for (var i = 0; i < 5; i++)
            {
                daemon.Write("src/a.txt", $"{i}");
                await Task.Delay(300);
            }
            await Eventually.Until(
                () => new[] { "saved", "failing", "hanging", "job:often" }.All(HasRun),
                "each rule to have run"
            );
        }
        finally
        {
            DiskTrace.Observer = null;
        }
        await daemon.StopAsync();
        List<(string Owner, TimeSpan Took)> callbacks;
        lock (daemon.Callbacks) callbacks = [.. daemon.Callbacks];
        callbacks.Select(callback => callback.Owner).Distinct().Count().ShouldBeGreaterThan(4);
        callbacks.Where(callback => callback.Took > Stall).ShouldBeEmpty("a callback waited for the disk");
        // By the median of several: a busy machine takes its time from a thread at any place.
        callbacks
            .GroupBy(callback => callback.Owner)
            .Where(owner => owner.Count() >= FewestForMedian)
            .Select(owner => (owner.Key, Median: owner.Select(callback => callback.Took).Order().ElementAt(owner.Count() / 2)))
            .Where(owner => owner.Median > LongestCallback)
            .ShouldBeEmpty();

        bool HasRun(string rule) => daemon.Parts.Runs.Listing.Recent.Any(run => run.RuleId == rule);
    }
}
