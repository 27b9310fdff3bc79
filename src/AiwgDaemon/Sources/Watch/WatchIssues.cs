using System.Runtime.InteropServices;
using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>What stands in the way of watching, told once to the log and kept up to date in health. Watcher's thread only.</summary>
internal sealed class WatchIssues(IssueReport report, ILogger logger)
{
    private const string LimitFile = "/proc/sys/fs/inotify/max_user_watches";

    private readonly Dictionary<int, string> _unreadable = [];

    /// <summary>What the listings at intervals cost in freshness; null where they are switched off.</summary>
    public TimeSpan? PollInterval { get; set; }

    public void Unreadable(int entry, string path, int errno)
    {
        _unreadable[entry] = path;
        WatchLog.Unreadable(logger, path, Marshal.GetPInvokeErrorMessage(errno));
        ReportUnreadable();
    }

    public void Readable(int entry)
    {
        if (_unreadable.Remove(entry)) ReportUnreadable();
    }

    public void Overflow(long count) => WatchLog.Overflow(logger, count);

    /// <summary>So many directories have no watch because the kernel's limit is reached; 0 clears the issue.</summary>
    public void LimitChanged(int directories)
    {
        if (directories == 0)
        {
            report("watch.limit", null);
            return;
        }
        var limit = ReadLimit();
        var advice = limit is null ? "raise fs.inotify.max_user_watches" : $"run: sudo sysctl fs.inotify.max_user_watches={Math.Max(524_288, limit.Value * 4)}";
        var instead = PollInterval is { } interval ? $"{directories} directories are listed every {interval.TotalSeconds:0.#} s instead" : $"changes in {directories} directories are not seen";
        var message = $"The limit of inotify watches{(limit is null ? "" : $" ({limit})")} is reached: {instead}; {advice} (and in /etc/sysctl.d to keep it), or ignore directories that need no watching";
        report("watch.limit", message);
        WatchLog.Degraded(logger, message);
    }

    public void NoInotify(int errno)
    {
        var message = $"inotify cannot be used ({Marshal.GetPInvokeErrorMessage(errno)}): all directories are listed at intervals; run: sudo sysctl fs.inotify.max_user_instances=1024";
        report("watch.instances", message);
        WatchLog.Degraded(logger, message);
    }

    public void Clear()
    {
        report("watch.limit", null);
        report("watch.instances", null);
        report("watch.unreadable", null);
    }

    private void ReportUnreadable()
    {
        var first = _unreadable.Values.FirstOrDefault();
        report("watch.unreadable", first is null ? null
            : $"Changes are not seen in {first}{(_unreadable.Count > 1 ? $" and {_unreadable.Count - 1} more" : "")}: the daemon's user may not read it; grant access or ignore it");
    }

    private static long? ReadLimit()
    {
        try
        {
            return long.Parse(File.ReadAllText(LimitFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Hidden in some containers: the advice goes without the number.
            return null;
        }
    }
}
