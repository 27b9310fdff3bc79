using AiwgDaemon.Platform;

namespace AiwgDaemon.Logging;

/// <summary>
/// The current log file, which rotates by size. A rotation that fails is told and tried again, and the file grows past its limit meanwhile.
/// Not thread-safe. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
/// <param name="path">The current file; its directory exists.</param>
/// <param name="time">The clock of the timestamps.</param>
/// <param name="rotated">Told of each file that was rotated, before it may be dropped: an archive for tests.</param>
internal sealed class RollingFile(string path, TimeProvider time, Action<string>? rotated) : IDisposable
{
    private static readonly TimeSpan NameCheck = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private LogFile? _file;
    private long _maxSize;
    private int _maxFiles;
    private long _lastNameCheck, _failedAt;

    /// <summary>Why the file cannot be rotated, and what to do; null if it can.</summary>
    public string? Fault { get; private set; }

    public void Apply(LogOptions options)
    {
        _maxSize = Math.Max(1, (long)(options.MaxSizeMb * 1024 * 1024));
        _maxFiles = Math.Max(0, options.MaxFiles);
    }

    /// <summary>Opens the file and drops rotated ones past the limit.</summary>
    public void Open()
    {
        _file = LogFile.Open(path);
        LogFiles.Prune(path, _maxFiles);
    }

    /// <summary>Lets go of a file whose name leads to another one, or to none, by now.</summary>
    /// <param name="now">The time, as a timestamp.</param>
    /// <param name="always">True to look even if that was done less than 100 ms ago.</param>
    public void CheckName(long now, bool always)
    {
        if (_file is null || (!always && time.GetElapsedTime(_lastNameCheck, now) < NameCheck)) return;
        _lastNameCheck = now;
        if (_file.IsCurrent() || !SecureFile.IsOurs(path)) return;
        _file.Dispose();
        _file = null;
    }

    /// <summary>Writes as many whole lines as fit the current file, rotates, goes on. What is left after a failure stays in the
    /// buffer.</summary>
    public void Write(LineBuffer lines, long now)
    {
        var file = _file ??= LogFile.Open(path);
        var done = 0;
        try
        {
            while (done < lines.Length)
            {
                var rest = lines.Lines[done..];
                var first = rest.IndexOf((byte)'\n') + 1;
                if (RollPolicy.MustRoll(file.Size, first, _maxSize)) file = Roll(file, now);
                var room = Fault is not null ? rest.Length : FittingLines(rest, _maxSize - file.Size, first);
                var written = 0;
                try
                {
                    file.Append(rest[..room], out written);
                }
                finally
                {
                    done += written;
                }
            }
        }
        finally
        {
            lines.Remove(done);
        }
    }

    /// <summary>Appends one line, whatever the size.</summary>
    public void Append(ReadOnlySpan<byte> line) => (_file ??= LogFile.Open(path)).Append(line, out _);

    /// <summary>Hands everything to the disk.</summary>
    public void Flush() => _file?.Flush();

    /// <summary>A rotation that has failed is tried again with the next line.</summary>
    public void RetryNow() => _failedAt = 0;

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private LogFile Roll(LogFile file, long now)
    {
        // A rotation that failed is not tried with each line: the file grows past its limit meanwhile, which beats losing lines.
        if (Fault is not null && _failedAt != 0 && time.GetElapsedTime(_failedAt, now) < RetryAfter) return file;
        try
        {
            LogFiles.Rotate(path, _maxFiles);
            file.Dispose();
            _file = null;
            Fault = null;
            rotated?.Invoke(LogFiles.PathOf(path, 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failedAt = now;
            Fault = $"The log cannot be rotated and grows past its limit: {e.Message}; mend the directory {Path.GetDirectoryName(path)}";
        }
        return _file ??= LogFile.Open(path);
    }

    private static int FittingLines(ReadOnlySpan<byte> lines, long room, int first)
    {
        if (lines.Length <= room) return lines.Length;
        var fitting = room <= first ? 0 : lines[..(int)room].LastIndexOf((byte)'\n') + 1;
        return Math.Max(fitting, first);
    }
}
