using AiwgDaemon.Bus;
using AiwgDaemon.Config;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// <c>daemon.reload_on_change</c>: asks for a reload once the configuration file has been quiet for a moment. It watches
/// the directory, since editors replace the file; nothing is watched where the option is off.
/// </summary>
internal sealed class ConfigFileWatch(TimeProvider time, IssueReport report, Action changed) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private FileSystemWatcher? _watcher;
    private ITimer? _timer;
    private volatile bool _lost;

    /// <summary>Does as this configuration says.</summary>
    public void Apply(DaemonConfiguration configuration)
    {
        if (!configuration.ReloadOnChange)
        {
            Dispose();
            return;
        }
        if (_watcher is not null && !_lost) return;
        Dispose();
        try
        {
            Watch(configuration.Path);
            report(IssueKeys.ConfigFile, null);
        }
        catch (IOException e)
        {
            report(IssueKeys.ConfigFile, $"Changes of {configuration.Path} are not noticed: {e.Message}; use 'aiwg-daemon reload'");
        }
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _timer?.Dispose();
        (_watcher, _timer, _lost) = (null, null, false);
    }

    private void Watch(string file)
    {
        var timer = _timer = time.CreateTimer(_ => changed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file))
        {
            NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size,
        };
        watcher.Changed += OnChange;
        watcher.Created += OnChange;
        watcher.Renamed += OnChange;
        watcher.Error += OnError;
        watcher.EnableRaisingEvents = true;
        _watcher = watcher;

        // Its directory is gone, or the kernel's queue ran over: what changed meanwhile is asked for, and a reload arms it anew.
        void OnError(object sender, ErrorEventArgs error)
        {
            _lost = true;
            report(IssueKeys.ConfigFile, $"Changes of {file} are no longer noticed: {error.GetException().Message}; 'aiwg-daemon reload' looks again");
            timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }

        void OnChange(object sender, FileSystemEventArgs change) => timer.Change(Quiet, Timeout.InfiniteTimeSpan);
    }
}
