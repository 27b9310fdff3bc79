namespace AiwgDaemon.Sources.Cron;

/// <summary>A job and where it stands. Instants are UTC.</summary>
internal sealed class CronEntry(CronJob job)
{
    public CronJob Job { get; set; } = job;

    /// <summary>The latest instant that was fired or passed over; the next one is later.</summary>
    public DateTimeOffset? Last { get; set; }

    /// <summary>Since when the job is planned: what lies before was not missed.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>What fired, not what was passed over.</summary>
    public FiredSpans Fired { get; } = new();

    /// <summary>The next instant the expression names; null where there is none by the clock.</summary>
    public DateTimeOffset? Next { get; private set; }

    /// <summary>Stable for the job's id, so that many machines or jobs with one expression spread the same way each time.</summary>
    public TimeSpan Delay => new((long)(Job.Jitter.Ticks * Fraction(Job.Id)) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);

    public DateTimeOffset? Due => Next + Delay;

    /// <summary>True where the other goes on where this one is.</summary>
    public bool HasScheduleOf(CronJob other) => Job.Schedule == other.Schedule && Job.Enabled == other.Enabled;

    /// <summary>Finds the next fire after the instant, and after the last one unless that is too far in the future to be true.</summary>
    public void Plan(DateTimeOffset after, TimeZoneInfo local)
    {
        if (Last is { } last && last > after && last - after < CronSchedule.Tolerance) after = last;
        var zone = Job.TimeZone ?? local;
        Next = Job.Enabled ? Job.Cron.Next(after, zone)?.ToUniversalTime() : null;
        while (Next is { } next && Fired.Find(next) is { } fired) Next = Job.Cron.Next(fired.To, zone)?.ToUniversalTime();
    }

    /// <summary>The clock was set back by so much that it counts as a new time: what was passed over is still to come.</summary>
    public void GoBackTo(DateTimeOffset now)
    {
        if (Last > now) Last = now;
        if (Since > now) Since = now;
    }

    /// <summary>Takes down that the instant fires.</summary>
    public void Fire(DateTimeOffset instant, TimeZoneInfo local)
    {
        Last = instant;
        Fired.Add(instant, follows: Fired.All.Count > 0 && Job.Cron.Next(Fired.All[^1].To, Job.TimeZone ?? local) == instant);
    }

    /// <summary>The latest instant after <paramref name="after"/> and up to <paramref name="now"/> that has not fired; null where there is none.</summary>
    public DateTimeOffset? Latest(DateTimeOffset after, DateTimeOffset now, TimeZoneInfo local)
    {
        var zone = Job.TimeZone ?? local;
        // A year of missed minutes is half a million: look back from now in steps that double.
        for (var span = TimeSpan.FromMinutes(1); ; span *= 2)
        {
            var from = now - after > span ? now - span : after;
            DateTimeOffset? latest = null;
            for (var next = Job.Cron.Next(from, zone); next <= now; next = Job.Cron.Next(next.Value, zone))
                if (Fired.Find(next.Value) is null) latest = next;
            if (latest is not null || from == after) return latest?.ToUniversalTime();
        }
    }

    // FNV-1a, 64 bits: string.GetHashCode differs from run to run.
    private static double Fraction(string id)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in id) hash = (hash ^ c) * 1099511628211;
        // The high bits of FNV-1a hardly depend on the last characters; one round of mixing spreads them.
        hash ^= hash >> 32;
        hash *= 0x9E37_79B9_7F4A_7C15;
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
