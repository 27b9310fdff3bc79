using AiwgDaemon.Bus;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Sources.Cron;

public sealed class CronSourceTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-22T12:00:10Z");

    [Fact]
    public async Task Without_jobs_the_clock_is_never_asked_to_wake_anyone()
    {
        var time = new CountingTime(Start);
        await using var source = Source(
            time,
            [CronScheduleTests.Job("off", "* * * * *") with { Enabled = false }, CronScheduleTests.Job("boot", "@reboot")]
        );
        await source.StartAsync(CancellationToken.None);
        time.Armings.ShouldBe(0);
    }

    [Fact]
    public async Task Ten_thousand_jobs_cost_no_more_wake_ups_than_one()
    {
        async Task<int> WakeUps(int count)
        {
            var time = new CountingTime(Start);
            await using var source = Source(time, [.. Enumerable.Range(0, count).Select(i => CronScheduleTests.Job($"j{i}", "0 * * * *"))]);
            await source.StartAsync(CancellationToken.None);
            for (var i = 0; i < 30; i++) time.Advance(TimeSpan.FromSeconds(10));
            return time.Armings;
        }
        (await WakeUps(10_000)).ShouldBe(await WakeUps(1));
    }

    [Fact]
    public async Task A_job_fires_on_its_minute_and_the_status_tells()
    {
        var time = new CountingTime(Start);
        await using var source = Source(time, [CronScheduleTests.Job("a", "*/2 * * * *")]);
        await source.StartAsync(CancellationToken.None);
        source.Status.NextFires["a"].ShouldBe(DateTimeOffset.Parse("2026-11-22T12:02Z"));
        time.Advance(TimeSpan.FromSeconds(110));
        await Eventually.Until(() => source.Status.LastFires.ContainsKey("a"), "the fire");
        source.Status.LastFires["a"].ShouldBe(DateTimeOffset.Parse("2026-11-22T12:02Z"));
        source.Status.NextFires["a"].ShouldBe(DateTimeOffset.Parse("2026-11-22T12:04Z"));
        source.Reload(new ScheduleOptions { Enabled = false });
        source.Status.NextFires.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_zone_that_changes_while_running_counts_at_the_next_look()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no zone files");
        using var directory = new TemporaryDirectory();
        var localtime = directory.Combine("localtime");
        File.CreateSymbolicLink(localtime, "/usr/share/zoneinfo/Etc/UTC");
        var time = new CountingTime(Start);
        var job = CronScheduleTests.Job("a", "0 15 * * *");
        await using var source = Source(
            time,
            [job, CronScheduleTests.Job("b", "0 15 * * *") with { TimeZone = "UTC" }],
            TestZones.Files(() => null, localtime)
        );
        await source.StartAsync(CancellationToken.None);
        Next().ShouldBe(["15:00", "15:00"]);
        // Noticed at the next look, which is 30 s away at most.
        File.Delete(localtime);
        File.CreateSymbolicLink(localtime, "/usr/share/zoneinfo/Europe/Berlin");
        time.Advance(TimeSpan.FromSeconds(30));
        Next().ShouldBe(["14:00", "15:00"]);
        source.Reload(new ScheduleOptions { Jobs = [job with { TimeZone = "America/New_York" }] });
        Next().ShouldBe(["20:00"]);

        IEnumerable<string> Next() => source.Status.NextFires.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => $"{n.Value:HH:mm}");
    }

    [Fact]
    public async Task A_clock_that_is_set_back_is_an_issue_until_it_shows_that_time_again()
    {
        var issues = new Dictionary<string, string?>(StringComparer.Ordinal);
        var time = new CountingTime(Start);
        await using var bus = new EventBus(new BusOptions(), time, NullLogger.Instance);
        bus.Start();
        await using var source = new CronSource(
            new ScheduleOptions { Jobs = [CronScheduleTests.Job("a", "* * * * *")] },
            new CronMemory(),
            bus,
            (key, message, _) => issues[key] = message,
            time,
            NullLogger.Instance
        );
        await source.StartAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(60));
        issues["cron.clock"].ShouldBeNull();
        time.AdjustTime(Start.AddHours(-2));
        time.Advance(TimeSpan.FromSeconds(30));
        issues["cron.clock"]!.ShouldContain("set back by 2 h");
        time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.Until(
            () => source.Status.LastFires.TryGetValue("a", out var last) && last < Start.AddHours(-1),
            "a fire by the new clock"
        );
        for (var i = 0; i < 125; i++)
            time.Advance(TimeSpan.FromMinutes(1));
        issues["cron.clock"].ShouldBeNull();
    }

    [Fact]
    public async Task What_the_next_daemon_goes_on_from_names_each_job_that_is_planned_and_what_it_fired()
    {
        var time = new CountingTime(Start);
        await using var source = Source(
            time,
            [CronScheduleTests.Job("a", "* * * * *"), CronScheduleTests.Job("off", "* * * * *") with { Enabled = false }]
        );
        await source.StartAsync(CancellationToken.None);
        source.Status.Memory.FirstSeen.ShouldBe(new Dictionary<string, DateTimeOffset> { ["a"] = Start });
        source.Status.Memory.Fired.ShouldBeEmpty();
        for (var minute = 1; minute <= 3; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            var expected = Start.AddSeconds(-10).AddMinutes(minute);
            await Eventually.Until(() => source.Status.LastFires.TryGetValue("a", out var last) && last == expected, "the fire");
        }
        source.Status.Memory.Fired["a"].ShouldBe([new FiredSpan(Start.AddSeconds(50), Start.AddSeconds(170))]);
        source.Reload(new ScheduleOptions { Enabled = false });
        source.Status.Memory.FirstSeen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Jobs_due_together_are_published_in_order_with_their_payload()
    {
        var time = new CountingTime(Start);
        await using var bus = new EventBus(new BusOptions(), time, NullLogger.Instance);
        var received = new List<DaemonEvent>();
        bus.Subscribe("test", new SubscriptionOptions(), (@event, _) =>
        {
            lock (received) received.Add(@event);
            return ValueTask.CompletedTask;
        });
        bus.Start();
        CronJob[] jobs =
        [
            .. Enumerable
                .Range(0, 600)
                .Select(i => CronScheduleTests.Job($"j{i:000}", "1 12 * * *") with { Jitter = TimeSpan.FromSeconds(20) }),
        ];
        await using var source = new CronSource(
            new ScheduleOptions { Jobs = jobs }, new CronMemory(), bus, (_, _, _) => { }, time, NullLogger.Instance);
        await source.StartAsync(CancellationToken.None);
        for (var i = 0; i < 12; i++) time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.Until(() => Count() == 600, "600 events");
        var delays = jobs.ToDictionary(j => j.Id, j => new CronEntry(j).Delay);
        received.Select(e => delays[e.Subject]).ShouldBeInOrder();
        var first = received[0];
        (first.Source, first.Type).ShouldBe((EventSource.Schedule, "cron.fired"));
        first
            .PayloadJson.GetRawText()
            .ShouldBe($$"""{"job_id":"{{first.Subject}}","action":"act","scheduled_for":"2026-11-22T12:01:00Z","catch_up":false}""");

        int Count()
        {
            lock (received) return received.Count;
        }
    }

    private static CronSource Source(TimeProvider time, IReadOnlyList<CronJob> jobs, ZoneFiles? zones = null)
    {
        var bus = new EventBus(new BusOptions(), time, NullLogger.Instance);
        bus.Start();
        return new CronSource(
            new ScheduleOptions { Jobs = jobs },
            new CronMemory(),
            bus,
            (_, _, _) => { },
            time,
            NullLogger.Instance,
            zones
        );
    }

    /// <summary>Counts how often a timer was armed.</summary>
    private sealed class CountingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public int Armings { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new CountingTimer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class CountingTimer(CountingTime time, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime != Timeout.InfiniteTimeSpan) time.Armings++;
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
