using System.Diagnostics;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// A project taken by this process: directories made, lock held, pid file written. Disposing gives it back in the
/// opposite order.
/// </summary>
internal sealed class ProjectClaim : IDisposable
{
    // A killed daemon's lock lives on in a child that it was just starting, until that child runs its program.
    private static readonly TimeSpan LastBreath = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly ProjectPaths _paths;
    private readonly HeldDirectory _project;
    private readonly IDisposable _ownership;
    private InstanceLock _lock;
    private volatile bool _isLost;
    private bool _saidStale;

    private ProjectClaim(ProjectPaths paths, HeldDirectory project, InstanceLock held)
    {
        (_paths, _project, _lock) = (paths, project, held);
        _ownership = SecureFile.Own(paths.Aiwg, IsInPlace);
    }

    /// <summary>
    /// Takes the project. A <see cref="StartException"/> if another daemon has it, or its directory cannot be written.
    /// </summary>
    public static ProjectClaim Take(ProjectPaths paths)
    {
        try
        {
            MakeDirectories(paths);
            var project = HeldDirectory.Open(paths.Project);
            var held = TakeLock(paths, project);
            if (held is null)
            {
                project.Dispose();
                throw AlreadyRunning(paths);
            }
            CrashPoint.At(CrashStep.LockTaken);
            var freed = OwnFiles.FreeNames(paths);
            WriteGitIgnore(paths);
            SecureFile.RemoveTemporary(paths.Daemon);
            SecureFile.RemoveTemporary(paths.Events);
            PidFile.Write(paths.PidFile, Environment.ProcessId);
            CrashPoint.At(CrashStep.ProjectClaimed);
            return new ProjectClaim(paths, project, held) { Freed = freed };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The daemon needs to write below {paths.Aiwg}: {e.Message}", StartFailure.Other, e);
        }
    }

    /// <summary>What was in the way of own files, to be told to health.</summary>
    public IReadOnlyList<(string File, string Message)> Freed { get; private init; } = [];

    /// <summary>The project is not this daemon's any more and never will be.</summary>
    public bool IsLost => _isLost;

    /// <summary>
    /// Makes anew what somebody removed: directories, lock, pid file. Returns null if the project is this daemon's (again), else
    /// why it cannot be; <paramref name="lost"/> says why it never will be, since another daemon has it, or it is gone. An <see
    /// cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if the filesystem refuses.
    /// </summary>
    public string? Restore(out string? lost)
    {
        lost = null;
        // Never made anew: if it was moved to, everything of ours is still in place, but for the lock, which ends with this process.
        if (!_project.IsInPlace())
        {
            _isLost = true;
            lost = "the project was moved or removed";
            return $"{_paths.Project} was moved or removed; this daemon ends";
        }
        if (!Directory.Exists(_paths.Events) || !Directory.Exists(_paths.Actions))
        {
            MakeDirectories(_paths);
            WriteGitIgnore(_paths);
        }
        return _lock.IsIntact(_paths.Lock) ? null : RestoreLock(out lost);
    }

    // A start that came meanwhile holds the new lock for an instant, until it sees this daemon's mark on the project and gives way.
    private string? RestoreLock(out string? lost)
    {
        lost = null;
        if (InstanceLock.TryTake(_paths.Lock) is { } fresh)
        {
            _lock.Dispose();
            _lock = fresh;
            _lock.SayStateIsStale(_saidStale);
            return null;
        }
        if (_project.HasMark && InstanceLock.FindHolder(_paths.Lock) is not { Pid: > 0 })
            return "The lock file was removed, and another process holds the new one";
        _isLost = true;
        lost = "another daemon has the project";
        return $"The lock file was removed and another daemon has taken {_paths.Project}; this one ends";
    }

    /// <summary>Says to readers whether state.json could be written.</summary>
    public void SayStateIsStale(bool stale)
    {
        if (stale == _saidStale) return;
        _saidStale = stale;
        _lock.SayStateIsStale(stale);
    }

    /// <summary>
    /// Where the files of a project that was moved are by now: reached through the directory that is held open, and only while our lock is
    /// still in it. Null if it was removed, or if this system has no such way.
    /// </summary>
    public ProjectPaths? MovedTo =>
        _isLost && _project.PathByDescriptor is { } path && new ProjectPaths(path) is var moved && _lock.IsIntact(moved.Lock)
            ? moved
            : null;

    /// <summary>False if the path of the project leads to another directory by now, or to none.</summary>
    private bool IsInPlace() => !_isLost && _project.IsInPlace();

    /// <summary>Writes the pid file anew if somebody removed or changed it.</summary>
    public void RestorePidFile()
    {
        if (!PidFile.Holds(_paths.PidFile, Environment.ProcessId)) PidFile.Write(_paths.PidFile, Environment.ProcessId);
    }

    public void Dispose()
    {
        RemovePidFile();
        CrashPoint.At(CrashStep.PidFileRemoved);
        _ownership.Dispose();
        _lock.Dispose();
        _project.Dispose();
    }

    /// <summary>The first step of giving the project back.</summary>
    public void RemovePidFile()
    {
        try
        {
            // It may say another daemon's by now, if the lock was removed.
            var pidFile = (MovedTo ?? _paths).PidFile;
            if (PidFile.Holds(pidFile, Environment.ProcessId)) PidFile.Remove(pidFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something else has its name by now, or the filesystem became read-only. Whether a daemon runs is for the lock to say.
        }
    }

    // No event tells of a lock that is given up; that nobody alive holds it is rare and soon over.
    private static InstanceLock? TakeLock(ProjectPaths paths, HeldDirectory project)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            // The lock alone proves nothing: somebody may have removed the file of a daemon that still runs.
            if (InstanceLock.TryTake(paths.Lock, project.TryMark) is { } held) return held;
            var holder = InstanceLock.FindHolder(paths.Lock);
            if ((holder is not null && holder != InstanceLock.Unknown) || Stopwatch.GetElapsedTime(since) > LastBreath) return null;
            Thread.Sleep(BetweenLooks);
        }
    }

    private static StartException AlreadyRunning(ProjectPaths paths)
    {
        var holder = InstanceLock.FindHolder(paths.Lock);
        if (holder == InstanceLock.Unknown)
            return new($"{paths.Project} is taken: {InstanceLock.WhyUnknown(paths.Lock)}", StartFailure.AlreadyRunning);
        var who = holder is { Pid: > 0 } ? $" (pid {holder.Pid})" : "";
        return new(
            $"A daemon is already running for {paths.Project}{who}; use 'aiwg-daemon restart' or 'stop'",
            StartFailure.AlreadyRunning
        );
    }

    private static void MakeDirectories(ProjectPaths paths)
    {
        if (!Directory.Exists(paths.Project))
            throw new DirectoryNotFoundException($"{paths.Project} is not a directory; name the project with --project");
        // .aiwg belongs to the project and has the umask's mode; what is below it is private.
        SecureFile.CreateDirectory(paths.Daemon);
        SecureFile.CreateDirectory(paths.Actions);
        SecureFile.CreateDirectory(paths.Events);
    }

    // Under the lock: of many starts at once, one writes it.
    private static void WriteGitIgnore(ProjectPaths paths)
    {
        if (!File.Exists(paths.GitIgnore)) SecureFile.Replace(paths.GitIgnore, "*\n", SecureFile.Private);
    }
}
