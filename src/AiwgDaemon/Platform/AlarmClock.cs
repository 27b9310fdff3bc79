using System.Diagnostics;

namespace AiwgDaemon.Platform;

/// <summary>
/// The daemon's <see cref="TimeProvider"/>: all timers fire on one thread that sleeps until the earliest is due: one that
/// <see cref="RunUntil"/> was given, else one of its own. The thread pool's timers wake a timer thread, a worker and the pool's
/// gate for each tick, about ten context switches; this costs one. Callbacks must be short and must not block: they would delay every
/// timeout, fire and kill. What follows an awaited <c>Task.Delay</c>, or the cancellation by a timed token, is somebody's code and goes to
/// the thread pool.
/// </summary>
/// <param name="observe">Told how long each callback took, and what it belongs to: for a test that no callback blocks.</param>
/// <param name="ownThread">False if somebody calls <see cref="RunUntil"/>; until then no alarm fires.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The clock and its thread live as long as the process"
)]
internal sealed class AlarmClock(bool ownThread = true, Action<TimeSpan, object?>? observe = null) : TimeProvider
{
    // A beat of this period or more may come a hundredth of it early, so that two beats share a wake-up.
    private static readonly TimeSpan LongPeriod = TimeSpan.FromSeconds(10);

    private readonly Lock _startLock = new();
    private readonly Lock _lock = new();
    private readonly ThreadGate _gate = new();
    private readonly PriorityQueue<Setting, long> _due = new();
    private readonly List<(Setting, long)> _kept = [];
    private int _sweepAt = 64;
    private Thread? _thread;
    private volatile Attended? _attended;

    /// <summary>
    /// Waits for these events beside the timers, and calls back on the clock's thread when there may be some: the callback reads them
    /// without waiting. One inotify a clock.
    /// </summary>
    public void Attend(Inotify inotify, Action read)
    {
        _attended = new Attended(inotify, read);
        _gate.Signal();
    }

    private bool IsObserved => observe is not null;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Lends the calling thread to the alarms until the task has ended, however it ended.</summary>
    public void RunUntil(Task end)
    {
        _thread = Thread.CurrentThread;
        _ = end.ContinueWith(
            static (_, gate) => ((ThreadGate)gate!).Signal(),
            _gate,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        while (!end.IsCompleted)
            FireOrWait();
    }

    private void Observe(TimeSpan took, object? owner) => observe?.Invoke(took, owner);

    private void Set(Setting setting, TimeSpan dueTime)
    {
        bool earlier;
        lock (_lock)
        {
            var at = Stopwatch.GetTimestamp() + ToTimestamp(dueTime);
            if (_due.Count >= _sweepAt) SweepCancelled();
            _due.Enqueue(setting, at);
            earlier = _due.Peek() == setting;
        }
        if (ownThread && _thread is null) Start();
        // The alarm thread looks again by itself after each callback.
        else if (earlier && _thread != Thread.CurrentThread) _gate.Signal();
    }

    // A timer that is armed again and again would pile up its cancelled armings until they are due.
    private void SweepCancelled()
    {
        foreach (var (setting, at) in _due.UnorderedItems)
            if (!setting.Cancelled) _kept.Add((setting, at));
        _due.Clear();
        _due.EnqueueRange(_kept);
        _kept.Clear();
        _sweepAt = 64 + (2 * _due.Count);
    }

    private void Start()
    {
        lock (_startLock)
        {
            if (_thread is not null) return;
            _thread = new Thread(Run, maxStackSize: 512 * 1024) { IsBackground = true, Name = "alarm clock" };
            _thread.Start();
        }
    }

    private void Run()
    {
        while (true) FireOrWait();
    }

    private void FireOrWait()
    {
        if (TakeDue(out var wait) is { } due) due.Fire();
        else Wait(wait);
    }

    private void Wait(TimeSpan longest)
    {
        var attended = _attended;
        _gate.Wait(attended?.Inotify, null, longest);
        attended?.Read();
    }

    private Setting? TakeDue(out TimeSpan wait)
    {
        lock (_lock)
        {
            while (_due.TryPeek(out var next, out var at))
            {
                var remaining = at - Stopwatch.GetTimestamp();
                if (next.Cancelled || remaining <= next.Early)
                {
                    _due.Dequeue();
                    if (next.Cancelled) continue;
                    wait = default;
                    return next;
                }
                wait = Stopwatch.GetElapsedTime(0, remaining) + TimeSpan.FromTicks(1);
                return null;
            }
            wait = Timeout.InfiniteTimeSpan;
            return null;
        }
    }

    private static long ToTimestamp(TimeSpan span) =>
        (long)Math.Min(span.TotalSeconds * Stopwatch.Frequency, long.MaxValue / 4);

    private sealed record Attended(Inotify Inotify, Action Read);

    /// <summary>One arming of a timer; a later Change cancels it, so that no stale arming fires.</summary>
    private sealed class Setting(Alarm alarm, TimeSpan period)
    {
        public volatile bool Cancelled;

        /// <summary>How much before its time it may fire, in ticks of the stopwatch.</summary>
        public readonly long Early = period >= LongPeriod ? ToTimestamp(period / 100) : 0;

        public void Fire() => alarm.Fire(this, period);
    }

    private sealed class Alarm(AlarmClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private readonly Lock _lock = new();
        private Setting? _current;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                if (_disposed) return false;
                Cancel();
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
                _current = new Setting(this, period);
                clock.Set(_current, dueTime);
                return true;
            }
        }

        public void Fire(Setting setting, TimeSpan period)
        {
            lock (_lock)
            {
                if (setting.Cancelled) return;
                _current = null;
                if (period > TimeSpan.Zero)
                {
                    _current = new Setting(this, period);
                    clock.Set(_current, period);
                }
            }
            if (_context is null) Call();
            else ExecutionContext.Run(_context, static alarm => ((Alarm)alarm!).Call(), this);
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _disposed = true;
                Cancel();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Call()
        {
            // The two are the states of the library's own timers.
            if (state is Task or CancellationTokenSource)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static alarm => alarm.Invoke(), this, preferLocal: false);
                return;
            }
            if (!clock.IsObserved)
            {
                Invoke();
                return;
            }
            var begun = Stopwatch.GetTimestamp();
            Invoke();
            clock.Observe(Stopwatch.GetElapsedTime(begun), state ?? callback.Target);
        }

        private void Invoke() => callback(state);

        private void Cancel()
        {
            if (_current is { } current) current.Cancelled = true;
            _current = null;
        }
    }
}
