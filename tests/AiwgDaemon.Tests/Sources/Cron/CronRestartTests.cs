using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Sources.Cron;

/// <summary>What fires again, and what does not, where one daemon goes on from what another left on the disk.</summary>
public sealed class CronRestartTests : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-22T12:00:10Z");
    private static readonly CronJob EachMinute = CronScheduleTests.Job("a", "* * * * *", CatchUp.Last) with { TimeZone = "UTC" };

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Start);

    private string Journal => _directory.Combine("2026-11-22.jsonl");

    private string State => _directory.Combine("state.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_fire_that_state_json_does_not_tell_of_is_known_from_the_journal()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            first.WriteState();
            await FiresAsync(first, "12:01");
        }
        _time.Advance(TimeSpan.FromSeconds(20));
        await using var second = await RunAsync(EachMinute);
        second.Memory.LastFires["a"].ShouldBe(Start.AddSeconds(50));
        await FiresAsync(second, "12:02");
        second.Memory.Fired["a"].ShouldBe([new FiredSpan(Start.AddSeconds(50), Start.AddSeconds(110))]);
        Fired().ShouldBe(["a 12:01", "a 12:02"]);
    }

    [Fact]
    public async Task A_state_json_from_long_before_is_brought_up_to_date()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            await FiresAsync(first, "12:01");
            first.WriteState();
            for (var minute = 2; minute <= 9; minute++) await FiresAsync(first, $"12:0{minute}");
        }
        await using var second = await RunAsync(EachMinute);
        second.Memory.Fired["a"].ShouldBe([new FiredSpan(Start.AddSeconds(50), Start.AddSeconds(530))]);
        await FiresAsync(second, "12:10");
        Fired().Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_fire_that_never_reached_the_journal_is_caught_up_whatever_state_json_was_written_meanwhile()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            await FiresAsync(first, "12:01");
            first.WriteState();
        }
        await using (var second = await RunAsync([EachMinute], dispatching: false))
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            second.WriteState();
        }
        Fired().ShouldBe(["a 12:01"]);
        await using var third = await RunAsync(EachMinute);
        await UntilFired("a 12:01", "a 12:02 caught up");
    }

    [Fact]
    public async Task A_fire_that_is_accepted_while_state_json_is_written_is_told_by_one_of_the_two()
    {
        await using (var first = await RunAsync([EachMinute], dispatching: false))
        {
            _time.Advance(TimeSpan.FromSeconds(50));
            first.WriteState();
            first.Dispatch();
            await UntilFired("a 12:01");
        }
        _time.Advance(TimeSpan.FromSeconds(20));
        await using var second = await RunAsync(EachMinute);
        second.Memory.LastFires["a"].ShouldBe(Start.AddSeconds(50));
        await FiresAsync(second, "12:02");
        Fired().ShouldBe(["a 12:01", "a 12:02"]);
    }

    [Fact]
    public async Task A_damaged_line_is_passed_over_and_its_fire_caught_up()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            first.WriteState();
            await FiresAsync(first, "12:01");
        }
        File.WriteAllText(Journal, File.ReadAllText(Journal)[1..]);
        await using var second = await RunAsync(EachMinute);
        await UntilFired("a 12:01 caught up");
    }

    [Fact]
    public async Task What_somebody_emits_under_the_name_of_a_fire_is_none()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            first.WriteState();
            await first.EmitAsync(TestEvents.Manual(CronFire.EventType, """{"job_id":"a","scheduled_for":"2026-11-22T12:01:00Z"}"""));
            await first.EmitAsync(TestEvents.Of(EventSource.Schedule, CronFire.EventType, "a", """{"job_id":"a","scheduled_for":7}"""));
            await first.EmitAsync(TestEvents.Of(EventSource.Schedule, CronFire.EventType, "", "[]"));
        }
        _time.Advance(TimeSpan.FromSeconds(60));
        await using var second = await RunAsync(EachMinute);
        await UntilFired("a 12:01 caught up");
    }

    [Fact]
    public async Task A_journal_that_was_lost_and_begun_anew_is_read_from_its_beginning()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            await FiresAsync(first, "12:01");
            await FiresAsync(first, "12:02");
            first.WriteState();
            await FiresAsync(first, "12:03");
        }
        var lines = File.ReadAllLines(Journal);
        File.WriteAllText(Journal, lines[^1] + "\n");
        await using var second = await RunAsync(EachMinute);
        await FiresAsync(second, "12:04");
        Fired().ShouldBe(["a 12:03", "a 12:04"]);
    }

    [Fact]
    public async Task A_state_json_that_says_neither_schedules_nor_a_place_in_the_journal_is_gone_on_from()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            await FiresAsync(first, "12:01");
            first.WriteState(s => s with { Schedules = null, Journal = null });
            await FiresAsync(first, "12:02");
        }
        _time.Advance(TimeSpan.FromSeconds(60));
        await using var second = await RunAsync(EachMinute);
        await UntilFired("a 12:01", "a 12:02", "a 12:03 caught up");
    }

    [Theory]
    [InlineData("0 0 1 1 *", "UTC")]
    [InlineData("5 * * * *", "UTC")]
    [InlineData("10 * * * *", null)]
    [InlineData("10 * * * *", "Europe/Berlin")]
    public async Task A_job_whose_expression_or_zone_was_changed_while_no_daemon_ran_is_new(string cron, string? zone)
    {
        await using (var first = await RunAsync(Job(cron, zone)))
        {
            _time.Advance(TimeSpan.FromHours(2));
            first.WriteState();
        }
        var before = Fired();
        _time.Advance(TimeSpan.FromHours(4));
        await using (var second = await RunAsync(Job("10 * * * *", "UTC")))
        {
            second.Memory.FirstSeen!["a"].ShouldBe(_time.GetUtcNow());
            second.Memory.Fired.ShouldBeEmpty();
            second.WriteState();
        }
        Fired().ShouldBe(before);
        _time.Advance(TimeSpan.FromHours(1));
        await using var third = await RunAsync(Job("10 * * * *", "UTC"));
        await UntilFired([.. before, "a 18:10 caught up"]);

        static CronJob Job(string cron, string? zone) => CronScheduleTests.Job("a", cron, CatchUp.Last) with { TimeZone = zone };
    }

    [Fact]
    public async Task The_last_fire_of_a_job_is_shown_whatever_its_schedule_is_by_now()
    {
        await using (var first = await RunAsync(EachMinute))
        {
            first.WriteState();
            await FiresAsync(first, "12:01");
        }
        var yearly = CronScheduleTests.Job("a", "0 0 1 1 *", CatchUp.Last);
        for (var i = 0; i < 2; i++)
        {
            await using var next = await RunAsync(yearly);
            next.Memory.LastFires["a"].ShouldBe(Start.AddSeconds(50));
            next.WriteState();
        }
        Fired().ShouldBe(["a 12:01"]);
    }

    [Fact]
    public async Task A_job_that_is_moved_to_another_action_or_jitter_misses_what_it_would_have_missed()
    {
        await using (var first = await RunAsync(EachMinute)) first.WriteState();
        _time.Advance(TimeSpan.FromMinutes(5));
        await using var second = await RunAsync(EachMinute with { Action = "other", Jitter = TimeSpan.FromSeconds(1) });
        await UntilFired("a 12:05 caught up");
    }

    private Task<Daemon> RunAsync(CronJob job) => RunAsync([job]);

    private async Task<Daemon> RunAsync(IReadOnlyList<CronJob> jobs, bool dispatching = true)
    {
        var daemon = new Daemon(_directory.Path, State, jobs, _time);
        if (dispatching) daemon.Dispatch();
        await daemon.StartAsync();
        return daemon;
    }

    private async Task FiresAsync(Daemon daemon, string time)
    {
        var instant = DateTimeOffset.Parse($"2026-11-22T{time}Z");
        _time.Advance(instant - _time.GetUtcNow());
        await Eventually.Until(() => daemon.Memory.LastFires.TryGetValue("a", out var last) && last == instant, $"the fire of {time}");
    }

    private Task UntilFired(params string[] expected) =>
        Eventually.Until(() => Fired().SequenceEqual(expected), string.Join(", ", expected), found: () => string.Join(", ", Fired()));

    private List<string> Fired() =>
        [
            .. EventsOf(_directory.Path)
                .Where(e => e.Source == EventSource.Schedule && CronFire.InstantOf(e) is not null)
                .Select(e =>
                    $"{e.Subject} {CronFire.InstantOf(e):HH:mm}{(e.PayloadJson.GetProperty("catch_up").GetBoolean() ? " caught up" : "")}"
                ),
        ];

    private static IEnumerable<DaemonEvent> EventsOf(string directory)
    {
        using var journal = new EventJournal(directory, new HistoryOptions(), TimeProvider.System, TestEvents.NoReport, NullLogger.Instance);
        return [.. journal.Reader.ReadFrom(0)];
    }

    /// <summary>As much of a daemon as fires; disposed of without a last state.json, it is one that was killed.</summary>
    private sealed class Daemon : IAsyncDisposable
    {
        private readonly string _state;
        private readonly FakeTimeProvider _time;
        private readonly EventJournal _journal;
        private readonly EventBus _bus;
        private readonly CronSource _source;
        private bool _dispatching;

        public Daemon(string events, string state, IReadOnlyList<CronJob> jobs, FakeTimeProvider time)
        {
            (_state, _time) = (state, time);
            StateStore.TryRead(state, out var before, out var error);
            error.ShouldBeNull();
            _journal = new EventJournal(events, new HistoryOptions(), time, TestEvents.NoReport, NullLogger.Instance);
            _bus = new EventBus(new BusOptions(), time, NullLogger.Instance, _journal);
            var memory = SchedulerMemory.Read(before, _journal);
            _ = _journal.End;
            _source = new CronSource(new ScheduleOptions { Jobs = jobs }, memory, _bus, TestEvents.NoReport, time, NullLogger.Instance);
        }

        public CronMemory Memory => _source.Status.Memory;

        public Task StartAsync() => _source.StartAsync(CancellationToken.None);

        public void Dispatch()
        {
            _dispatching = true;
            _bus.Start();
        }

        public ValueTask EmitAsync(DaemonEvent @event) => _bus.PublishDurablyAsync(@event, CancellationToken.None);

        public void WriteState(Func<SchedulerState, SchedulerState>? change = null)
        {
            var scheduler = SchedulerMemory.ToState(_source.Status);
            new StateStore(_state).Write(StateDefaults.Empty with
            {
                Pid = 1,
                LastHeartbeat = _time.GetUtcNow(),
                Monitors = StateDefaults.Empty.Monitors with { Scheduler = change?.Invoke(scheduler) ?? scheduler },
            });
        }

        public async ValueTask DisposeAsync()
        {
            await _bus.DisposeAsync();
            var stopped = _source.DisposeAsync();
            // A bus that never ran answers nobody: the source gives up after a while.
            if (!_dispatching) _time.Advance(TimeSpan.FromSeconds(5));
            await stopped;
            _journal.Dispose();
        }
    }
}
