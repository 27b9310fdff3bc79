namespace AiwgDaemon.Sources.Watch;

/// <summary>Says whether a tree's thread gets on, sleeps, or hangs in a call on its filesystem.</summary>
internal sealed class WorkProgress(TimeProvider time)
{
    private long _steps;
    private volatile bool _asleep;
    private long _seenSteps = -1;
    private long _seenAt;

    /// <summary>One more step is done. Only the tree's thread calls this.</summary>
    public void Advance() => Volatile.Write(ref _steps, _steps + 1);

    /// <summary>The thread waits for news, or has ended. Only the thread itself calls this.</summary>
    public void Sleep() => _asleep = true;

    /// <summary>The thread works again. Only the thread itself calls this.</summary>
    public void Wake() => _asleep = false;

    /// <summary>How long the thread has been in one and the same call, as far back as it was asked for; zero if it gets on or sleeps. Not
    /// for two threads at once.</summary>
    public TimeSpan StuckFor()
    {
        var (now, steps) = (time.GetTimestamp(), Volatile.Read(ref _steps));
        if (_asleep || steps != _seenSteps) (_seenSteps, _seenAt) = (steps, now);
        return time.GetElapsedTime(_seenAt, now);
    }
}
