using System.Text;
using AiwgDaemon.Cli;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

/// <summary>The status screen in each state a daemon can be in.</summary>
public sealed class StatusTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static readonly ActionRecord Failed = new()
    {
        Id = "0h3kd9vz8m2q4zj7",
        RuleId = "test-on-change",
        EventId = Guid.Empty,
        Type = "shell",
        Command = "npm test\n\e[31m",
        Status = ActionStatus.Failed,
        Attempt = 1,
        QueuedAt = Now.AddSeconds(-75),
        StartedAt = Now.AddSeconds(-74),
        CompletedAt = Now.AddSeconds(-70.8),
        ExitCode = 2,
    };

    private static readonly DaemonState Busy = StateDefaults.Empty with
    {
        Pid = 4242,
        StartedAt = Now.AddHours(-3.2),
        LastHeartbeat = Now.AddSeconds(-12),
        Version = "1.2.3",
        ConfigPath = "/srv/site/.aiwg/daemon.yaml",
        RestartCount = 2,
        Running = true,
        HeartbeatIntervalSeconds = 30,
        Monitors = new()
        {
            FileWatcher = new()
            {
                Enabled = true, Paths = ["src/", "docs/"], EventsReceived = 1234, Watches = 31, Backend = "inotify", Overflows = 1,
                Roots = [new("src/", "watching", "inotify", 31), new("docs/", "missing", "inotify", 0)],
            },
            Scheduler = new()
            {
                Enabled = true, Jobs = 2, LastFires = new Dictionary<string, DateTimeOffset> { ["health-check"] = Now.AddHours(-3) },
                NextFires = new Dictionary<string, DateTimeOffset> { ["nightly"] = Now.AddHours(18), ["health-check"] = Now.AddHours(3) },
            },
            Webhook = new() { Enabled = true, Host = "127.0.0.1", Port = 9471, RequestsReceived = 17, Rejected = 3 },
        },
        Bus = new()
        {
            Published = 1251,
            Delivered = 1249,
            Retried = 4,
            DeadLetters = 1,
            QueueLength = 2,
            QueueCapacity = 4096,
        },
        ActiveActions =
        [
            Failed with
            {
                Id = "0h3kd9vz8m2q5aaa",
                Status = ActionStatus.Running,
                CompletedAt = null,
                ExitCode = null,
                StartedAt = Now.AddSeconds(-8),
                Command = "npm run build",
            },
        ],
        QueuedActions = 3,
        RecentActions =
        [
            Failed,
            Failed with
            {
                Id = "0h3kd9vz8m2q3bbb",
                Status = ActionStatus.Completed,
                ExitCode = 0,
                CompletedAt = Now.AddMinutes(-12),
            },
        ],
        Health = new()
        {
            Status = "degraded",
            LastCheck = Now,
            Issues =
            [
                new(
                    "watch.limit",
                    "degraded",
                    "2 directories are polled; run: sysctl fs.inotify.max_user_watches=524288",
                    Now.AddMinutes(-5)
                ),
            ],
        },
    };

    private static readonly HealthState Unhealthy = new()
    {
        Status = "unhealthy", LastCheck = Now,
        Issues = [new("bus.journal", "unhealthy", "Events cannot be written: No space left on device", Now.AddMinutes(-2))],
    };

    [Fact]
    public void Each_state_has_its_screen()
    {
        var report = new StatusReport
        {
            Project = "/srv/site",
            Liveness = Liveness.Running,
            Pid = 4242,
            State = Busy,
        };
        var healthy = Busy with
        {
            Health = new()
            {
                Status = "healthy",
                LastCheck = Now,
                Issues = [],
            },
            ActiveActions = [],
            QueuedActions = 0,
            RecentActions = [],
        };
        var screens = new StringBuilder();
        Add(screens, "degraded and busy", report);
        Add(screens, "healthy and idle", report with { State = healthy });
        Add(screens, "unhealthy", report with { State = healthy with { Health = Unhealthy } });
        Add(screens, "frozen", report with { Liveness = Liveness.Frozen, State = healthy with { LastHeartbeat = Now.AddMinutes(-9) } });
        Add(screens, "starting", report with { Liveness = Liveness.Starting, State = null });
        Add(
            screens,
            "stopping",
            report with
            {
                Liveness = Liveness.Stopping,
                State = Busy with { Stopping = true, Health = healthy.Health },
            }
        );
        Add(screens, "stopped", report with { Liveness = Liveness.Stopped, Pid = 0, State = healthy with { Running = false } });
        Add(screens, "killed", report with { Liveness = Liveness.Stopped, Pid = 0, State = healthy });
        Add(screens, "never started", report with { Liveness = Liveness.Stopped, Pid = 0, State = null });
        Add(screens, "unreadable", report with { State = null, Fault = "/srv/site/.aiwg/daemon/state.json is not a state document" });
        Add(
            screens,
            "unreadable and stopped",
            report with
            {
                Liveness = Liveness.Stopped,
                Pid = 0,
                State = null,
                Fault = "/srv/site/.aiwg/daemon/state.json is not a state document",
            }
        );
        screens
            .Append("=== degraded and busy, --utc\n")
            .Append(StatusText.Render(report, Now, TextStyle.Plain with { Width = 140 }, utc: true));
        screens
            .Append("\n=== degraded and busy, 40 columns\n")
            .Append(StatusText.Render(report, Now, TextStyle.Plain with { Width = 40 }, utc: false));
        screens.ToString().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    [Theory]
    [InlineData("healthy", 0)]
    [InlineData("degraded", 0)]
    [InlineData("unhealthy", 1)]
    public void Health_decides_the_exit_code_of_a_running_daemon(string status, int code) =>
        new StatusReport
        {
            Project = "/",
            Liveness = Liveness.Running,
            State = Busy with { Health = Busy.Health with { Status = status } },
        }.ExitCode.ShouldBe(code);

    [Fact]
    public void A_frozen_daemon_is_unhealthy_and_a_stopped_one_has_its_own_code()
    {
        new StatusReport { Project = "/", Liveness = Liveness.Frozen, State = Busy }.ExitCode.ShouldBe(1);
        new StatusReport { Project = "/", Liveness = Liveness.Stopped, State = Busy }.ExitCode.ShouldBe(3);
    }

    [Fact]
    public void Colour_changes_nothing_but_colour()
    {
        var report = new StatusReport { Project = "/srv/site", Liveness = Liveness.Running, Pid = 4242, State = Busy };
        var plain = StatusText.Render(report, Now, TextStyle.Plain, utc: false);
        var coloured = StatusText.Render(report, Now, TextStyle.Plain with { Colour = true }, utc: false);
        plain.ShouldNotContain("\e");
        System.Text.RegularExpressions.Regex.Replace(coloured, "\e\\[[0-9;]*m", "").ShouldBe(plain);
    }

    [Fact]
    public void A_project_without_a_daemon_is_stopped()
    {
        using var directory = new TemporaryDirectory();
        var report = StatusReport.Read(new ProjectPaths(directory.Path), Now);
        report.Status.ShouldBe("stopped");
        Directory.GetFileSystemEntries(directory.Path).ShouldBeEmpty("looking leaves no trace");
    }

    [Fact]
    public async Task A_killed_daemons_lock_that_a_child_holds_for_a_moment_is_no_start()
    {
        using var directory = new TemporaryDirectory();
        var paths = new ProjectPaths(directory.Path);
        Directory.CreateDirectory(paths.Daemon);
        var left = InstanceLock.TryTake(paths.Lock).ShouldNotBeNull();
        File.WriteAllText(paths.Lock, "{\"pid\":2147483647,\"start_time\":1,\"boot_id\":\"x\"}");

        var read = Task.Run(() => StatusReport.Read(paths, Now), TestContext.Current.CancellationToken);
        await Task.WhenAny(read, Task.Delay(50, TestContext.Current.CancellationToken));
        left.Dispose();

        (await read).Status.ShouldBe("stopped");
    }

    [Fact]
    public void What_ran_when_the_daemon_was_killed_is_listed_as_lost()
    {
        using var directory = new TemporaryDirectory();
        var paths = new ProjectPaths(directory.Path);
        Directory.CreateDirectory(paths.Daemon);
        new StateStore(paths.State).Write(Busy);

        var actions = ActionLookup.All(paths);

        actions.Single(a => a.Id == Busy.ActiveActions[0].Id).Status.ShouldBe(ActionStatus.Lost);
        actions.ShouldNotContain(a => a.Status == ActionStatus.Running);
    }

    private static void Add(StringBuilder screens, string title, StatusReport report) =>
        screens
            .Append($"=== {title} (exit code {report.ExitCode})\n")
            .Append(StatusText.Render(report, Now, TextStyle.Plain, utc: false))
            .Append('\n');
}
