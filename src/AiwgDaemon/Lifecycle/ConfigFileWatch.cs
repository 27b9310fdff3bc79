using System.Runtime.InteropServices;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// <c>daemon.reload_on_change</c>: asks for a reload once the configuration has another content than the one in force and has been quiet
/// for a moment. Links on the way to the file are followed and watched too; what no event tells, such as a change of a mounted file on
/// another machine, shows at the next beat. Nothing is watched while the option is off.
/// </summary>
internal sealed class ConfigFileWatch(TimeProvider time, IssueReport report, Action changed) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private readonly Lock _lock = new();
    private string? _path;
    private IDisposable? _events;
    private ITimer? _timer;
    private ulong _seen;
    private string _known = "";

    /// <summary>Does as this configuration says, and watches anew.</summary>
    public void Apply(DaemonConfiguration configuration)
    {
        Dispose();
        if (!configuration.ReloadOnChange) return;
        lock (_lock) (_path, _known, _seen) = (configuration.Path, configuration.Hash, 0);
        _timer = time.CreateTimer(_ => changed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            _events = OperatingSystem.IsLinux() ? Watch(configuration.Path) : WatchPortable(configuration.Path);
            report(IssueKeys.ConfigFile, null);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            report(IssueKeys.ConfigFile, $"Changes of {configuration.Path} are noticed at each heartbeat only: {e.Message}");
        }
    }

    /// <summary>At each beat. Does not wait for the filesystem.</summary>
    public void Beat()
    {
        if (_events is PathWatch watch) watch.Look();
        else if (_path is not null) _ = Task.Run(Look);
    }

    public void Dispose()
    {
        lock (_lock) _path = null;
        _events?.Dispose();
        _timer?.Dispose();
        (_events, _timer) = (null, null);
    }

    private PathWatch Watch(string file) =>
        PathWatch.Start(file, Look, out var errno)
        ?? throw new IOException($"inotify cannot be used ({Marshal.GetPInvokeErrorMessage(errno)})");

    private FileSystemWatcher WatchPortable(string file)
    {
        var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file))
        {
            NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size,
        };
        watcher.Changed += (_, _) => Look();
        watcher.Created += (_, _) => Look();
        watcher.Renamed += (_, _) => Look();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    // The content decides: a look costs no reload, and a file that was refused is not tried again and again.
    private void Look()
    {
        string? path;
        ulong seen;
        lock (_lock)
            (path, seen) = (_path, _seen);
        if (
            path is null
            || !FileStatusMark.TryGet([.. NativePath.ToBytes(path), 0], follow: true, out var mark)
            || mark.Fingerprint(inodes: true) == seen
        )
            return;
        // Outside of the lock, for the filesystem may not answer.
        if (ForeignFile.TryReadAll(path, ConfigLoader.MaxBytes, Links.Followed, out _) is not { } content) return;
        var hash = ConfigHash.Of(content);
        lock (_lock)
        {
            if (_path != path) return;
            // As young as the grain of the file times, the next change might leave the same mark.
            _seen = time.GetUtcNow() - mark.Changed < TimeSpan.FromSeconds(1) ? 0 : mark.Fingerprint(inodes: true);
            if (hash == _known) return;
            _known = hash;
            _timer?.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }
}
