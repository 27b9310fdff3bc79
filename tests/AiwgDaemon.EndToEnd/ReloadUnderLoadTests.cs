using System.Collections.Concurrent;
using System.Text.Json;
using AiwgDaemon.Control;
using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Two configurations that differ in every section take turns while files change, events come in and actions run.</summary>
public sealed class ReloadUnderLoadTests : IDisposable
{
    private const int Reloads = 200, WarmUp = 40;
    private const double MostGrowthKib = 8 * 1024;

    private readonly TestProject _project = new();
    private readonly ConcurrentDictionary<string, byte> _emitted = new(), _files = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Two_hundred_reloads_under_load_lose_and_double_nothing_and_leave_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory and descriptors are measured with the means of Linux");
        Directory.CreateDirectory(_project.Combine("src"));
        Directory.CreateDirectory(_project.Combine("lib", "deep"));
        Configure(0);
        (await _project.Run("start")).ShouldExit(0);
        var pid = _project.DaemonPid!.Value;
        var watches = Watches();
        // The daemon is ready before it has put its last things in place.
        var descriptors = Descriptors(pid);
        var looks = 0;
        await Eventually.Until(
            () =>
            {
                var now = Descriptors(pid);
                looks =
                    now.SequenceEqual(descriptors) && now.Exists(d => d.EndsWith("deliveries.jsonl", StringComparison.Ordinal))
                        ? looks + 1
                        : 0;
                descriptors = now;
                return looks >= 50;
            },
            "the descriptors of a daemon at rest");
        var kernelWatches = KernelWatches(pid);
        using var stop = new CancellationTokenSource();
        Task[] load = [EmitAsync(stop.Token), ChangeAsync(stop.Token)];

        var samples = new SoakSamples(pid, _project.Paths.Daemon);
        var nightly = NextNightly();
        using (var client = ControlClient.TryConnect(_project.Paths.Socket)!)
        {
            for (var i = 1; i <= Reloads; i++)
            {
                Configure(i);
                await client.CallAsync("daemon.reload", token: TestContext.Current.CancellationToken);
                if (i % 2 == 0) samples.Take(i);
            }
            // A job is due within the minute: reloads go on until one has fired among them.
            for (var i = Reloads + 1; Fires().Count == 0; i++)
            {
                Configure(i);
                await client.CallAsync("daemon.reload", token: TestContext.Current.CancellationToken);
                await Pause(200, TestContext.Current.CancellationToken);
            }
            Configure(0);
            await client.CallAsync("daemon.reload", token: TestContext.Current.CancellationToken);
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);
        // How many is the machine's affair.
        _emitted.Count.ShouldBeGreaterThan(5);
        _files.Count.ShouldBeGreaterThan(5);
        await Eventually.Until(
            () => Missing().Count == 0,
            "a run for each event",
            TimeSpan.FromSeconds(90),
            () => string.Join(", ", Missing().Take(5))
        );

