namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Gives back what a burst of clients took, once no connection has come or gone for five seconds: the collector itself runs
/// only when something allocates, and a daemon that has become idle allocates nothing.
/// </summary>
internal sealed class MemoryTrim : IDisposable
{
    // Less than this is not worth a collection.
    private const long Worthwhile = 6 * 1024 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Action _letGo;
    private readonly ITimer _timer;
    private long _base = Environment.WorkingSet;
    private int _armed;
    private bool _touched;

    /// <summary>Calls <paramref name="letGo"/> before it collects.</summary>
    public MemoryTrim(TimeProvider time, Action letGo)
    {
        _letGo = letGo;
        _timer = time.CreateTimer(static trim => ((MemoryTrim)trim!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A connection came or went.</summary>
    public void Touch()
    {
        Volatile.Write(ref _touched, true);
        if (Interlocked.Exchange(ref _armed, 1) == 0) Arm();
    }

    public void Dispose() => _timer.Dispose();

    private void Arm()
    {
        Volatile.Write(ref _touched, false);
        _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
    }

    private void Check()
    {
        if (Volatile.Read(ref _touched))
        {
            Arm();
            return;
        }
        Volatile.Write(ref _armed, 0);
        // Not on the alarm thread: a collection takes milliseconds.
        if (Environment.WorkingSet > _base + Worthwhile) ThreadPool.UnsafeQueueUserWorkItem(static trim => trim.Collect(), this, preferLocal: false);
    }

    private void Collect()
    {
        _letGo();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // What could not be given back is the new normal: no collection in vain after each later request.
        _base = Math.Max(_base, Environment.WorkingSet);
    }
}
