using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Writes state.json and the heartbeat: at each beat, and shortly after something changed, at most four times a second
/// however much happens. A failed write is reported to health and tried again at the next beat. The timers only wake a thread of its own: a
/// slow disk delays the state, and no timeout.
/// </summary>
internal sealed class StatePublisher : IDisposable
{
    /// <summary>The issue that the thread hangs in a write.</summary>
    public const string HungIssue = "daemon.state.hung";

    /// <summary>The issue that state.json cannot be written.</summary>
    public const string StateIssue = "daemon.state";

    private static readonly TimeSpan ChangeDelay = TimeSpan.FromMilliseconds(250);

    private readonly Lock _writing = new();
    private readonly Func<bool, DaemonState> _snapshot;
    private readonly Action<DaemonState, bool> _write;
    private readonly Action _beat;
    private readonly Action<string, string?> _report;
    private readonly ITimer _beatTimer;
    private readonly ITimer _changeTimer;
    private readonly ThreadGate _wake = new();
    private readonly SignOfLife _life;
    private readonly Thread _thread;
    private int _changePending, _beatDue, _changeDue;
    private volatile bool _ended;
    private TimeSpan _interval = Timeout.InfiniteTimeSpan;
    private bool _final;

    /// <param name="snapshot">Makes the document; the argument says whether the daemon goes on running.</param>
    /// <param name="write">Replaces the file; the second argument asks for a flush to the disk.</param>
    /// <param name="beat">What else is done at each beat: heartbeat file, watchdog, self checks.</param>
    /// <param name="report">Raises (message) or clears (null) the issue of that key.</param>
    public StatePublisher(
        TimeProvider time, Func<bool, DaemonState> snapshot, Action<DaemonState, bool> write, Action beat, Action<string, string?> report)
    {
        (_snapshot, _write, _beat, _report) = (snapshot, write, beat, report);
        _life = new SignOfLife(time);
        _beatTimer = time.CreateTimer(
            static self => ((StatePublisher)self!).Wake(beat: true),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _changeTimer = time.CreateTimer(
            static self => ((StatePublisher)self!).Wake(beat: false),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _thread = new Thread(Run, maxStackSize: 512 * 1024) { IsBackground = true, Name = "state" };
    }

    /// <summary>Beats now, so that the files are there on return, and from now on at the interval.</summary>
    public void Start(TimeSpan interval)
    {
        Beat();
        _thread.Start();
        SetInterval(interval);
    }

    public void SetInterval(TimeSpan interval)
    {
        _interval = interval;
        _beatTimer.Change(interval, interval);
    }

    /// <summary>Beats once more after this time, and then at the interval again. Any thread.</summary>
    public void BeatAfter(TimeSpan delay) => _beatTimer.Change(delay, _interval);

    /// <summary>Writes the document now: on return a reader sees what is so by now. Any thread.</summary>
    public void WriteNow()
    {
        lock (_writing)
        {
            if (!_final) Write(running: true, flush: false);
        }
    }

    /// <summary>Something worth seeing changed. Cheap; from any thread.</summary>
    public void Touch()
    {
        if (Interlocked.Exchange(ref _changePending, 1) == 0) _changeTimer.Change(ChangeDelay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The last document, flushed to the disk; nothing is written after it.</summary>
    public void WriteFinal()
    {
        lock (_writing)
        {
            Write(running: false, flush: true);
            _final = true;
        }
    }

    public void Dispose()
    {
        _beatTimer.Dispose();
        _changeTimer.Dispose();
        _ended = true;
        // The gate goes with its last user: the thread, if it was started.
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted)) _wake.Dispose();
        else _wake.Signal();
    }

    private void Wake(bool beat)
    {
        if (beat) Volatile.Write(ref _beatDue, 1);
        else Volatile.Write(ref _changeDue, 1);
        // From another thread: a timer waits for nobody.
        if (beat && _life.BusyFor > LifeSigns.Limit)
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.Complain(), this, preferLocal: false);
        _wake.Signal();
    }

    private void Complain() => _report(HungIssue, LifeSigns.Complaint("state.json and the heartbeat have not been written"));

    private void Run()
    {
        while (true)
        {
            _wake.Wait(null, null, Timeout.InfiniteTimeSpan);
            if (_ended) break;
            // Before the document is made: what changes from now on is for the next one.
            var change = Interlocked.Exchange(ref _changeDue, 0) == 1;
            if (change) Volatile.Write(ref _changePending, 0);
            _life.Begin();
            if (Interlocked.Exchange(ref _beatDue, 0) == 1) Beat();
            else if (change) WriteNow();
            _life.End();
        }
        _wake.Dispose();
    }

    private void Beat()
    {
        lock (_writing)
        {
            if (_final) return;
            try
            {
                _report(HungIssue, null);
                _beat();
                _report("daemon.heartbeat", null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _report("daemon.heartbeat", $"The heartbeat cannot be written: {e.Message}");
            }
            Write(running: true, flush: false);
        }
    }

    private void Write(bool running, bool flush)
    {
        try
        {
            _write(_snapshot(running), flush);
            _report(StateIssue, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _report(StateIssue, $"state.json cannot be written: {e.Message}");
        }
    }
}
