using AiwgDaemon.Platform;

namespace AiwgDaemon.Logging;

/// <summary>
/// Appends whole lines to a log file that rotates by size; any thread. A line that comes alone is written before the call
/// returns; lines that follow within two milliseconds are gathered for at most ten (or 64 KiB) and written in one go,
/// so that a burst costs few system calls and an idle writer neither thread nor timer. Where the file cannot be
/// written, lines wait (256 KiB), later ones are counted, and the count is written when it works again.
/// </summary>
internal sealed class RollingFileWriter : IDisposable
{
    private const int BatchBytes = 64 * 1024;
    private const int WaitingBytes = 256 * 1024;
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan NameCheck = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Func<long, byte[]> _lostLine;
    private readonly Action<string?> _report;
    private readonly ITimer _timer;
    private byte[] _buffer = new byte[BatchBytes];
    private int _buffered;
    private bool _timerSet, _disposed;
    private long _maxSize;
    private int _maxFiles;
    private long _lastWrite, _lastNameCheck, _failedAt;
    private bool _failing, _rollFailing;
    private long _lost;
    private LogFile? _file;
    private string? _reported, _current;

    /// <param name="path">The current file; its directory exists.</param>
    /// <param name="options">Size and number of files.</param>
    /// <param name="time">Clock of the gathering timer.</param>
    /// <param name="lostLine">Makes the line that says how many lines were lost.</param>
    /// <param name="report">Called without a lock when the file cannot be written (why and what to do) and, with null, when it can
    /// again.</param>
    public RollingFileWriter(string path, LogOptions options, TimeProvider time, Func<long, byte[]> lostLine, Action<string?> report)
    {
        (_path, _time, _lostLine, _report) = (path, time, lostLine, report);
        Apply(options);
        _timer = time.CreateTimer(
            static writer => ((RollingFileWriter)writer!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        // Fails here, at start, where the log cannot be opened at all: the caller hears of it.
        _file = LogFile.Open(path);
        LogFiles.Prune(path, _maxFiles);
    }

    /// <summary>Told, under the lock, of each file that was rotated, before it may be dropped: an archive for tests.</summary>
    public Action<string>? Rotated { get; init; }

    /// <summary>Lines that could not be written and were not announced yet.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public void Apply(LogOptions options)
    {
        lock (_lock)
        {
            _maxSize = Math.Max(1, (long)(options.MaxSizeMb * 1024 * 1024));
            _maxFiles = Math.Max(0, options.MaxFiles);
        }
    }

    /// <summary>Takes one line with its newline; an urgent one (a warning) does not wait for others.</summary>
    public void Write(ReadOnlySpan<byte> line, bool urgent = false)
    {
        bool news;
        lock (_lock)
        {
            if (_disposed) return;
            var first = _buffered == 0;
            Take(line);
            // The clock is asked for the first line only: those that find others waiting go with them.
            if (urgent || first || _failing || _buffered >= BatchBytes)
            {
                var now = _time.GetTimestamp();
                var alone = first && _time.GetElapsedTime(_lastWrite, now) >= Burst;
                if (urgent || alone || _failing || _buffered >= BatchBytes) WriteOut(now);
                if (_buffered > 0) SetTimer(_failing ? RetryAfter : Gathering);
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
            WriteOut(_time.GetTimestamp());
            if (toDisk && !_failing) _file?.Flush();
        }
        TellState();
    }

    public void Dispose()
    {
        Flush();
        lock (_lock)
        {
            _disposed = true;
            _file?.Dispose();
            _file = null;
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
            if (_buffered > 0 || _failing) SetTimer(RetryAfter);
        }
        TellState();
    }

    private void SetTimer(TimeSpan after)
    {
        if (_timerSet) return;
        _timerSet = true;
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (_buffered + line.Length > (_failing ? WaitingBytes : int.MaxValue))
        {
            _lost++;
            return;
        }
        if (_buffered + line.Length > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _buffered + line.Length));
        line.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += line.Length;
    }

    private void WriteOut(long now)
    {
        if (_failing && _failedAt != 0 && _time.GetElapsedTime(_failedAt, now) < RetryAfter) return;
        if (_buffered == 0 && _lost == 0 && !_failing) return;
        _lastWrite = now;
        try
        {
            if (!_failing && _file is not null && _time.GetElapsedTime(_lastNameCheck, now) >= NameCheck) LetGoIfReplaced(now);
            if (_failing) LetGoIfReplaced(now);
            _file ??= LogFile.Open(_path);
            WriteBatches(now);
            if (_lost > 0) AnnounceLost();
            _failing = false;
            if (!_rollFailing) _reported = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failing = true;
            _failedAt = now;
            _reported = $"The log cannot be written: {e.Message}; free the disk or mend the file, the daemon tries again each second";
        }
        if (_buffered == 0 && _buffer.Length > 2 * BatchBytes) _buffer = new byte[BatchBytes];
    }

    private void LetGoIfReplaced(long now)
    {
        _lastNameCheck = now;
        if (_file is null || _file.IsCurrent() || !SecureFile.IsOurs(_path)) return;
        _file.Dispose();
        _file = null;
    }

    // Writes as many whole lines as fit the current file, rotates, goes on. What is left after a failure stays buffered.
    private void WriteBatches(long now)
    {
        var done = 0;
        try
        {
            while (done < _buffered)
            {
                var rest = _buffer.AsSpan(done, _buffered - done);
                var first = rest.IndexOf((byte)'\n') + 1;
                if (RollPolicy.MustRoll(_file!.Size, first, _maxSize)) Roll(now);
                var room = _rollFailing ? rest.Length : FittingLines(rest, _maxSize - _file.Size, first);
                var written = 0;
                try
                {
                    _file.Append(rest[..room], out written);
                }
                finally
                {
                    done += written;
                }
            }
        }
        finally
        {
            Discard(done);
        }
    }

    private void Discard(int done)
    {
        _buffer.AsSpan(done, _buffered - done).CopyTo(_buffer);
        _buffered -= done;
    }

    private static int FittingLines(ReadOnlySpan<byte> lines, long room, int first)
    {
        if (lines.Length <= room) return lines.Length;
        var fitting = room <= first ? 0 : lines[..(int)room].LastIndexOf((byte)'\n') + 1;
        return Math.Max(fitting, first);
    }

    private void Roll(long now)
    {
        // A rotation that failed is not tried with each line: the file grows past its limit meanwhile, which beats losing lines.
        if (_rollFailing && _time.GetElapsedTime(_failedAt, now) < RetryAfter) return;
        try
        {
            LogFiles.Rotate(_path, _maxFiles);
            _file!.Dispose();
            _file = null;
            _rollFailing = false;
            Rotated?.Invoke(LogFiles.PathOf(_path, 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _rollFailing = true;
            _failedAt = now;
            _reported =
                $"The log cannot be rotated and grows past its limit: {e.Message}; mend the directory {Path.GetDirectoryName(_path)}";
        }
        _file ??= LogFile.Open(_path);
    }

    private void AnnounceLost()
    {
        var line = _lostLine(_lost);
        _file!.Append(line, out _);
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
