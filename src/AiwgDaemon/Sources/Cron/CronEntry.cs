using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Sources.Cron;

/// <summary>A job and where it stands. Instants are UTC.</summary>
internal sealed class CronEntry(CronJob job)
{
    public CronJob Job { get; set; } = job;

    /// <summary>The place of the job in the file: of jobs that are due together the first one there fires first.</summary>
    public int Order { get; set; }

    /// <summary>The latest instant that was fired or passed over; the next one is later.</summary>
    public DateTimeOffset? Last { get; set; }

    /// <summary>Since when the job is planned: what lies before was not missed.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>An instant that a job of <see cref="CronJob.Every"/> counts from: when it was first seen, or any fire of it; whole
    /// seconds.</summary>
    public DateTimeOffset Anchor { get; set; }

    /// <summary>What fired, not what was passed over.</summary>
    public FiredSpans Fired { get; } = new();

    /// <summary>The next instant the expression names; null if there is none by the clock.</summary>
    public DateTimeOffset? Next { get; private set; }

    /// <summary>Stable for the job's id, so that many machines or jobs with one expression spread the same way each time.</summary>
    public TimeSpan Delay => new((long)(Job.Jitter.Ticks * Fraction(Job.Id)) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);

    public DateTimeOffset? Due => Next + Delay;

    /// <summary>The latest instant that is known of.</summary>
    public DateTimeOffset Latest => Fired.All.Select(f => f.To).Append(Last ?? Since).Append(Since).Max();

    /// <summary>True if the other goes on where this one is.</summary>
    public bool HasScheduleOf(CronJob other) => Job.Schedule == other.Schedule && Job.Enabled == other.Enabled;

    /// <summary>
    /// Finds the next fire after the instant. A fixed time that has fired does not come again, however the clock is set; a job of an
    /// interval goes on by what the clock shows, unless what has fired is over within <see cref="CronSchedule.Correction"/>.
    /// </summary>
    public void Plan(DateTimeOffset after, ZoneTable zones)
    {
        Next = null;
        if (!Job.Enabled || !Job.IsByClock) return;
        var patience = Job.FollowsRealTime ? CronSchedule.Correction : CronSchedule.Tolerance;
        if (Last is { } last && last > after && last - after < patience) after = last;
        var zone = zones[Job.TimeZone];
        Next = After(after, zone);
        while (Next is { } next && Fired.Find(next) is { } fired)
        {
            if (Job.FollowsRealTime && fired.To - after > CronSchedule.Correction) Fired.Forget(fired);
            else Next = After(fired.To, zone);
        }
    }

    /// <summary>The clock was set back by so much that it counts as a new time: what was passed over is still to come.</summary>
    public void GoBackTo(DateTimeOffset now)
    {
        if (Last > now) Last = now;
        if (Since > now) Since = now;
    }

    /// <summary>Nothing up to this instant was missed, except what is known to be owed later.</summary>
    public void MissedNothingUpTo(DateTimeOffset instant)
    {
        if (Since < instant) Since = instant;
    }

    /// <summary>Takes down that the instant fires.</summary>
    public void Fire(DateTimeOffset instant, ZoneTable zones)
    {
        Last = instant;
        Fired.Add(instant, follows: Fired.All.Count > 0 && After(Fired.All[^1].To, zones[Job.TimeZone]) == instant);
    }

    /// <summary>
    /// The latest instant after <paramref name="after"/> and up to <paramref name="now"/>; null if there is none, or it has fired: then
    /// what was missed before it is out of date.
    /// </summary>
    public DateTimeOffset? Missed(DateTimeOffset after, DateTimeOffset now, ZoneTable zones)
    {
        if (after >= now || !Job.IsByClock) return null;
        var zone = zones[Job.TimeZone];
        // A year of missed minutes is half a million: look back from now in steps that double.
        for (var span = TimeSpan.FromMinutes(1); ; span *= 2)
        {
            var from = now - after > span ? now - span : after;
            DateTimeOffset? latest = null;
            for (var next = After(from, zone); next <= now; next = After(next.Value, zone)) latest = next;
            if (latest is { } found) return Fired.Find(found) is null ? found.ToUniversalTime() : null;
            if (from == after) return null;
        }
    }

    private DateTimeOffset? After(DateTimeOffset instant, Zone zone)
    {
        if (Job.Every is not { } every) return Job.Cron!.Next(instant, zone)?.ToUniversalTime();
        var (periods, rest) = Math.DivRem(instant.UtcTicks - Anchor.UtcTicks, every.Ticks);
        // Down, also before the anchor: a clock may be set back.
        var next = Anchor.UtcTicks + ((periods + (rest < 0 ? 0 : 1)) * every.Ticks);
        return next <= DateTime.MaxValue.Ticks ? new DateTimeOffset(next, TimeSpan.Zero) : null;
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
