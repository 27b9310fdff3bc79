using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Decides which jobs are due at an instant; no clock, no I/O but that of the zones, not thread-safe. All jobs share one heap, so a look
/// costs as much with 10,000 jobs as with one. What a sleep, a downtime and a clock that is set do is one rule, a table in the README.
/// </summary>
internal sealed class CronSchedule(CronMemory memory)
{
    /// <summary>
    /// As in Vixie cron: a clock that steps by less is a correction (what was skipped fires once), by more it is a new time (planned
    /// afresh) or a downtime (<c>catch_up</c> decides).
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromHours(3);

    /// <summary>By so little a clock is set back every day, by NTP or for a leap second: for so long every job waits instead of firing
    /// again.</summary>
    public static readonly TimeSpan Correction = TimeSpan.FromMinutes(2);

    /// <summary>Before this there was no such program: a clock that shows it was never set, as on a board without a battery, and means
    /// nothing.</summary>
    public static readonly DateTimeOffset Plausible = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan OnTime = TimeSpan.FromMinutes(1);

    private readonly PriorityQueue<CronEntry, (DateTimeOffset Due, int Order)> _due = new();
    private Dictionary<string, CronEntry> _entries = new(StringComparer.Ordinal);
    private int _zones;
    private DateTimeOffset _seen;

    public IEnumerable<CronEntry> Entries => _entries.Values;

    /// <summary>When the first job is due; null if none ever is.</summary>
    public DateTimeOffset? NextDue => _due.TryPeek(out _, out var first) ? first.Due : null;

    /// <summary>
    /// What the clock showed before it was set back by <see cref="Tolerance"/> or more; null once it shows that again. It may have been
    /// wrong then or be wrong now: up to here nothing was missed that the jobs do not know of.
    /// </summary>
    public DateTimeOffset? Reached { get; private set; }

    /// <summary>Takes the jobs up for the first time: what catches up and what fires at the start of the daemon is due at once.</summary>
    public void Start(IReadOnlyList<CronJob> jobs, DateTimeOffset now, ZoneTable zones, List<CronFire> fires, List<CronFire> skipped)
    {
        Take(jobs, now, zones);
        var enabled = _entries.Values.Where(e => e.Job.Enabled).ToList();
        foreach (var entry in enabled) Remember(entry, now, zones);
        Reached = memory.Reached;
        Judge(now, enabled.Select(e => e.Latest).Append(now).Max(), missedUpTo: now);
        JudgeFirst(now);
        foreach (var entry in enabled)
        {
            entry.Plan(now, zones);
            if (entry.Job.IsReboot) fires.Add(new CronFire(entry.Job, now, CatchUp: false));
            else if (entry.Missed(entry.Last > entry.Since ? entry.Last.Value : entry.Since, now, zones) is { } missed)
            {
                (entry.Job.CatchUp == CatchUp.Last ? fires : skipped).Add(new CronFire(entry.Job, missed, CatchUp: true));
                if (entry.Job.CatchUp == CatchUp.Last) entry.Fire(missed, zones);
                else entry.Last = missed;
            }
        }
        Rebuild();
    }

    /// <summary>Replaces the jobs; those whose schedule is the same keep their next fire, with the delay that they have now.</summary>
    public void Take(IReadOnlyList<CronJob> jobs, DateTimeOffset now, ZoneTable zones)
    {
        var entries = new Dictionary<string, CronEntry>(jobs.Count, StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            if (_entries.TryGetValue(job.Id, out var entry) && entry.HasScheduleOf(job)) entry.Job = job;
            else
            {
                entry = new CronEntry(job) { Last = entry?.Last, Since = now, Anchor = Whole(now) };
                entry.Plan(now, zones);
            }
            entry.Order = entries.Count;
            entries[job.Id] = entry;
        }
        _entries = entries;
        _zones = zones.Version;
        _seen = now;
        Rebuild();
    }

