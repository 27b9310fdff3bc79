namespace AiwgDaemon.Lifecycle;

/// <summary>
/// <c>daemon.reload_on_change</c>: asks for a reload once the configuration file has been quiet for a moment. It watches
/// the directory, since editors replace the file; only where the option is on.
/// </summary>
internal sealed class ConfigFileWatch : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private readonly FileSystemWatcher _watcher;
    private readonly ITimer _timer;

    /// <summary>An <see cref="IOException"/> where the system has no watches left.</summary>
    public ConfigFileWatch(string file, TimeProvider time, Action changed)
    {
        _timer = time.CreateTimer(_ => changed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file))
        {
            NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size,
        };
        _watcher.Changed += OnChange;
        _watcher.Created += OnChange;
        _watcher.Renamed += OnChange;
        _watcher.EnableRaisingEvents = true;
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _timer.Dispose();
    }

    private void OnChange(object sender, FileSystemEventArgs change) => _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
}
