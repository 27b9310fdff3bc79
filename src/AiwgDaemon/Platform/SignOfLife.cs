namespace AiwgDaemon.Platform;

/// <summary>Tells how long a part has been at one piece of work, so that somebody else can say that it hangs. Thread-safe.</summary>
internal sealed class SignOfLife(TimeProvider time)
{
    private long _since;

    /// <summary>For how long; zero while it rests.</summary>
    public TimeSpan BusyFor => Volatile.Read(ref _since) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    public void Begin() => Volatile.Write(ref _since, Math.Max(time.GetTimestamp(), 1));

    public void End() => Volatile.Write(ref _since, 0);
}
