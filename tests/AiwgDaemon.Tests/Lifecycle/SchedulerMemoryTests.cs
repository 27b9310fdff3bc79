using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class SchedulerMemoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-22T12:00Z");

    private static readonly CronMemory Memory = new()
    {
        LastFires = new Dictionary<string, DateTimeOffset> { ["a"] = Noon, ["off"] = Noon.AddDays(-1) },
        FirstSeen = new Dictionary<string, DateTimeOffset> { ["a"] = Noon.AddHours(-9), ["b"] = Noon.AddHours(-9) },
        Fired = new Dictionary<string, IReadOnlyList<FiredSpan>> { ["a"] = [new(Noon.AddHours(-8), Noon)] },
        Schedules = new Dictionary<string, JobSchedule> { ["a"] = new("0 * * * *", null), ["b"] = new("@daily", "Europe/Berlin") },
        Journal = JournalPosition.Of(new DateOnly(2026, 11, 22), 18_233),
    };

    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Combine("state.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_remembered_of_the_jobs_is_part_of_state_json()
    {
        Write(
            SchedulerMemory.ToState(new CronStatus(true, 2, new Dictionary<string, DateTimeOffset> { ["a"] = Noon.AddHours(1) }, Memory))
        );
        var text = File.ReadAllText(Path);
        var scheduler = text[
            text.IndexOf("\"scheduler\"", StringComparison.Ordinal)..text.IndexOf("\"webhook\"", StringComparison.Ordinal)
        ];
        scheduler.ShouldMatchApproved(c => c.SubFolder("Golden"));
    }

    [Fact]
    public void What_was_written_is_remembered()
    {
        Write(SchedulerMemory.ToState(new CronStatus(true, 2, new Dictionary<string, DateTimeOffset>(), Memory)));
        var read = SchedulerMemory.FromState(Read());
        read.LastFires.ShouldBe(Memory.LastFires);
        read.FirstSeen.ShouldBe(Memory.FirstSeen);
        read.Schedules.ShouldBe(Memory.Schedules);
        read.Fired["a"].ShouldBe(Memory.Fired["a"]);
        read.Journal.ShouldBe(Memory.Journal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"last_fires":{"a":"2026-11-22T12:00:00.000Z"},"first_seen":{"a":"2026-11-22T03:00:00.000Z"}}""")]
    [InlineData("""{"schedules":{"a":null,"b":{},"c":{"time_zone":"UTC"}},"fired":{"a":null,"b":[null]},"journal":{}}""")]
    [InlineData("""{"journal":{"file":"../../etc/passwd","offset":-1}}""")]
    [InlineData("""{"journal":{"file":"2026-11-22.jsonl","offset":9000000000000000000}}""")]
    public void Of_what_is_missing_or_no_place_nothing_is_known(string scheduler)
    {
        File.WriteAllText(Path, $$$"""{"monitors":{"scheduler":{{{scheduler}}}}}""");
        var read = SchedulerMemory.FromState(Read());
        read.Journal.ShouldBe(0);
        (read.Schedules?.Count ?? 0).ShouldBe(0);
    }

    // After a loss of power state.json may be empty or gone.
    [Fact]
    public void Without_a_state_json_the_journal_says_what_fired_and_since_when_the_jobs_are_planned()
    {
        DaemonEvent[] events =
        [
            TestEvents.Of(EventSource.Daemon, "daemon.started", "", "{}", Noon.AddHours(-3)),
            TestEvents.Of(EventSource.Schedule, CronFire.EventType, "a", """{"job_id":"a","scheduled_for":"2026-11-22T12:00:00Z"}""", Noon),
            TestEvents.Of(EventSource.Daemon, "daemon.reloaded", "", "{}", Noon.AddHours(-1)),
            TestEvents.Manual("daemon.started", "{}"),
        ];
        File.WriteAllLines(
            _directory.Combine("2026-11-22.jsonl"),
            events.Select(e => System.Text.Encoding.UTF8.GetString(EventJson.ToBytes(e)))
        );
        using var journal = new EventJournal(
            _directory.Path,
            new HistoryOptions(),
            TimeProvider.System,
            TestEvents.NoReport,
            NullLogger.Instance
        );
        var memory = SchedulerMemory.Read(StateDefaults.Empty, journal);
        memory.Later["a"].ShouldBe([Noon]);
        memory.Started.ShouldBe(Noon.AddHours(-1));

        var fires = new List<CronFire>();
        var schedule = new CronSchedule(memory);
        CronJob Job(string id, string cron) => Sources.Cron.CronScheduleTests.Job(id, cron, CatchUp.Last);
        schedule.Start(
            [Job("a", "0 12 * * *"), Job("missed", "30 12 * * *"), Job("before", "30 10 * * *")],
            Noon.AddHours(1),
            Sources.Cron.TestZones.Table("UTC0"),
            fires,
            []
        );
        fires.ShouldHaveSingleItem().Job.Id.ShouldBe("missed");
    }

    private void Write(SchedulerState scheduler) =>
        new StateStore(Path).Write(StateDefaults.Empty with { Monitors = StateDefaults.Empty.Monitors with { Scheduler = scheduler } });

    private SchedulerState Read()
    {
        StateStore.TryRead(Path, out var state, out var error).ShouldBeTrue(error);
        return state.Monitors.Scheduler;
    }
}
