using System.Diagnostics;
using AiwgDaemon.Api;
using AiwgDaemon.Control;
using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>How a stop went.</summary>
internal enum StopOutcome
{
    NotRunning,
    Stopped,

    /// <summary>It did not end in time and was killed.</summary>
    Killed,
}

/// <summary>The daemon of a project as seen by another process: found by its lock, signalled only while verified.</summary>
internal static class RunningDaemon
{
    // A daemon that has just taken the lock has not written its identity yet, and a killed one's lock lives on in a child that
    // it was just starting, until that child runs its program.
    private static readonly TimeSpan IdentityLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgedLimit = TimeSpan.FromMilliseconds(300);

    /// <summary>The verified daemon of the project; null if none runs. An <see cref="IOException"/> if the lock is held by something
    /// that does not say who it is.</summary>
    public static ProcessIdentity? Find(ProjectPaths paths)
    {
        var holder = Look(paths, IdentityLimit);
        return holder != InstanceLock.Unknown ? holder : throw new IOException(InstanceLock.WhyUnknown(paths.Lock));
    }

    /// <summary>As <see cref="Find"/>, but <see cref="InstanceLock.Unknown"/> if the holder is not known within the limit.</summary>
    public static ProcessIdentity? Look(ProjectPaths paths, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            // A daemon whose files were removed under it still marks the project, and makes the lock anew within an instant.
            var holder = InstanceLock.FindHolder(paths.Lock)
                ?? (HeldDirectory.IsMarkedByOther(paths.Project) ? InstanceLock.Unknown : null);
            if (holder is null || holder != InstanceLock.Unknown || watch.Elapsed > limit)
                return holder;
            if (watch.Elapsed > ForgedLimit && InstanceLock.IsForged(paths.Lock))
                return holder;
            Thread.Sleep(10);
        }
    }

    /// <summary>Ten seconds, or more if the running daemon gives its actions nearly as long or longer.</summary>
    public static TimeSpan DefaultStopTimeout(ProjectPaths paths) =>
        StateStore.TryRead(paths.State, out var state, out _)
            ? TimeSpan.FromSeconds(Math.Max(10, state.ShutdownGraceSeconds + 5))
            : TimeSpan.FromSeconds(15);

    /// <summary>The configuration file of the daemon that runs, for starting it again with the same; null if none runs.</summary>
    public static string? ConfigPathOf(ProjectPaths paths) =>
        Find(paths) is not null && StateStore.TryRead(paths.State, out var state, out _) && state.ConfigPath.Length > 0
            ? state.ConfigPath
            : null;

    /// <summary>True if the process runs as this user. Linux; elsewhere unknown, which is false.</summary>
    public static bool IsOfThisUser(ProcessIdentity process) =>
        OperatingSystem.IsLinux()
        && FileStatus.TryGet($"/proc/{process.Pid}", out var status)
        && status.Uid == PeerCredentials.EffectiveUser();

    /// <summary>Removes a pid file that no daemon stands behind.</summary>
    public static bool RemoveStalePidFile(ProjectPaths paths)
    {
        if (!File.Exists(paths.PidFile) || Look(paths, TimeSpan.Zero) is not null) return false;
        PidFile.Remove(paths.PidFile);
        return true;
    }

    /// <summary>
    /// Ends the daemon: asks, waits, and kills it if it does not end in time or if <paramref name="force"/> says so;
    /// what its actions left running after a kill is ended too.
    /// </summary>
    public static StopOutcome Stop(ProjectPaths paths, TimeSpan timeout, bool force)
    {
        if (Find(paths) is not { } identity || ProcessHandle.Open(identity) is not { } process)
        {
            RemoveStalePidFile(paths);
            return StopOutcome.NotRunning;
        }
        using (process)
        {
            if (!force)
            {
                if (OperatingSystem.IsWindows()) AskOverControl(paths, timeout);
                else process.Send(ProcessSignal.Terminate);
                if (process.WaitForExit(timeout)) return StopOutcome.Stopped;
            }
            process.Send(ProcessSignal.Kill);
            if (!process.WaitForExit(IdentityLimit))
                throw new IOException(
                    $"Process {identity.Pid} does not end although it was killed; it hangs in the kernel (state D in 'ps'), often on a "
                        + "dead network filesystem"
                );
            CrashRecovery.EndAfterKill(paths);
            RemoveStalePidFile(paths);
            return StopOutcome.Killed;
        }
    }

    // Windows has no signals. A daemon that does not listen yet, or not any more, is left to the wait that follows.
    private static void AskOverControl(ProjectPaths paths, TimeSpan timeout)
    {
        try
        {
            using var client = ControlClient.TryConnect(paths.Socket);
            // Bounded once more: a pipe whose other end is going away may not let go of a read.
            client?.CallAsync("daemon.stop", timeout: timeout).WaitAsync(timeout).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or ApiException)
        {
            // It may be on its way out already; if it is not, the caller kills it when the time is over.
        }
    }
}
