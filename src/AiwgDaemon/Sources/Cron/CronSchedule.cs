namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Decides which jobs are due at an instant; pure, no clock, no I/O, not thread-safe. All jobs share one heap, so a look
/// costs as much with 10,000 jobs as with one.
/// </summary>
internal sealed class CronSchedule(CronMemory memory)
{
    /// <summary>
    /// As in Vixie cron: a clock that steps by less is a correction (nothing fires twice, what was skipped fires once),
    /// by more it is a new time (planned afresh) or a downtime (<c>catch_up</c> decides).
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromHours(3);

    private static readonly TimeSpan OnTime = TimeSpan.FromMinutes(1);

    private readonly PriorityQueue<CronEntry, DateTimeOffset> _due = new();
    private Dictionary<string, CronEntry> _entries = new(StringComparer.Ordinal);
    private TimeZoneInfo? _local;
    private DateTimeOffset _seen;

    public IEnumerable<CronEntry> Entries => _entries.Values;

    /// <summary>When the first job is due; null where none ever is.</summary>
    public DateTimeOffset? NextDue => _due.TryPeek(out _, out var due) ? due : null;

    /// <summary>Takes the jobs up for the first time: what catches up and what fires at the start of the daemon is due at once.</summary>
    public void Start(IReadOnlyList<CronJob> jobs, DateTimeOffset now, TimeZoneInfo local, List<CronFire> fires)
    {
        Take(jobs, now, local);
        foreach (var entry in _entries.Values.Where(e => e.Job.Enabled))
        {
            Remember(entry, now, local);
            if (entry.Job.Cron.IsReboot) fires.Add(new CronFire(entry.Job, now, CatchUp: false));
            else if (entry.Job.CatchUp == CatchUp.Last && entry.Latest(entry.Last > entry.Since ? entry.Last.Value : entry.Since, now, local) is { } missed)
            {
                entry.Fire(missed, local);
                fires.Add(new CronFire(entry.Job, missed, CatchUp: true));
            }
        }
        Rebuild();
    }

    /// <summary>Replaces the jobs; those whose schedule is the same keep their next fire, with the delay that they have now.</summary>
    public void Take(IReadOnlyList<CronJob> jobs, DateTimeOffset now, TimeZoneInfo local)
    {
        var entries = new Dictionary<string, CronEntry>(jobs.Count, StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            if (_entries.TryGetValue(job.Id, out var entry) && entry.HasScheduleOf(job)) entry.Job = job;
            else
            {
                entry = new CronEntry(job) { Last = entry?.Last, Since = now };
                entry.Plan(now, local);
            }
            entries[job.Id] = entry;
        }
        _entries = entries;
        _local ??= local;
        _seen = now;
        Rebuild();
    }

    /// <summary>Adds what is due, earliest first, and plans on. Passed-over fires are told to <paramref name="skipped"/>.</summary>
    public void Look(DateTimeOffset now, TimeZoneInfo local, List<CronFire> fires, List<CronFire> skipped)
    {
        if (_seen - now >= Tolerance || !ReferenceEquals(local, _local)) Replan(now, local, all: _seen - now >= Tolerance);
        _seen = now;
        while (_due.TryPeek(out var entry, out var due) && due <= now)
        {
            _due.Dequeue();
            var planned = entry.Next!.Value;
            var latest = entry.Latest(planned, now - entry.Delay, local) ?? planned;
            var late = now - entry.Delay - latest;
            var fire = new CronFire(entry.Job, latest, CatchUp: late >= OnTime);
            if (late < Tolerance || entry.Job.CatchUp == CatchUp.Last)
            {
                fires.Add(fire);
                entry.Fire(latest, local);
            }
            else
            {
                skipped.Add(fire);
                entry.Last = latest;
            }
            entry.Plan(latest, local);
            if (entry.Due is { } next) _due.Enqueue(entry, next);
        }
    }

    /// <summary>Goes on where the daemon before left off; a job that it did not have, or not with this schedule, is new and has missed nothing.</summary>
    private void Remember(CronEntry entry, DateTimeOffset now, TimeZoneInfo local)
    {
        var id = entry.Job.Id;
        var later = memory.Later.GetValueOrDefault(id) ?? [];
        if (memory.LastFires.TryGetValue(id, out var last)) entry.Last = last;
        if (memory.HasScheduleOf(entry.Job))
        {
            if (memory.FirstSeen is null) entry.Since = entry.Last ?? now;
            else if (memory.FirstSeen.TryGetValue(id, out var seen)) entry.Since = seen;
            if (memory.Fired.TryGetValue(id, out var fired)) entry.Fired.Restore(fired);
            else if (entry.Last is { } only) entry.Fired.Restore([new(only, only)]);
            foreach (var instant in later)
                if (entry.Fired.Find(instant) is null) entry.Fire(instant, local);
        }
        if (later.Count > 0) entry.Last = later[^1];
        if (entry.Last - now >= Tolerance || entry.Since > now) entry.GoBackTo(now);
        entry.Plan(now, local);
    }

    private void Replan(DateTimeOffset now, TimeZoneInfo local, bool all)
    {
        _local = local;
        foreach (var entry in _entries.Values)
        {
            if (all) entry.GoBackTo(now);
            // What was due before the zone changed is still owed.
            var owed = !all && entry.Due <= now;
            if (!owed && (all || entry.Job.TimeZone is null)) entry.Plan(now, local);
        }
        Rebuild();
    }

    private void Rebuild()
    {
        _due.Clear();
        foreach (var entry in _entries.Values)
            if (entry.Due is { } due) _due.Enqueue(entry, due);
    }
}
