namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>When polled directories are listed next. Listing may take a twentieth of one processor's time, not more.</summary>
internal sealed class PollPace(TimeProvider time)
{
    private const int Share = 20;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    private long _began;

    /// <summary>The time from one round to the next.</summary>
    public TimeSpan Interval { get; private set; } = Least;

    /// <summary>When the next round is due, as a timestamp; <see cref="long.MaxValue"/> if none is planned.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public bool IsDue => Due <= time.GetTimestamp();

    /// <summary>Plans the next round if one is needed and not planned yet, and none if none is needed.</summary>
    public void Plan(bool needed)
    {
        if (!needed) Due = long.MaxValue;
        else if (Due == long.MaxValue) Due = time.GetTimestamp() + (long)(Interval.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>A round begins.</summary>
    public void Begin()
    {
        Due = long.MaxValue;
        _began = time.GetTimestamp();
    }

    /// <summary>The round is over: what it took says how long to wait for the next one.</summary>
    public void End()
    {
        var wait = time.GetElapsedTime(_began) * Share;
        Interval = wait < Least ? Least : wait > Most ? Most : TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds));
    }

    /// <summary>What rounds took says nothing any more.</summary>
    public void Reset() => (Interval, Due) = (Least, long.MaxValue);
}
