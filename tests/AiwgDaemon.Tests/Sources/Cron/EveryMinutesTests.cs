using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Tests.Sources.Cron;

/// <summary>Jobs with a time between two fires in place of an expression.</summary>
public sealed class EveryMinutesTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-22T12:00:30.250Z");
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-22T12:00:30Z");
    private static readonly ZoneTable Utc = TestZones.Table("UTC0");

    private readonly List<CronFire> _fires = [];
    private readonly List<CronFire> _skipped = [];

    [Fact]
    public void It_counts_from_the_first_start_and_drifts_with_no_late_look()
    {
        var schedule = Started(new CronMemory(), Noon, Job(7));
        schedule.NextDue.ShouldBe(Start.AddMinutes(7));
        Look(schedule, Start.AddMinutes(7)).ShouldBe([Start.AddMinutes(7)]);
        Look(schedule, Start.AddMinutes(14).AddSeconds(20)).ShouldBe([Start.AddMinutes(14)]);
        schedule.NextDue.ShouldBe(Start.AddMinutes(21));
    }

    [Fact]
    public void A_restart_keeps_the_rhythm_before_the_first_fire_and_after_it()
    {
        var seen = Memory(Job(7)) with { FirstSeen = new Dictionary<string, DateTimeOffset> { ["a"] = Noon } };
        Started(seen, Noon.AddMinutes(5), Job(7)).NextDue.ShouldBe(Start.AddMinutes(7));
        var fired = seen with { LastFires = new Dictionary<string, DateTimeOffset> { ["a"] = Start.AddMinutes(7) } };
        Started(fired, Noon.AddMinutes(12), Job(7)).NextDue.ShouldBe(Start.AddMinutes(14));
        _skipped.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_downtime_missed_is_passed_over_or_caught_up_once()
    {
        var memory = Memory(Job(7)) with
        {
            LastFires = new Dictionary<string, DateTimeOffset> { ["a"] = Start },
            FirstSeen = new Dictionary<string, DateTimeOffset> { ["a"] = Noon },
        };
        Started(memory, Start.AddMinutes(700).AddSeconds(3), Job(7)).NextDue.ShouldBe(Start.AddMinutes(707));
        (_fires.Count, _skipped.Count).ShouldBe((0, 1));
        Started(memory, Start.AddMinutes(700).AddSeconds(3), Job(7) with { CatchUp = CatchUp.Last })
            .NextDue.ShouldBe(Start.AddMinutes(707));
        _fires.ShouldHaveSingleItem().ScheduledFor.ShouldBe(Start.AddMinutes(700));
    }

    [Theory]
    [InlineData(-61)]
    [InlineData(-600)]
    [InlineData(90)]
    [InlineData(100_000)]
    public void A_step_of_the_clock_keeps_the_rhythm_and_never_silences_it(int minutes)
    {
        var schedule = Started(new CronMemory(), Noon, Job(7));
        Look(schedule, Start.AddMinutes(7));
        var now = Start.AddMinutes(8 + minutes);
        Look(schedule, now).Count.ShouldBeLessThanOrEqualTo(1);
        var next = schedule.NextDue!.Value;
        (next - now).ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromMinutes(7));
        ((next - Start).Ticks % TimeSpan.FromMinutes(7).Ticks).ShouldBe(0);
    }

    [Fact]
    public void Another_interval_or_an_expression_begins_anew()
    {
        var schedule = Started(new CronMemory(), Noon, Job(7));
        Look(schedule, Start.AddMinutes(7));
        schedule.Take([Job(5)], Start.AddMinutes(8), Utc);
        schedule.NextDue.ShouldBe(Start.AddMinutes(13));
        schedule.Take([Job(5) with { Action = "other" }], Start.AddMinutes(9), Utc);
        schedule.NextDue.ShouldBe(Start.AddMinutes(13));
        Started(Memory(Job(7)) with { LastFires = new Dictionary<string, DateTimeOffset> { ["a"] = Start } }, Noon.AddMinutes(60), Job(5))
            .NextDue.ShouldBe(Start.AddMinutes(65));
    }

    [Fact]
    public void Fractions_of_a_minute_count()
    {
        var schedule = Started(new CronMemory(), Noon, Job(0.05));
        schedule.NextDue.ShouldBe(Start.AddSeconds(3));
        Look(schedule, Start.AddSeconds(3)).ShouldBe([Start.AddSeconds(3)]);
        schedule.NextDue.ShouldBe(Start.AddSeconds(6));
    }

    private static CronJob Job(double minutes) => new() { Id = "a", Every = TimeSpan.FromMinutes(minutes), Action = "act" };

    private static CronMemory Memory(CronJob job) => new() { Schedules = new Dictionary<string, JobSchedule> { ["a"] = job.Schedule } };

    private CronSchedule Started(CronMemory memory, DateTimeOffset now, CronJob job)
    {
        _fires.Clear();
        _skipped.Clear();
        var schedule = new CronSchedule(memory);
        schedule.Start([job], now, Utc, _fires, _skipped);
        return schedule;
    }

    private List<DateTimeOffset> Look(CronSchedule schedule, DateTimeOffset now)
    {
        _fires.Clear();
        schedule.Look(now, Utc, _fires, _skipped);
        return _fires.ConvertAll(f => f.ScheduledFor);
    }
}
