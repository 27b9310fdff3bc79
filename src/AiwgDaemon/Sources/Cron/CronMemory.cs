using AiwgDaemon.Bus;

namespace AiwgDaemon.Sources.Cron;

/// <summary>What is known of the jobs from one life of the daemon to the next, by job id; instants are UTC.</summary>
internal sealed record CronMemory
{
    // What lies further back matters only to a clock that is set back, and an old state may have missed a week.
    private const int MostLater = 64;

    /// <summary>The instant of the latest fire, whatever the job's schedule was.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> LastFires { get; init; } =
        new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Since when a job is planned: nothing before it was missed. Null if an older daemon did not keep it.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? FirstSeen { get; init; }

    /// <summary>What fired, so that it does not fire again if the clock is set back; absent if it is the last fire only.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<FiredSpan>> Fired { get; init; } =
        new Dictionary<string, IReadOnlyList<FiredSpan>>(StringComparer.Ordinal);

    /// <summary>The schedule that all this is about: under another one a job is new. Null if an older daemon did not keep it.</summary>
    public IReadOnlyDictionary<string, JobSchedule>? Schedules { get; init; }

    /// <summary>What the clock had shown before it was set back by hours, if it does not show that again yet.</summary>
    public DateTimeOffset? Reached { get; init; }

    /// <summary>When the last daemon started or reloaded, by the journal; only if there is no better memory.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>No fire before this position of the journal is missing above; zero if that is not known.</summary>
    public long Journal { get; init; }

    /// <summary>What the journal adds: it has a fire at once, the rest is written a little later. Oldest first.</summary>
    public IReadOnlyDictionary<string, List<DateTimeOffset>> Later { get; init; } =
        new Dictionary<string, List<DateTimeOffset>>(StringComparer.Ordinal);

    /// <summary>The latest instant that anything is known of; null if nothing is.</summary>
    public DateTimeOffset? Latest
    {
        get
        {
            var known = LastFires
                .Values.Concat(Later.Values.SelectMany(l => l))
                .Concat(FirstSeen?.Values ?? [])
                .Concat(Fired.Values.SelectMany(f => f.Select(s => s.To)));
            return known.Select(i => (DateTimeOffset?)i).Append(Reached).Max();
        }
    }

    /// <summary>With the fires among these events, which come in the order of the journal.</summary>
    public CronMemory With(IEnumerable<DaemonEvent> events)
    {
        var later = new Dictionary<string, List<DateTimeOffset>>(StringComparer.Ordinal);
        foreach (var @event in events)
        {
            if (CronFire.InstantOf(@event) is not { } instant) continue;
            if (!later.TryGetValue(@event.Subject, out var instants)) later.Add(@event.Subject, instants = []);
            if (instants.Count == MostLater) instants.RemoveAt(0);
            instants.Add(instant);
        }
        return this with { Later = later };
    }

    /// <summary>False if the job has another schedule than the one that this is about, or none was known.</summary>
    public bool HasScheduleOf(CronJob job) => Schedules is null || (Schedules.TryGetValue(job.Id, out var known) && known == job.Schedule);
}
