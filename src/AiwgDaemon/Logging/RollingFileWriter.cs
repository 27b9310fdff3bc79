namespace AiwgDaemon.Logging;

/// <summary>
/// Appends whole lines to a log file that rotates by size; any thread. A line that comes alone is written before the call
/// returns; lines that follow within two milliseconds are gathered for at most ten (or 64 KiB) and written in one go,
/// so that a burst costs few system calls and an idle writer neither thread nor timer. While the file cannot be
/// written, lines wait (256 KiB), later ones are counted, and the count is written when it works again.
/// </summary>
internal sealed class RollingFileWriter : IDisposable
{
    private const int WaitingBytes = 256 * 1024;
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LineBuffer _lines = new();
    private readonly RollingFile _file;
    private readonly TimeProvider _time;
    private readonly Func<long, byte[]> _lostLine;
    private readonly Action<string?> _report;
    private readonly ITimer _timer;
    private bool _timerSet, _disposed, _failing;
    private long _lastWrite, _failedAt;
    private long _lost;
    private string? _reported, _current;

    private RollingFileWriter(RollingFile file, TimeProvider time, Func<long, byte[]> lostLine, Action<string?> report)
    {
        (_file, _time, _lostLine, _report) = (file, time, lostLine, report);
        _timer = time.CreateTimer(
            static writer => ((RollingFileWriter)writer!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Opens the file. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if that cannot be done, for the
    /// caller to hear of it at start.</summary>
    /// <param name="path">The current file; its directory exists.</param>
    /// <param name="options">Size and number of files.</param>
    /// <param name="time">Clock of the gathering timer.</param>
    /// <param name="lostLine">Makes the line that says how many lines were lost.</param>
    /// <param name="report">Called without a lock when the file cannot be written (why and what to do) and, with null, when it can
    /// again.</param>
    /// <param name="rotated">Told, under the lock, of each file that was rotated, before it may be dropped: an archive for tests.</param>
    public static RollingFileWriter Open(
        string path, LogOptions options, TimeProvider time, Func<long, byte[]> lostLine, Action<string?> report,
        Action<string>? rotated = null)
    {
        var file = new RollingFile(path, time, rotated);
        file.Apply(options);
        file.Open();
        return new RollingFileWriter(file, time, lostLine, report);
    }

    /// <summary>Lines that could not be written and were not announced yet.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public void Apply(LogOptions options)
    {
        lock (_lock) _file.Apply(options);
    }

    /// <summary>Takes one line with its newline; an urgent one (a warning) does not wait for others.</summary>
    public void Write(ReadOnlySpan<byte> line, bool urgent = false)
    {
        bool news;
        lock (_lock)
        {
            if (_disposed) return;
            var first = _lines.Length == 0;
            if (_failing && _lines.Length + line.Length > WaitingBytes) _lost++;
            else _lines.Add(line);
            // The clock is asked for the first line only: those that find others waiting go with them.
            if (urgent || first || _failing || _lines.Length >= LineBuffer.BatchBytes)
            {
                var now = _time.GetTimestamp();
                var alone = first && _time.GetElapsedTime(_lastWrite, now) >= Burst;
                if (urgent || alone || _failing || _lines.Length >= LineBuffer.BatchBytes) WriteOut(now);
                if (_lines.Length > 0) SetTimer(_failing ? RetryAfter : Gathering);
            }
            news = _reported != _current;
        }
        if (news) TellState();
    }

    /// <summary>Hands everything to the system; with <paramref name="toDisk"/> also to the disk.</summary>
    public void Flush(bool toDisk = false)
    {
        lock (_lock)
        {
            _failedAt = 0;
            _file.RetryNow();
            WriteOut(_time.GetTimestamp());
            if (toDisk && !_failing) _file.Flush();
        }
        TellState();
    }

    public void Dispose()
    {
        Flush();
        lock (_lock)
        {
            _disposed = true;
            _file.Dispose();
        }
        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _timerSet = false;
            if (_disposed) return;
            WriteOut(_time.GetTimestamp());
            if (_lines.Length > 0 || _failing) SetTimer(RetryAfter);
        }
        TellState();
    }

    private void SetTimer(TimeSpan after)
    {
        if (_timerSet) return;
        _timerSet = true;
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    private void WriteOut(long now)
    {
        if (_failing && _failedAt != 0 && _time.GetElapsedTime(_failedAt, now) < RetryAfter) return;
        if (_lines.Length == 0 && _lost == 0 && !_failing) return;
        _lastWrite = now;
        try
        {
            _file.CheckName(now, always: _failing);
            _file.Write(_lines, now);
            if (_lost > 0) AnnounceLost();
            _failing = false;
            _reported = _file.Fault;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failing = true;
            _failedAt = now;
            _reported = $"The log cannot be written: {e.Message}; free the disk or mend the file, the daemon tries again each second";
        }
        _lines.Trim();
    }

    private void AnnounceLost()
    {
        _file.Append(_lostLine(_lost));
        _lost = 0;
    }

    private void TellState()
    {
        string? tell;
        lock (_lock)
        {
            if (_reported == _current) return;
            tell = _current = _reported;
        }
        _report(tell);
    }
}
