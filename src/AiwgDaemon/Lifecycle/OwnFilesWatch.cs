using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Notices within an instant that somebody removed or moved the daemon's own files or the project (<c>git clean -fdx</c>, <c>rm -rf</c>),
/// so that they are made anew before anybody misses them. Costs no thread and, as long as nothing is removed, no wake-up. Without inotify
/// the next beat finds out. Linux only.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The clock waits for its descriptor as long as the process lives"
)]
internal sealed class OwnFilesWatch
{
    private const InotifyMask Itself = InotifyMask.DeleteSelf | InotifyMask.MoveSelf;

    private readonly ProjectPaths _paths;
    private readonly Action _removed;
    private readonly Inotify _inotify;
    private readonly byte[] _buffer = new byte[4096];
    private readonly HashSet<int> _watches = [];
    private volatile bool _ended;

    private OwnFilesWatch(ProjectPaths paths, Inotify inotify, Action removed) => (_paths, _inotify, _removed) = (paths, inotify, removed);

    /// <summary>Null if this system has no such events, or no more of them for this user.</summary>
    /// <param name="paths">The project.</param>
    /// <param name="clock">Waits for the events beside its timers, and calls from its own thread.</param>
    /// <param name="removed">Something is gone; <see cref="Arm"/> is to be called again once it is back.</param>
    public static OwnFilesWatch? Start(ProjectPaths paths, AlarmClock clock, Action removed)
    {
        if (!OperatingSystem.IsLinux() || Inotify.Open(out _) is not { } inotify) return null;
        var watch = new OwnFilesWatch(paths, inotify, removed);
        watch.Arm();
        clock.Attend(inotify, watch.Read);
        return watch;
    }

    /// <summary>Watches what has the names now; what is watched already stays so.</summary>
    public void Arm()
    {
        lock (_watches)
            if (!_ended) AddAll();
    }

    /// <summary>
    /// Watches nothing any more. The kernel takes watches down in the background for some 10 ms; a process whose end has to do it lives
    /// that much longer.
    /// </summary>
    public void End()
    {
        lock (_watches)
        {
            _ended = true;
            foreach (var watch in _watches) _inotify.Remove(watch);
            _watches.Clear();
        }
    }

    private void AddAll()
    {
        Add(_paths.Project, Itself);
        Add(_paths.Aiwg, Itself | InotifyMask.Delete);
        Add(_paths.Daemon, Itself | InotifyMask.Delete);
        Add(_paths.Events, Itself | InotifyMask.Delete);
        Add(_paths.Actions, Itself);
        Add(_paths.Lock, Itself);
    }

    // A name that is missing, or a limit that is reached: the next beat looks anyway.
    private void Add(string path, InotifyMask mask)
    {
        if (_inotify.Add(Encoding.UTF8.GetBytes(path + '\0'), mask) is >= 0 and var watch) _watches.Add(watch);
    }

    private void Read()
    {
        var any = false;
        while (_inotify.Read(_buffer) > 0) any = true;
        if (any && !_ended) _removed();
    }
}
