namespace AiwgDaemon.Sources.Cron;

/// <summary>What is known of the jobs from one life of the daemon to the next, by job id; instants are UTC.</summary>
internal sealed record CronMemory
{
    /// <summary>The instant of the latest fire.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> LastFires { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Since when a job is planned: nothing before it was missed. Null where an older daemon did not keep it.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? FirstSeen { get; init; }

    /// <summary>What fired, so that it does not fire again where the clock is set back; absent where it is the last fire only.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<FiredSpan>> Fired { get; init; } = new Dictionary<string, IReadOnlyList<FiredSpan>>(StringComparer.Ordinal);
}
