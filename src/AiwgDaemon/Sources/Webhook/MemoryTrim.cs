namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Gives back what a burst of clients took, once no connection has come or gone for five seconds: the collector itself runs
/// only when something allocates, and a daemon that has become idle allocates nothing. While they come and go, it looks four times a
/// second whether memory has grown: the collector on its own would rather take more than give back.
/// </summary>
internal sealed class MemoryTrim : IDisposable
{
    // Less than this is not worth a collection.
    private const long Worthwhile = 6 * 1024 * 1024;

    private const long Burst = 1024 * 1024;

    private const int QuietLooks = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly Action _letGo;
    private readonly ITimer _timer;
    private long _base = Environment.WorkingSet;
    private long _collected = Environment.WorkingSet;
    private int _armed, _quiet;
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
        _timer.Change(Look, Timeout.InfiniteTimeSpan);
    }

    // Not on the alarm thread: a collection takes milliseconds.
    private void Check()
    {
        _quiet = Volatile.Read(ref _touched) ? 0 : _quiet + 1;
        if (_quiet < QuietLooks)
        {
            if (Environment.WorkingSet > _collected + Burst) ThreadPool.UnsafeQueueUserWorkItem(static trim => trim.Collect(), this, preferLocal: false);
            Arm();
            return;
        }
        _quiet = 0;
        Volatile.Write(ref _armed, 0);
        if (Environment.WorkingSet > _base + Worthwhile) ThreadPool.UnsafeQueueUserWorkItem(static trim => trim.CollectAll(), this, preferLocal: false);
    }

    private void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _collected = Environment.WorkingSet;
    }

    private void CollectAll()
    {
        _letGo();
        Collect();
        // What could not be given back is the new normal: no collection in vain after each later request.
        _base = Math.Max(_base, _collected);
    }
}
