using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch.Watches;

/// <summary>
/// macOS and Windows: a <see cref="FileSystemWatcher"/> for each root, taken as a hint only. Which path changed is noted and the watcher's
/// thread compares that directory with the disk; if the hints ran over or ended (the Error event), it compares everything. What no
/// event tells (on macOS the end of the root itself, on Windows its move to another place) shows when the roots are looked at.
/// </summary>
internal sealed class PortableWatcher(ThreadGate gate) : IDisposable
{
    // Past this many, comparing everything is cheaper than going through them; memory stays bounded as well.
    private const int MostHints = 65_536;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, FileSystemWatcher> _watchers = [];
    private HashSet<string> _hints = new(StringComparer.Ordinal);
    private readonly List<int> _ended = [];
    private bool _lost;

    public int Count => _watchers.Count;

    public bool Has(int root) => _watchers.ContainsKey(root);

    /// <summary>False if the system refuses: then the directory is to be listed at intervals.</summary>
    public bool TryWatch(int root, string path)
    {
        if (_watchers.ContainsKey(root)) return true;
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(path)
            {
                IncludeSubdirectories = true,
                InternalBufferSize = 64 * 1024,
                NotifyFilter =
                    NotifyFilters.FileName
                    | NotifyFilters.DirectoryName
                    | NotifyFilters.LastWrite
                    | NotifyFilters.Size
                    | NotifyFilters.CreationTime,
            };
            watcher.Created += (_, e) => Note(e.FullPath);
            watcher.Changed += (_, e) => Note(e.FullPath);
            watcher.Deleted += (_, e) => Note(e.FullPath);
            watcher.Renamed += (_, e) => NoteBoth(e.OldFullPath, e.FullPath);
            watcher.Error += (_, e) => NoteError(root, e.GetException());
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Told by the backend that the root's status names: polling.
            watcher?.Dispose();
            return false;
        }
        _watchers[root] = watcher;
        return true;
    }

    public void Unwatch(int root)
    {
        if (_watchers.Remove(root, out var watcher)) watcher.Dispose();
    }

    /// <summary>The paths that changed since the last call; <paramref name="lost"/> if there were more than could be told.</summary>
    public IReadOnlyCollection<string> Take(out bool lost)
    {
        HashSet<string>? hints = null;
        int[] ended;
        lock (_lock)
        {
            (lost, _lost) = (_lost, false);
            ended = [.. _ended];
            _ended.Clear();
            if (_hints.Count > 0) (hints, _hints) = (_hints, new(StringComparer.Ordinal));
        }
        // The comparison that follows a loss gives the root another. Outside of the lock, for its last events may wait for that.
        foreach (var root in ended) Unwatch(root);
        return hints ?? (IReadOnlyCollection<string>)[];
    }

    /// <summary>
    /// Events are lost. After too many at once (an IOException on macOS) the watcher goes on; after anything else, such as the end of its
    /// directory on Windows, it is silent for good, so that it is replaced.
    /// </summary>
    public void NoteError(int root, Exception error)
    {
        lock (_lock)
        {
            _lost = true;
            if (error is not InternalBufferOverflowException) _ended.Add(root);
        }
        gate.Signal();
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers.Values) watcher.Dispose();
        _watchers.Clear();
    }

    private void NoteBoth(string former, string path)
    {
        Note(former);
        Note(path);
    }

    private void Note(string path)
    {
        lock (_lock)
        {
            if (_hints.Count >= MostHints) _lost = true;
            else _hints.Add(path);
        }
        gate.Signal();
    }}
