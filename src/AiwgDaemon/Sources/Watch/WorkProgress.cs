namespace AiwgDaemon.Sources.Watch;

/// <summary>Grows while a tree's thread gets on, for other threads to see that it does.</summary>
internal sealed class WorkProgress
{
    private long _steps;

    public long Steps => Volatile.Read(ref _steps);

    /// <summary>One more step is done. Only the tree's thread calls this.</summary>
    public void Advance() => Volatile.Write(ref _steps, _steps + 1);
}
