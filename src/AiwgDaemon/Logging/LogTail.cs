namespace AiwgDaemon.Logging;

/// <summary>
/// The end of a log, across its rotated files, and what is added from then on: through rotation, truncation, a restart of the
/// daemon, and before the file exists. Each line is given out once. Where a name leads to another file is only seen
/// on Linux; elsewhere a follower goes on if the file it holds was truncated.
/// </summary>
internal sealed class LogTail(string path, LogFilter filter, LogLines output) : IDisposable
{
    /// <summary>How long a follower may lag behind. A client that somebody watches may poll; the daemon never does.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private LogReader? _current;

    /// <summary>Gives out the last lines that match; false if there is no log at all.</summary>
    public bool PrintLast(long lines, bool follow)
    {
        var readers = OpenNewestFirst(out var hasCurrent);
        var wanted = lines;
        var needed = 0;
        for (; needed < readers.Count; needed++)
        {
            var reader = readers[needed];
            reader.Position = wanted > 0 ? reader.StartOfLast(ref wanted, filter) : reader.Length;
            if (wanted <= 0) break;
        }
        for (var i = Math.Min(needed, readers.Count - 1); i >= 0; i--)
            readers[i].CopyTo(output, filter, finish: !(follow && i == 0 && hasCurrent));
        if (hasCurrent) _current = readers[0];
        foreach (var reader in readers)
            if (reader != _current) reader.Dispose();
        return readers.Count > 0;
    }

    /// <summary>Gives out what is added, until the token is cancelled.</summary>
    /// <param name="caughtUp">Called after each look.</param>
    /// <param name="token">Ends it.</param>
    public void Follow(Action caughtUp, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            CatchUp();
            caughtUp();
            token.WaitHandle.WaitOne(Pause);
        }
    }

    /// <summary>Gives out what was added since the last time.</summary>
    public void CatchUp()
    {
        if (_current is null)
        {
            _current = LogReader.TryOpen(path);
            _current?.CopyTo(output, filter, finish: false);
            return;
        }
        var replaced = _current.IsReplacedAt(path);
        // Asked before the copy: what the old file got until it was replaced is then complete.
        _current.CopyTo(output, filter, finish: replaced);
        if (replaced) GoOnFrom(_current);
    }

    public void Dispose() => _current?.Dispose();

    // More than one rotation may have happened since: the files between the old one and the current one are read whole.
    private void GoOnFrom(LogReader old)
    {
        var readers = OpenNewestFirst(out var hasCurrent);
        var index = readers.FindIndex(old.IsSameFile);
        var newer = index >= 0 ? index : Math.Min(1, readers.Count);
        if (!hasCurrent) newer = 0;
        for (var i = newer - 1; i >= 0; i--) readers[i].CopyTo(output, filter, finish: i > 0);
        if (newer > 0)
        {
            _current = readers[0];
            old.Dispose();
        }
        foreach (var reader in readers)
            if (reader != _current) reader.Dispose();
    }

    private List<LogReader> OpenNewestFirst(out bool hasCurrent)
    {
        var readers = new List<LogReader>();
        hasCurrent = false;
        // The current file first: one that is rotated meanwhile is then met twice, and dropped, instead of missed.
        foreach (var slot in Slots())
        {
            if (LogReader.TryOpen(LogFiles.PathOf(path, slot)) is not { } reader) continue;
            if (readers.Exists(reader.IsSameFile))
            {
                reader.Dispose();
                continue;
            }
            hasCurrent |= slot == 0;
            readers.Add(reader);
        }
        return readers;
    }

    private IEnumerable<int> Slots()
    {
        yield return 0;
        foreach (var slot in LogFiles.RotatedSlots(path)) yield return slot;
    }
}
