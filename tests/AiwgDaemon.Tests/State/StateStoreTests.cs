using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.State;

public sealed class StateStoreTests : IDisposable
{
    // Frozen: what the Node.js daemon wrote. Members that we know must be read, others passed over.
    private const string OldDocument = """
        {"pid": 4711, "started_at": "2026-01-02T03:04:05.678Z", "last_heartbeat": "2026-01-02T04:04:05.678Z", "uptime_seconds": 3600,
         "restart_count": 2, "ipc": {"socket": ".aiwg/daemon/daemon.sock", "clients": 0},
         "monitors": {"file_watcher": {"enabled": true, "events_received": 7}, "webhook": {"enabled": false}, "scheduler": {"enabled": true, "jobs": 1}},
         "automation": {"enabled": true, "rule_count": 0},
         "health": {"status": "healthy", "last_check": "2026-01-02T04:04:05.678Z", "issues": []}}
        """;

    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Combine("state.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var at = new DateTimeOffset(2026, 11, 22, 9, 0, 0, 123, TimeSpan.Zero);
        var action = new ActionRecord
        {
            Id = "a",
            RuleId = "r",
            EventId = Guid.Empty,
            Type = "shell",
            Command = "x",
            Status = ActionStatus.Timeout,
            Attempt = 1,
            QueuedAt = at,
        };
        new StateStore(Path).Write(StateDefaults.Empty with { Pid = 5, StartedAt = at, RecentActions = [action] });

        StateStore.TryRead(Path, out var read, out _).ShouldBeTrue();
        read.Pid.ShouldBe(5);
        read.StartedAt.ShouldBe(at);
        read.RecentActions.ShouldHaveSingleItem().ShouldBe(action);
        var text = File.ReadAllText(Path);
        text.ShouldContain("\"status\": \"timeout\"");
        text.ShouldContain("\"started_at\": \"2026-11-22T09:00:00.123Z\"");
    }

    [Fact]
    public void A_document_of_the_older_implementation_is_read()
    {
        File.WriteAllText(Path, OldDocument);

        StateStore.TryRead(Path, out var read, out var error).ShouldBeTrue(error);
        read.Pid.ShouldBe(4711);
        read.Monitors.FileWatcher.EventsReceived.ShouldBe(7);
        read.Monitors.FileWatcher.Paths.ShouldBeEmpty();
        read.Version.ShouldBe("unknown");
        read.HeartbeatIntervalSeconds.ShouldBe(30);
    }

    [Fact]
    public void Every_truncation_is_an_error_that_names_the_file_and_never_throws()
    {
        for (var length = 0; length < OldDocument.Length; length += 3)
        {
            File.WriteAllText(Path, OldDocument[..length]);
            StateStore.TryRead(Path, out _, out var error).ShouldBeFalse();
            error.ShouldNotBeNull().ShouldContain(Path);
        }
    }

    [Fact]
    public void No_document_is_no_error()
    {
        StateStore.TryRead(Path, out _, out var error).ShouldBeFalse();
        error.ShouldBeNull();
    }
}