    /// <summary>Adds what is due, earliest first, and plans on. Passed-over fires are told to <paramref name="skipped"/>.</summary>
    public void Look(DateTimeOffset now, ZoneTable zones, List<CronFire> fires, List<CronFire> skipped)
    {
        var slept = now - _seen >= Tolerance;
        var isBack = _seen - now;
        Judge(now, _seen, missedUpTo: slept ? now : _seen);
        if (_seen < Plausible) JudgeFirst(now);
        if (isBack >= OnTime || zones.Version != _zones) Replan(now, zones, isBack);
        _seen = now;
        while (_due.TryPeek(out var entry, out var first) && first.Due <= now)
        {
            _due.Dequeue();
            var until = now - entry.Delay;
            var planned = entry.Next!.Value.AddTicks(-1);
            // Nothing was missed before the job was there; a clock that was set back to before that says nothing about it.
            var after = entry.Since > planned && entry.Since <= now ? entry.Since : planned;
            if (entry.Missed(after, until, zones) is { } latest)
            {
                var late = until - latest;
                var fire = new CronFire(entry.Job, latest, CatchUp: late >= OnTime);
                if (late < OnTime || (!slept && late < Tolerance) || entry.Job.CatchUp == CatchUp.Last)
                {
                    fires.Add(fire);
                    entry.Fire(latest, zones);
                }
                else
                {
                    skipped.Add(fire);
                    entry.Last = latest;
                }
            }
            entry.Plan(until, zones);
            if (entry.Due is { } next) _due.Enqueue(entry, (next, entry.Order));
        }
    }

    /// <summary>Goes on where the daemon before left off; a job that it did not have, or not with this schedule, is new and has missed
    /// nothing.</summary>
    private void Remember(CronEntry entry, DateTimeOffset now, ZoneTable zones)
    {
        var id = entry.Job.Id;
        var later = memory.Later.GetValueOrDefault(id) ?? [];
        if (memory.LastFires.TryGetValue(id, out var last)) entry.Last = last;
        if (memory.HasScheduleOf(entry.Job))
        {
            if (memory.FirstSeen is null) entry.Since = memory.Started ?? entry.Last ?? now;
            else if (memory.FirstSeen.TryGetValue(id, out var seen)) entry.Since = seen;
            // Each of its instants says where all others are.
            entry.Anchor = entry.Last ?? Whole(entry.Since);
            if (memory.Fired.TryGetValue(id, out var fired)) entry.Fired.Restore(fired);
            else if (entry.Last is { } only) entry.Fired.Restore([new(only, only)]);
            foreach (var instant in later)
                if (entry.Fired.Find(instant) is null) entry.Fire(instant, zones);
        }
        if (later.Count > 0) entry.Last = later[^1];
    }

    /// <summary>Sees a clock that was set back, and one that is right again, against the latest time it has shown.</summary>
    /// <param name="missedUpTo">Where to a clock that is right again has passed over the time, instead of running through it.</param>
    private void Judge(DateTimeOffset now, DateTimeOffset latest, DateTimeOffset missedUpTo)
    {
        if (latest - now >= Tolerance)
        {
            if (Reached is null || latest > Reached) Reached = latest;
            foreach (var entry in _entries.Values) entry.GoBackTo(now);
        }
        // Back where it was, or forward to there: the time between was the wrong one.
        if (Reached is { } reached && reached - now < Tolerance)
        {
            Reached = null;
            foreach (var entry in _entries.Values) entry.MissedNothingUpTo(reached < missedUpTo ? reached : missedUpTo);
        }
    }

    // What a clock that was never set seemed to miss was not missed.
    private void JudgeFirst(DateTimeOffset now)
    {
        if (now < Plausible) return;
        foreach (var entry in _entries.Values)
            if (entry.Since < Plausible) entry.MissedNothingUpTo(now);
    }

    private void Replan(DateTimeOffset now, ZoneTable zones, TimeSpan isBack)
    {
        _zones = zones.Version;
        foreach (var entry in _entries.Values)
        {
            // What was due before the zone changed is still owed.
            var owed = isBack < Tolerance && entry.Due <= now;
            if (!owed) entry.Plan(now, zones);
        }
        Rebuild();
    }

    // What is written down has milliseconds only.
    private static DateTimeOffset Whole(DateTimeOffset instant) =>
        new(instant.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private void Rebuild()
    {
        _due.Clear();
        foreach (var entry in _entries.Values)
            if (entry.Due is { } due) _due.Enqueue(entry, (due, entry.Order));
    }
}