        Runs().GroupBy(run => run).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("what ran twice");
        Lines("runs.txt")
            .Concat(Lines("tocks.txt"))
            .GroupBy(run => run)
            .Where(g => g.Count() > 1)
            .Select(g => g.Key)
            .ShouldBeEmpty("events that ran twice");
        var fires = Fires();
        fires.GroupBy(f => (f.Job, f.ScheduledFor)).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("jobs that fired twice");
        var ticks = fires.Where(f => f.Job == "tick").Select(f => f.ScheduledFor).Order().ToList();
        ticks.Zip(ticks.Skip(1), (a, b) => b - a).ShouldAllBe(gap => gap == TimeSpan.FromMinutes(1), "minutes without a fire");
        // That of a job which leaves the configuration in the same instant may find its rule gone with it.
        foreach (var fire in fires.Where(f => f.Job == "tick"))
            await Eventually.Until(
                () => Lines("runs.txt").Concat(Lines("tocks.txt")).Contains(fire.Id),
                $"the run of {fire.Job} for {fire.ScheduledFor:T}"
            );
        _project.DaemonPid.ShouldBe(pid);
        NextNightly().ShouldBe(nightly);
        samples.All.Count.ShouldBe(Reloads / 2);
        (samples.Median(Reloads - WarmUp, Reloads, s => s.Rss) - samples.Median(WarmUp, 2 * WarmUp, s => s.Rss)).ShouldBeLessThan(
            MostGrowthKib,
            "KiB of resident memory"
        );
        // A running action has its own for a moment.
        (
            samples.Median(Reloads - WarmUp, Reloads, s => s.Descriptors) - samples.Median(WarmUp, 2 * WarmUp, s => s.Descriptors)
        ).ShouldBeLessThan(4, "descriptors");
        await Eventually.Until(
            () => Watches() == watches,
            $"the {watches} watches of the first configuration, which is the last one too",
            found: () => $"{Watches()}"
        );
        await Eventually.Until(
            () => KernelWatches(pid) == kernelWatches,
            $"the kernel's {kernelWatches} watches",
            found: () => $"{KernelWatches(pid)}"
        );
        await Eventually.Until(
            () => Descriptors(pid).SequenceEqual(descriptors),
            $"the descriptors of the start:\n{string.Join('\n', descriptors)}",
            found: () => string.Join('\n', Descriptors(pid))
        );
    }

    private void Configure(int turn)
    {
        var odd = turn % 2 == 1;
        _project.Configure($$"""
            daemon: { heartbeat_interval_seconds: 1, max_parallel_actions: {{(odd ? 6 : 3)}} }
            watch: { debounce_ms: 50, paths: [ { path: src/ }{{(odd ? ", { path: lib/ }" : "")}} ] }
            schedule:
              jobs:
                - { id: nightly, cron: "0 3 1 1 *", timezone: UTC, action: run }
                - { id: tick, cron: "* * * * *", action: {{(odd ? "tock" : "run")}} }
                {{(odd ? "- { id: extra, cron: '*/2 * * * *', action: tock }" : "")}}
            actions:
              run: { type: shell, command: 'echo "$AIWG_EVENT_ID" >> runs.txt' }
              tock: { type: shell, command: 'echo "$AIWG_EVENT_ID" >> tocks.txt{{(odd ? "; true" : "")}}' }
            rules:
              - { id: manual, event: { source: manual, type: load }, action: run }
              - { id: files, event: { source: watch, path_pattern: "src/**" }, action: tock, cooldown_minutes: 1 }
              {{(odd ? "- { id: libs, event: { source: watch, path_pattern: 'lib/**' }, action: tock, cooldown_minutes: 1 }" : "")}}
            """);
    }

    private async Task EmitAsync(CancellationToken token)
    {
        using var client = ControlClient.TryConnect(_project.Paths.Socket)!;
        while (!token.IsCancellationRequested)
        {
            var answer = await client.CallAsync("event.emit", p => p.WriteString("type", "load"), token: CancellationToken.None);
            _emitted[answer.GetProperty("id").GetString()!] = 0;
            await Pause(70, token);
        }
    }

    private async Task ChangeAsync(CancellationToken token)
    {
        for (var n = 0; !token.IsCancellationRequested; n++)
        {
            _project.WriteFile($"src/f{n}.txt", "x");
            _files[$"src/f{n}.txt"] = 0;
            _project.WriteFile("lib/deep/busy.txt", $"{n}");
            await Pause(90, token);
        }
    }

    private static async Task Pause(int milliseconds, CancellationToken token) =>
        await Task.Delay(milliseconds, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Runs of actions by their event, and files by the event of their creation: a rule that ran at each file would count as a
    /// runaway.</summary>
    private List<string> Runs()
    {
        var runs = File.Exists(_project.Combine("runs.txt")) ? File.ReadAllLines(_project.Combine("runs.txt")).ToList() : [];
        foreach (var line in Directory.EnumerateFiles(_project.Paths.Events, "*-*-*.jsonl").SelectMany(File.ReadLines))
        {
            if (!line.Contains("\"file.create\"", StringComparison.Ordinal)) continue;
            using var @event = JsonDocument.Parse(line);
            if (
                @event.RootElement.GetProperty("payload").GetProperty("path").GetString() is { } path
                && path.StartsWith("src/", StringComparison.Ordinal)
            )
                runs.Add(path);
        }
        return runs;
    }

    private List<string> Lines(string name) => File.Exists(_project.Combine(name)) ? [.. File.ReadAllLines(_project.Combine(name))] : [];

    private List<(string Id, string Job, DateTimeOffset ScheduledFor)> Fires()
    {
        var fires = new List<(string, string, DateTimeOffset)>();
        foreach (var line in Directory.EnumerateFiles(_project.Paths.Events, "*-*-*.jsonl").SelectMany(File.ReadLines))
        {
            if (!line.Contains("\"cron.fired\"", StringComparison.Ordinal)) continue;
            using var @event = JsonDocument.Parse(line);
            var payload = @event.RootElement.GetProperty("payload");
            fires.Add(
                (
                    @event.RootElement.GetProperty("id").GetString()!,
                    payload.GetProperty("job_id").GetString()!,
                    payload.GetProperty("scheduled_for").GetDateTimeOffset()
                )
            );
        }
        return fires;
    }

    private static int KernelWatches(int pid) =>
        Directory
            .EnumerateFiles($"/proc/{pid}/fdinfo")
            .Sum(path => Read(path).Count(line => line.StartsWith("inotify wd:", StringComparison.Ordinal)));

    /// <summary>What is open, without the numbers of sockets and pipes.</summary>
    private static List<string> Descriptors(int pid) =>
        [
            .. Directory
                .EnumerateFileSystemEntries($"/proc/{pid}/fd")
                .Select(path => new FileInfo(path).LinkTarget?.Split('[')[0] ?? "")
                .Where(target => target.Length > 0)
                .Order(StringComparer.Ordinal),
        ];

    private static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return [];
        }
    }

    private List<string> Missing() => [.. _emitted.Keys.Concat(_files.Keys).Except(Runs())];

    private string? NextNightly() =>
        _project.State().GetProperty("monitors").GetProperty("scheduler").GetProperty("next_fires").GetProperty("nightly").GetString();

    private int Watches() => _project.State().GetProperty("monitors").GetProperty("file_watcher").GetProperty("watches").GetInt32();
}
