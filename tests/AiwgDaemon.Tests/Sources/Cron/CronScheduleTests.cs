using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Tests.Sources.Cron;

public sealed class CronScheduleTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-22T12:00:30Z");
    private static readonly ZoneTable Utc = TestZones.Table("UTC0");

    private readonly List<CronFire> _fires = [];
    private readonly List<CronFire> _skipped = [];

    [Fact]
    public void After_a_downtime_a_job_that_catches_up_fires_once_for_the_latest_it_missed()
    {
        var schedule = new CronSchedule(
            new CronMemory
            {
                LastFires = new Dictionary<string, DateTimeOffset> { ["a"] = Noon.AddDays(-400), ["b"] = Noon.AddDays(-400) },
            }
        );
        schedule.Start([Job("a", "* * * * *", CatchUp.Last), Job("b", "* * * * *")], Noon, Utc, _fires, _skipped);
        _fires.ShouldHaveSingleItem();
        (_fires[0].Job.Id, _fires[0].ScheduledFor, _fires[0].CatchUp).ShouldBe(("a", DateTimeOffset.Parse("2026-11-22T12:00Z"), true));
        schedule.NextDue.ShouldBe(DateTimeOffset.Parse("2026-11-22T12:01Z"));
    }

    [Fact]
    public void A_fire_on_the_minute_happens_once_and_names_the_minute()
    {
        var schedule = Started(Job("a", "*/5 * * * *"));
        Look(schedule, "12:04:59").ShouldBeEmpty();
        Look(schedule, "12:05:00").ShouldBe(["a 12:05"]);
        Look(schedule, "12:05:00").ShouldBeEmpty();
        Look(schedule, "12:10:07").ShouldBe(["a 12:10"]);
    }

    [Fact]
    public void A_fixed_time_does_not_fire_again_where_the_clock_steps_back()
    {
        var schedule = Started(Job("a", "1 12 * * *"), Job("b", "30 11,12 * * *"));
        Look(schedule, "12:01").ShouldBe(["a 12:01"]);
        Look(schedule, "11:15").ShouldBeEmpty();
        // What has not run comes by the new clock; what has, does not come again.
        Look(schedule, "11:30").ShouldBe(["b 11:30"]);
        Look(schedule, "12:01").ShouldBeEmpty();
        Look(schedule, "12:30").ShouldBe(["b 12:30"]);
    }

    [Theory]
    [InlineData("* * * * *", 3, 120)]
    [InlineData("* * * * *", 3, 4)]
    [InlineData("*/5 * * * *", 6, 175)]
    [InlineData("0 * * * *", 61, 179)]
    [InlineData("0-59 * * * *", 3, 120)]
    [InlineData("* * * * *", 3, 300)]
    public void An_interval_goes_on_where_the_clock_steps_back(string cron, int withinMinutes, int back)
    {
        var schedule = Started(Job("a", cron));
        for (var minute = 0; minute < 400; minute++) LookAt(schedule, Noon.AddMinutes(minute));
        var set = Noon.AddMinutes(399 - back);
        var fired = new List<DateTimeOffset>();
        for (var minute = 0; minute < 400; minute++)
        {
            if (LookAt(schedule, set.AddMinutes(minute)).Count > 0) fired.Add(set.AddMinutes(minute));
        }
        (fired[0] - set).TotalMinutes.ShouldBeLessThanOrEqualTo(withinMinutes);
        // No later gap either, where the clock comes to the time that it was set back from.
        fired.Zip(fired.Skip(1), (a, b) => (b - a).TotalMinutes).Max().ShouldBeLessThanOrEqualTo(withinMinutes);
    }

    [Fact]
    public void Jobs_that_are_due_together_fire_in_the_order_of_the_file()
    {
        string[] ids = ["dump", "compress", "upload", "prune", "report", "mail", "a", "z"];
        var schedule = Started([.. ids.Select(id => Job(id, "*/5 * * * *"))]);
        Look(schedule, "12:05");
        _fires.Select(f => f.Job.Id).ShouldBe(ids);
        Look(schedule, "12:10");
        _fires.Select(f => f.Job.Id).ShouldBe(ids);
        // After a reload in the order that the file has then.
        schedule.Take([.. ids.Reverse().Select(id => Job(id, "*/5 * * * *"))], Noon.AddMinutes(11), Utc);
        Look(schedule, "12:15");
        _fires.Select(f => f.Job.Id).ShouldBe(ids.Reverse());
    }

    [Fact]
    public void After_a_long_sleep_only_what_is_on_time_and_what_catches_up_runs()
    {
        var schedule = Started(
            Job("nine", "0 9 * * *"),
            Job("hourly", "0 * * * *"),
            Job("last", "0 9 * * *", CatchUp.Last),
            Job("minutely", "* * * * *")
        );
        LookAt(schedule, Noon.AddHours(7));
        LookAt(schedule, DateTimeOffset.Parse("2026-11-23T11:30:10Z")).ShouldBe(["last 09:00", "minutely 11:30"], ignoreOrder: true);
        _skipped.TakeLast(2).Select(f => $"{f.Job.Id} {f.ScheduledFor:HH:mm}").ShouldBe(["hourly 11:00", "nine 09:00"], ignoreOrder: true);
    }

    [Fact]
    public void A_minute_that_a_restart_lost_is_told_as_one_that_a_sleep_lost()
    {
        var memory = new CronMemory { LastFires = new Dictionary<string, DateTimeOffset> { ["a"] = Noon.AddSeconds(-150) } };
        new CronSchedule(memory).Start([Job("a", "* * * * *")], Noon, Utc, _fires, _skipped);
        _fires.ShouldBeEmpty();
        _skipped.ShouldHaveSingleItem().ScheduledFor.ShouldBe(Noon.AddSeconds(-30));
    }

    // A board without a battery: it boots in 1970 or in the year its image was made, and the clock is set right later.
    [Theory]
    [InlineData("1970-01-01T00:00:10Z", "0 9 * * *")]
    [InlineData("1970-01-01T00:00:10Z", "0 0 1 * *")]
    [InlineData("1970-01-01T00:00:10Z", "*/5 * * * *")]
    [InlineData("2026-01-01T00:00:10Z", "0 9 * * *")]
    [InlineData("2026-01-01T00:00:10Z", "0 0 1 * *")]
    [InlineData("2026-01-01T00:00:10Z", "0 0 1 1 *")]
    public void A_clock_that_was_far_behind_invents_and_repeats_no_run(string behind, string cron)
    {
        var job = Job("a", cron, CatchUp.Last);
        var fired = cron == "0 9 * * *" ? Noon.AddHours(-3) : (DateTimeOffset?)null;
        var memory = new CronMemory
        {
            LastFires = fired is { } at ? new Dictionary<string, DateTimeOffset> { ["a"] = at } : [],
            FirstSeen = new Dictionary<string, DateTimeOffset> { ["a"] = Noon.AddHours(-12) },
        };
        // Both ways to get there: the clock is set right under the daemon, or between two.
        foreach (var restart in new[] { false, true })
        {
            var wrong = DateTimeOffset.Parse(behind);
            _fires.Clear();
            var schedule = new CronSchedule(memory);
            schedule.Start([job], wrong, Utc, _fires, _skipped);
            _fires.ShouldBeEmpty();
            LookAt(schedule, wrong.AddSeconds(20)).ShouldBeEmpty();
            if (!restart)
            {
                LookAt(schedule, Noon).Where(f => !f.EndsWith("12:00", StringComparison.Ordinal)).ShouldBeEmpty();
                continue;
            }
            var after = new CronSchedule(new CronMemory
            {
                LastFires = memory.LastFires,
                FirstSeen = schedule.Entries.ToDictionary(e => e.Job.Id, e => e.Since),
                Fired = schedule.Entries.ToDictionary(e => e.Job.Id, e => e.Fired.All),
                Reached = schedule.Reached,
            });
            _fires.Clear();
            after.Start([job], Noon, Utc, _fires, _skipped);
            _fires.Where(f => f.ScheduledFor < Noon.AddMinutes(-5)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_job_that_was_first_seen_in_1970_has_missed_nothing_before_the_clock_was_set()
    {
        var schedule = new CronSchedule(new CronMemory());
        schedule.Start([Job("a", "0 9 * * *", CatchUp.Last)], DateTimeOffset.UnixEpoch, Utc, _fires, _skipped);
        LookAt(schedule, Noon).ShouldBeEmpty();
        LookAt(schedule, Noon.AddHours(21)).ShouldBe(["a 09:00"]);
    }

    [Fact]
    public void After_a_clock_that_was_a_year_ahead_what_is_missed_is_caught_up_all_the_same()
    {
        var memory = new CronMemory { FirstSeen = new Dictionary<string, DateTimeOffset> { ["a"] = Noon.AddYears(3) } };
        var schedule = new CronSchedule(memory);
        schedule.Start([Job("a", "0 9 * * *", CatchUp.Last)], Noon, Utc, _fires, _skipped);
        schedule.Reached.ShouldBe(Noon.AddYears(3));
        LookAt(schedule, Noon.AddHours(23)).ShouldBe(["a 09:00"]);
        var next = new CronSchedule(
            new CronMemory { FirstSeen = schedule.Entries.ToDictionary(e => e.Job.Id, e => e.Since), Reached = schedule.Reached }
        );
        _fires.Clear();
        next.Start([Job("a", "0 9 * * *", CatchUp.Last)], Noon.AddDays(2), Utc, _fires, _skipped);
        _fires.ShouldHaveSingleItem().ScheduledFor.Day.ShouldBe(24);
    }

    [Fact]
    public void A_clock_that_steps_back_by_hours_is_a_new_time()
    {
        var schedule = Started(Job("a", "* * * * *"));
        Look(schedule, "12:01").ShouldBe(["a 12:01"]);
        Look(schedule, "08:30").ShouldBeEmpty();
        Look(schedule, "08:31").ShouldBe(["a 08:31"]);
    }

    [Fact]
    public void A_clock_that_is_set_by_half_a_minute_neither_loses_nor_doubles_a_minute()
    {
        var schedule = Started(Job("a", "* * * * *"));
        Look(schedule, "12:01:05").ShouldBe(["a 12:01"]);
        Look(schedule, "12:00:35").ShouldBeEmpty();
        Look(schedule, "12:01:10").ShouldBeEmpty();
        Look(schedule, "12:01:50").ShouldBeEmpty();
        Look(schedule, "12:02:20").ShouldBe(["a 12:02"]);
    }

    [Fact]
    public void A_clock_that_is_set_by_a_day_is_followed_at_once()
    {
        var schedule = Started(Job("a", "* * * * *"), Job("b", "0 13 * * *"));
        LookAt(schedule, Noon.AddDays(1)).ShouldBe(["a 12:00"]);
        _skipped.ShouldHaveSingleItem().Job.Id.ShouldBe("b");
        LookAt(schedule, Noon.AddDays(1).AddMinutes(1)).ShouldBe(["a 12:01"]);
        LookAt(schedule, Noon.AddMinutes(5)).ShouldBeEmpty();
        LookAt(schedule, Noon.AddMinutes(6)).ShouldBe(["a 12:06"]);
        // What was passed over while the clock was wrong is still to come; what fired then does not fire again.
        LookAt(schedule, Noon.AddMinutes(60)).ShouldBe(["b 13:00", "a 13:00"], ignoreOrder: true);
        for (var hour = 2; hour < 24; hour++) LookAt(schedule, Noon.AddHours(hour)).ShouldHaveSingleItem();
        LookAt(schedule, Noon.AddDays(1).AddMinutes(-1)).ShouldBe(["a 11:59"]);
        LookAt(schedule, Noon.AddDays(1)).ShouldBeEmpty();
        LookAt(schedule, Noon.AddDays(1).AddMinutes(1)).ShouldBeEmpty();
        LookAt(schedule, Noon.AddDays(1).AddMinutes(2)).ShouldBe(["a 12:02"]);
    }

    [Fact]
    public void What_fired_while_the_clock_was_ahead_does_not_fire_again_after_a_restart()
    {
        var ahead = Noon.AddDays(1);
        var memory = new CronMemory
        {
            LastFires = new Dictionary<string, DateTimeOffset> { ["a"] = ahead.AddSeconds(-30), ["c"] = ahead.AddSeconds(-30) },
            FirstSeen = new Dictionary<string, DateTimeOffset> { ["a"] = ahead.AddHours(-1), ["c"] = ahead.AddHours(-1) },
            Fired = new Dictionary<string, IReadOnlyList<FiredSpan>>
            {
                ["a"] = [new(ahead.AddMinutes(-3).AddSeconds(-30), ahead.AddSeconds(-30))],
            },
        };
        var schedule = new CronSchedule(memory);
        schedule.Start([Job("a", "* * * * *"), Job("c", "0 12 * * *", CatchUp.Last)], Noon, Utc, _fires, _skipped);
        _fires.ShouldBeEmpty();
        Look(schedule, "12:01").ShouldBe(["a 12:01"]);
        for (var hour = 1; hour < 24; hour++) LookAt(schedule, Noon.AddHours(hour)).ShouldHaveSingleItem();
        // The interval goes on where it was ahead; the fixed time of that day has run.
        for (var minute = -4; minute <= 1; minute++)
            LookAt(schedule, ahead.AddMinutes(minute)).ShouldBe([$"a {ahead.AddMinutes(minute):HH:mm}"]);
    }

    [Fact]
    public void A_job_that_has_never_fired_catches_up_what_it_missed_since_it_was_first_seen()
    {
        var job = Job("new", "0 13 * * *", CatchUp.Last);
        var first = new CronSchedule(new CronMemory());
        first.Start([job], Noon, Utc, _fires, _skipped);
        _fires.ShouldBeEmpty();
        var memory = new CronMemory { FirstSeen = first.Entries.ToDictionary(e => e.Job.Id, e => e.Since) };

        var early = new CronSchedule(memory);
        early.Start([job], Noon.AddMinutes(30), Utc, _fires, _skipped);
        _fires.ShouldBeEmpty();

        var late = new CronSchedule(memory);
        late.Start([job, Job("newer", "0 13 * * *", CatchUp.Last)], Noon.AddHours(5), Utc, _fires, _skipped);
        _fires.ShouldHaveSingleItem();
        (_fires[0].Job.Id, _fires[0].ScheduledFor, _fires[0].CatchUp).ShouldBe(("new", DateTimeOffset.Parse("2026-11-22T13:00Z"), true));
    }

    [Fact]
    public void A_job_that_was_off_or_gone_has_missed_nothing_meanwhile()
    {
        var memory = new CronMemory
        {
            LastFires = new Dictionary<string, DateTimeOffset> { ["was-off"] = Noon.AddDays(-9) },
            FirstSeen = new Dictionary<string, DateTimeOffset>(),
        };
        new CronSchedule(memory).Start([Job("was-off", "0 13 * * *", CatchUp.Last)], Noon, Utc, _fires, _skipped);
        _fires.ShouldBeEmpty();
    }

    [Fact]
    public void Of_many_spans_that_have_fired_those_furthest_back_are_forgotten()
    {
        var spans = new FiredSpans();
        for (var i = 0; i < 10; i++) spans.Add(Noon.AddHours(i), follows: false);
        spans.All.Select(s => s.From).ShouldBe([Noon.AddHours(6), Noon.AddHours(7), Noon.AddHours(8), Noon.AddHours(9)]);
        spans.Add(Noon.AddHours(10), follows: true);
        spans.Find(Noon.AddHours(9.5)).ShouldBe(new FiredSpan(Noon.AddHours(9), Noon.AddHours(10)));
        spans.Find(Noon.AddHours(10.5)).ShouldBeNull();
    }

    // 23:59:60 is shown as a second 59 or 00 that comes twice.
    [Fact]
    public void A_leap_second_fires_once()
    {
        var schedule = Started(Job("a", "0 13 * * *"));
        Look(schedule, "12:59:59.9").ShouldBeEmpty();
        Look(schedule, "13:00:00.0").ShouldBe(["a 13:00"]);
        Look(schedule, "12:59:59.1").ShouldBeEmpty();
        Look(schedule, "13:00:00.0").ShouldBeEmpty();
    }

    [Fact]
    public void What_a_suspend_of_less_than_three_hours_skipped_fires_once()
    {
        var schedule = Started(Job("a", "* * * * *"), Job("b", "0 13 * * *"));
        Look(schedule, "14:30:20").ShouldBe(["a 14:30", "b 13:00"], ignoreOrder: true);
        _fires.Single(f => f.Job.Id == "b").CatchUp.ShouldBeTrue();
        _fires.Single(f => f.Job.Id == "a").CatchUp.ShouldBeFalse();
        Look(schedule, "14:30:40").ShouldBeEmpty();
    }

    [Fact]
    public void What_a_longer_suspend_skipped_is_left_to_catch_up()
    {
        var schedule = Started(Job("a", "0 13 * * *"), Job("b", "0 13 * * *", CatchUp.Last));
        Look(schedule, "20:00").ShouldBe(["b 13:00"]);
        _skipped.ShouldHaveSingleItem().Job.Id.ShouldBe("a");
    }

    [Fact]
    public void A_changed_zone_of_the_machine_counts_at_once_for_jobs_without_a_zone_of_their_own()
    {
        var variable = "UTC0";
        var zones = TestZones.Table(() => variable);
        var schedule = new CronSchedule(new CronMemory());
        schedule.Start([Job("a", "0 15 * * *"), Job("b", "0 15 * * *") with { TimeZone = "UTC" }], Noon, zones, _fires, _skipped);
        variable = "CET-1";
        zones.Keep([null, "UTC"]);
        schedule.Look(Noon, zones, _fires, _skipped);
        schedule.Entries.Select(e => e.Next!.Value.ToString("HH:mm")).ShouldBe(["14:00", "15:00"]);
    }

    [Fact]
    public void Jitter_is_within_its_bound_and_the_same_each_time()
    {
        var delays = Enumerable
            .Range(0, 1000)
            .Select(i => new CronEntry(Job($"job-{i}", "* * * * *") with { Jitter = TimeSpan.FromSeconds(60) }).Delay.TotalSeconds)
            .ToList();
        delays.ShouldAllBe(d => d >= 0 && d < 60);
        delays.Average().ShouldBe(30, 4);
        var schedule = Started(Job("job-7", "0 13 * * *") with { Jitter = TimeSpan.FromSeconds(60) });
        schedule.NextDue.ShouldBe(DateTimeOffset.Parse("2026-11-22T13:00Z").AddMilliseconds(Math.Round(delays[7] * 1000)));
        schedule.Look(schedule.NextDue!.Value, Utc, _fires, _skipped);
        _fires.ShouldHaveSingleItem().ScheduledFor.Second.ShouldBe(0);
    }

    [Fact]
    public void A_reload_keeps_jobs_that_stay_and_plans_those_that_changed()
    {
        var schedule = Started(Job("stays", "0 13 * * *"), Job("changes", "0 13 * * *"), Job("goes", "0 13 * * *"));
        var kept = schedule.Entries.First();
        schedule.Take(
            [
                Job("stays", "0 13 * * *") with
                {
                    Action = "other",
                },
                Job("changes", "0 14 * * *"),
                Job("off", "* * * * *") with
                {
                    Enabled = false,
                },
            ],
            Noon,
            Utc
        );
        schedule.Entries.First().ShouldBeSameAs(kept);
        Look(schedule, "13:00").ShouldBe(["stays 13:00"]);
        _fires[0].Job.Action.ShouldBe("other");
        Look(schedule, "14:00").ShouldBe(["changes 14:00"]);
    }

    [Fact]
    public void A_reload_that_changes_the_jitter_loses_no_fire_that_is_on_its_way()
    {
        var job = Job("job-7", "0 13 * * *") with { Jitter = TimeSpan.FromMinutes(10) };
        var schedule = Started(job);
        Look(schedule, "13:00:00").ShouldBeEmpty();
        schedule.Take([job with { Jitter = TimeSpan.Zero }], DateTimeOffset.Parse("2026-11-22T13:00:01Z"), Utc);
        Look(schedule, "13:00:01").ShouldBe(["job-7 13:00"]);
    }

    [Fact]
    public void Reboot_fires_at_the_start_only()
    {
        var schedule = new CronSchedule(new CronMemory());
        schedule.Start([Job("r", "@reboot"), Job("off", "@reboot") with { Enabled = false }], Noon, Utc, _fires, _skipped);
        _fires.ShouldHaveSingleItem().ScheduledFor.ShouldBe(Noon);
        schedule.NextDue.ShouldBeNull();
        schedule.Take([Job("r", "@reboot") with { Action = "x" }, Job("new", "@reboot")], Noon, Utc);
        Look(schedule, "13:00").ShouldBeEmpty();
    }

    internal static CronJob Job(string id, string cron, CatchUp catchUp = CatchUp.None)
    {
        CronExpression.TryParse(cron, out var expression, out var error).ShouldBeTrue(error);
        return new CronJob { Id = id, Cron = expression!, Action = "act", CatchUp = catchUp };
    }

    private CronSchedule Started(params CronJob[] jobs)
    {
        var schedule = new CronSchedule(new CronMemory());
        schedule.Start(jobs, Noon, Utc, _fires, _skipped);
        return schedule;
    }

    private List<string> Look(CronSchedule schedule, string time) => LookAt(schedule, DateTimeOffset.Parse($"2026-11-22T{time}Z"));

    private List<string> LookAt(CronSchedule schedule, DateTimeOffset now)
    {
        _fires.Clear();
        schedule.Look(now, Utc, _fires, _skipped);
        return _fires.ConvertAll(f => $"{f.Job.Id} {f.ScheduledFor:HH:mm}");
    }
}
