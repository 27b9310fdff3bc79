using System.Diagnostics;

namespace AiwgDaemon.Platform;

internal enum ProcessSignal
{
    Hangup = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}

/// <summary>
/// One process, held so that a signal cannot reach another that got its pid: on Linux by a pidfd that was opened before
/// the identity was checked.
/// </summary>
internal sealed partial class ProcessHandle : IDisposable
{
    private static readonly TimeSpan HullCheck = TimeSpan.FromSeconds(1);

    private readonly ProcessIdentity _identity;
    private readonly int _pidfd;

    private ProcessHandle(ProcessIdentity identity, int pidfd) => (_identity, _pidfd) = (identity, pidfd);

    public int Pid => _identity.Pid;

    /// <summary>Null if exactly this process is no longer there.</summary>
    public static ProcessHandle? Open(ProcessIdentity identity)
    {
        var pidfd = OperatingSystem.IsLinux() ? PidfdOpen(identity.Pid) : -1;
        var handle = new ProcessHandle(identity, pidfd);
        if (identity.IsAlive() || (pidfd >= 0 && identity.IsUnverifiable)) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>Sends the signal; false if the process has ended. An <see cref="UnauthorizedAccessException"/> if it is another
    /// user's.</summary>
    public bool Send(ProcessSignal signal)
    {
        if (OperatingSystem.IsWindows()) return SendWindows(signal);
        if (_pidfd >= 0) return PidfdSend(_pidfd, signal, Pid);
        return _identity.IsAlive() && Kill(Pid, signal);
    }

    /// <summary>Waits for the end of the process; false if the time is over before.</summary>
    public bool WaitForExit(TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (_pidfd >= 0)
        {
            var left = limit - watch.Elapsed;
            if (Libc.WaitReadable(_pidfd, left < HullCheck ? left : HullCheck)) return true;
            // One whose thread hangs in the kernel, in a dead network filesystem, has ended: it runs nothing any more and holds no lock of
            // ours, but its pidfd does not say so. What it cannot be told apart by is not guessed.
            if (!_identity.IsUnverifiable && !_identity.IsAlive()) return true;
            if (watch.Elapsed >= limit) return false;
        }
        while (_identity.IsAlive())
        {
            if (watch.Elapsed >= limit) return false;
            Thread.Sleep(20);
        }
        return true;
    }

    public void Dispose()
    {
        if (_pidfd >= 0) ClosePidfd(_pidfd);
    }
}
