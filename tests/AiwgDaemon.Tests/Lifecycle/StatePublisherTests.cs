using System.Collections.Concurrent;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class StatePublisherTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _written = [];
    private readonly Dictionary<string, string?> _issues = [];
    private Exception? _failure;

    [Fact]
    public async Task It_writes_at_the_start_and_at_each_beat()
    {
        using var publisher = Create();
        publisher.Start(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(29));
        _written.Count.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Written(2);
    }

    [Fact]
    public async Task Many_changes_cost_one_write_soon_after()
    {
        using var publisher = Create();
        publisher.Start(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 100; i++) publisher.Touch();
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await Written(2);
        publisher.Touch();
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await Written(3);
    }

    [Fact]
    public async Task A_failed_write_is_an_issue_until_one_succeeds()
    {
        using var publisher = Create();
        _failure = new IOException("No space left on device");
        publisher.Start(TimeSpan.FromSeconds(30));
        _issues["daemon.state"].ShouldNotBeNull().ShouldContain("No space left");

        _failure = null;
        _time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.Until(() => _issues["daemon.state"] is null, "the issue to be cleared");
    }

    [Fact]
    public void Nothing_is_written_after_the_final_document_which_is_flushed()
    {
        using var publisher = Create();
        publisher.Start(TimeSpan.FromSeconds(30));
        publisher.Touch();
        publisher.WriteFinal();
        _time.Advance(TimeSpan.FromMinutes(2));
        _written.ShouldBe(["running", "final flushed"]);
    }

    [Fact]
    public async Task A_write_that_takes_long_holds_up_no_timer()
    {
        using var slow = new ManualResetEventSlim();
        using var clock = new ManualResetEventSlim();
        var time = new AlarmClock();
        using var publisher = new StatePublisher(
            time,
            Snapshot,
            (_, _) =>
            {
                if (_written.Count > 0)
                    slow.Wait(Eventually.Limit);
                _written.Add("x");
            },
            () => { },
            (_, _) => { }
        );
        publisher.Start(TimeSpan.FromMilliseconds(20));
        await Task.Delay(100);
        await using var timer = time.CreateTimer(_ => clock.Set(), null, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
        clock.Wait(Eventually.Limit).ShouldBeTrue();
        slow.Set();
        await Written(2);
    }

    [Fact]
    public async Task A_write_that_hangs_is_told_by_another_thread_and_taken_back_when_it_is_over()
    {
        using var hangs = new ManualResetEventSlim();
        var issues = new ConcurrentQueue<(string Key, string? Message)>();
        using var publisher = new StatePublisher(
            _time,
            Snapshot,
            (_, _) =>
            {
                if (_written.Count > 0) hangs.Wait(Eventually.Limit);
                _written.Add("x");
            },
            () => { },
            (key, message) => issues.Enqueue((key, message))
        );
        publisher.Start(TimeSpan.FromSeconds(20));
        await Eventually.Until(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(20));
                return issues.Any(issue => issue.Key == StatePublisher.HungIssue && issue.Message is not null);
            },
            "health to tell of it"
        );
        issues.Clear();
        hangs.Set();
        await Eventually.Until(() => issues.Contains((StatePublisher.HungIssue, null)), "health to recover");
    }

    private Task Written(int count) => Eventually.Until(() => _written.Count >= count, $"{count} documents");

    private StatePublisher Create() => new(_time, Snapshot, Write, () => { }, (key, message) => _issues[key] = message);

    private void Write(DaemonState state, bool flush)
    {
        if (_failure is not null) throw _failure;
        _written.Add((state.Running ? "running" : "final") + (flush ? " flushed" : ""));
    }

    private DaemonState Snapshot(bool running) => new()
    {
        Pid = 1,
        StartedAt = _time.GetUtcNow(),
        LastHeartbeat = _time.GetUtcNow(),
        UptimeSeconds = 0,
        RestartCount = 0,
        Version = "1",
        ConfigPath = "c",
        ConfigHash = "h",
        Running = running,
        HeartbeatIntervalSeconds = 30,
        Monitors = new()
        {
            FileWatcher = new() { Enabled = false, Paths = [] },
            Scheduler = new() { Enabled = false, Jobs = 0 },
            Webhook = new() { Enabled = false },
        },
        Bus = new(),
        ActiveActions = [],
        QueuedActions = 0,
        RecentActions = [],
        Health = new() { Status = "healthy", LastCheck = _time.GetUtcNow(), Issues = [] },
    };
}
