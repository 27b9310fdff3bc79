using System.Runtime.InteropServices;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>What stands in the way of watching, told once to the log and kept up to date in health. Watcher's thread only.</summary>
internal sealed class WatchIssues(IssueReport report, ILogger logger)
{
    // The second is the limit of a user namespace (a rootless container); the lower one counts.
    private static readonly (string File, string Name)[] Limits =
    [
        ("/proc/sys/fs/inotify/max_user_watches", "fs.inotify.max_user_watches"),
        ("/proc/sys/user/max_inotify_watches", "user.max_inotify_watches"),
    ];

    private int _loggedLimit;

    private readonly Dictionary<int, (string Path, int Errno)> _unreadable = [];

    public void Unreadable(int entry, string path, int errno)
    {
        _unreadable[entry] = (Shortened(path), errno);
        WatchLog.Unreadable(logger, Shortened(path), Marshal.GetPInvokeErrorMessage(errno));
        ReportUnreadable();
    }

    public void Readable(int entry)
    {
        if (_unreadable.Remove(entry)) ReportUnreadable();
    }

    /// <summary>Ignore files whose patterns do not hold, and why; none clears the issue.</summary>
    public void IgnoreFiles(string[] faults) =>
        report(
            "watch.gitignore",
            faults.Length == 0
                ? null
                : $"{faults[0]}{(faults.Length > 1 ? $" (and {faults.Length - 1} more)" : "")}: its patterns do not hold, so what they "
                    + "name is reported; replace or remove it"
        );

    public void Overflow(long count) => WatchLog.Overflow(logger, count);

    /// <summary>So many directories have no watch because the kernel's limit is reached; 0 clears the issue.</summary>
    /// <param name="directories">How many.</param>
    /// <param name="interval">How often they are listed instead; null if that is switched off.</param>
    public void LimitChanged(int directories, TimeSpan? interval)
    {
        if (directories == 0)
        {
            _loggedLimit = 0;
            report("watch.limit", null);
            return;
        }
        var (name, limit) = ReadLimit();
        var advice = limit is null ? $"raise {name}" : $"run: sudo sysctl {name}={Math.Max(524_288, limit.Value * 4)}";
        var many = directories == 1 ? "1 directory" : $"{directories} directories";
        var instead = interval is { } span
            ? $"{many} without a watch {(directories == 1 ? "is" : "are")} listed every {span.TotalSeconds:0.#} s instead"
            : $"changes in {many} are not seen";
        var message =
            $"The limit of inotify watches{(limit is null ? "" : $" ({limit})")} is reached: {instead}; {advice} (and in /etc/sysctl.d "
                + "to keep it), or ignore directories that need no watching";
        report("watch.limit", message);
        // Health has the latest number; the log has it when it has doubled.
        if (directories < _loggedLimit * 2) return;
        _loggedLimit = directories;
        WatchLog.Degraded(logger, message);
    }

    public void NoInotify(int errno)
    {
        var message =
            $"inotify cannot be used ({Marshal.GetPInvokeErrorMessage(errno)}): all directories are listed at intervals; run: sudo "
                + "sysctl fs.inotify.max_user_instances=1024";
        report("watch.instances", message);
        WatchLog.Degraded(logger, message);
    }

    public void Clear()
    {
        report("watch.limit", null);
        report("watch.instances", null);
        report("watch.unreadable", null);
        report("watch.gitignore", null);
    }

    private void ReportUnreadable()
    {
        var (path, errno) = _unreadable.Values.FirstOrDefault();
        if (path is null)
        {
            report("watch.unreadable", null);
            return;
        }
        var cause = errno switch
        {
            Libc.EACCES => "the daemon's user may not read it; grant access or ignore it",
            _ when errno == Libc.ENAMETOOLONG => "its path is longer than the system takes; move it up or ignore it",
            _ => $"it cannot be listed ({Marshal.GetPInvokeErrorMessage(errno)}); mend that or ignore it",
        };
        report(
            "watch.unreadable",
            $"Changes are not seen in {path}{(_unreadable.Count > 1 ? $" and {_unreadable.Count - 1} more" : "")}: {cause}"
        );
    }

    // Both ends of a path that would fill the screen.
    private static string Shortened(string path) => path.Length <= 400 ? path : $"{path.AsSpan(0, 150)} … {path.AsSpan(path.Length - 150)}";

    private static (string Name, long? Limit) ReadLimit()
    {
        (string Name, long? Limit) lowest = (Limits[0].Name, null);
        foreach (var (file, name) in Limits)
        {
            try
            {
                if (long.TryParse(File.ReadAllText(file), out var limit) && !(lowest.Limit <= limit)) lowest = (name, limit);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Hidden in some containers: the advice goes without the number.
            }
        }
        return lowest;
    }
}
