namespace AiwgDaemon.Http;

/// <summary>
/// Gives back what a burst of clients took, once no connection has come or gone for five seconds: the collector itself runs
/// only when something allocates, and a daemon that has become idle allocates nothing. While they come and go, it looks four times a
/// second whether memory has grown, and twenty times for as long as it does: the collector on its own would rather take more than give
/// back.
/// </summary>
internal sealed class MemoryTrim : IDisposable
{
    // Less than this is not worth a collection.
    private const long Worthwhile = 6 * 1024 * 1024;

    private const long Burst = 1024 * 1024;

    // After a collection: hostile clients take ten megabytes a second, but not evenly.
    private const int AlertLooks = 20;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250), LookOnAlert = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly Action _letGo;
    private readonly ITimer _timer;
    private long _base = Environment.WorkingSet;
    private long _collected = Environment.WorkingSet;
    private long _lastTouch;
    private int _armed, _alert;
    private bool _touched;

    /// <summary>Calls <paramref name="letGo"/> before it collects.</summary>
    public MemoryTrim(TimeProvider time, Action letGo)
    {
        (_time, _letGo) = (time, letGo);
        _timer = time.CreateTimer(static trim => ((MemoryTrim)trim!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A connection came or went.</summary>
    public void Touch()
    {
        Volatile.Write(ref _touched, true);
        if (Interlocked.Exchange(ref _armed, 1) == 0) _timer.Change(Look, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    // A collection takes three milliseconds, but stops all threads wherever it runs: to hand it to another than the alarm's would
    // only make it late, and that when it matters most.
    private void Check()
    {
        if (Volatile.Read(ref _touched)) _lastTouch = _time.GetTimestamp();
        Volatile.Write(ref _touched, false);
        if (_time.GetElapsedTime(_lastTouch) < Quiet)
        {
            var isGrowing = Environment.WorkingSet > _collected + Burst;
            if (isGrowing) Collect();
            _alert = isGrowing ? AlertLooks : Math.Max(0, _alert - 1);
            _timer.Change(_alert > 0 ? LookOnAlert : Look, Timeout.InfiniteTimeSpan);
            return;
        }
        Volatile.Write(ref _armed, 0);
        if (Environment.WorkingSet > _base + Worthwhile) CollectAll();
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
