using AiwgDaemon.Api.Files;
using System.Globalization;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle.Doctor;

/// <summary>Do the kernel's inotify limits suffice for the directories that are to be watched? Linux only.</summary>
internal static class WatchCheck
{
    private const string Limits = "/proc/sys/fs/inotify";

    // Enough to tell that a tree is large; counting further would take longer than a doctor may.
    private const int CountedAtMost = 200_000;

    // Enough for the number below on a slow disk.
    private static readonly TimeSpan CountLimit = TimeSpan.FromSeconds(20);

    private static readonly string[] NeverWatched = [".git", "node_modules"];

    public static IEnumerable<Finding> Run(string project, WatchOptions watch, DaemonState? state, bool running)
    {
        var silent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in watch.Paths.Where(_ => watch.Enabled))
        {
            if (!BoundedCall.TryGet(BoundedCall.Limit, () => Path.Exists(Path.Combine(project, path.Path)), out var exists))
            {
                silent.Add(path.Path);
                yield return new(
                    "watch",
                    true,
                    $"{path.Path} does not answer within {BoundedCall.Limit.TotalSeconds:F0} s: its filesystem hangs, and changes there "
                        + "are not seen; mend it, or unmount it with: umount -l"
                );
            }
            else if (!exists)
            {
                yield return ShellHabit.In(path.Path, tilde: true) is { } words
                    ? new(
                        "watch",
                        true,
                        $"{path.Path} does not exist, and {words} is not replaced: no shell reads the configuration; write the whole path"
                    )
                    : new("watch", false, $"{path.Path} does not exist yet; it is watched as soon as it does");
            }
        }
        if (!watch.Enabled || watch.Polling == Polling.Always || Limit("max_user_watches") is not { } watches) yield break;
        var live = running && state is { Monitors.FileWatcher.Watches: > 0 };
        var needed = live
            ? state!.Monitors.FileWatcher.Watches
            : watch.Paths.Where(p => !silent.Contains(p.Path)).Sum(p => CountedWithin(Path.Combine(project, p.Path)));
        var about = $"{needed:N0} directories to watch, limit {watches:N0} for all programs of the user";
        // Other programs of the same user take from the same number: nine tenths is where it gets tight.
        yield return needed > watches * 0.9
            ? new(
                "inotify",
                true,
                $"{about}; run: sysctl fs.inotify.max_user_watches={Math.Max(524288, needed * 2L)}, or add ignore patterns"
            )
            : new("inotify", false, about);
        if (Limit("max_user_instances") is { } instances and < 16)
            yield return new(
                "inotify",
                true,
                $"only {instances} inotify instances for all programs of the user; run: sysctl fs.inotify.max_user_instances=128"
            );
    }

    private static long? Limit(string name)
    {
        // A program for Windows under Wine sees the files of the Linux below, but does not watch by them.
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            return long.Parse(File.ReadAllText($"{Limits}/{name}"), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // No inotify here (another system, or a sandbox without /proc/sys): nothing to compare with.
            return null;
        }
    }

    // What hangs later on counts as one: it is told by the daemon.
    private static int CountedWithin(string root) => BoundedCall.TryGet(CountLimit, () => Directories(root), out var count) ? count : 1;

    private static int Directories(string root)
    {
        if (!Directory.Exists(root)) return 1;
        var count = 1;
        var pending = new Stack<string>([root]);
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        while (pending.TryPop(out var directory) && count < CountedAtMost)
        {
            foreach (var child in Directory.EnumerateDirectories(directory, "*", options))
            {
                if (NeverWatched.Contains(Path.GetFileName(child))) continue;
                count++;
                pending.Push(child);
            }
        }
        return count;
    }
}
