using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace AiwgDaemon.Platform;

/// <summary>
/// Learns of the end of children from SIGCHLD: no thread per child and no polling. An ended child stays a zombie, with its
/// pid reserved, until its owner releases it. In a container, where the daemon is process 1, it also reaps what others
/// left behind. All children of this program are started through <see cref="Spawn"/>. Unix only.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class ChildReaper
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, ChildProcess> Known = [];
    private static PosixSignalRegistration? _registration;
    private static bool _reapForeign;
    private static int _spawning;

    /// <summary>Process 1 inherits the orphans of its system: from now on they are reaped. For other processes this does nothing.</summary>
    public static void ReapForeignChildrenAsInit()
    {
        if (System.Environment.ProcessId != 1) return;
        ReapForeignChildren();
    }

    /// <summary>Runs the spawn so that no signal falls between it and the registration of the new pid.</summary>
    internal static ChildProcess Spawn(Func<ChildProcess> spawn)
    {
        Listen();
        lock (Gate) _spawning++;
        ChildProcess? child = null;
        try
        {
            child = spawn();
            return child;
        }
        finally
        {
            lock (Gate)
            {
                _spawning--;
                if (child is not null) Known.Add(child.Pid, child);
            }
            // Its signal may have come before it was known; so may that of a foreign child, which had to wait.
            Sweep();
        }
    }

    /// <summary>The owner needs the pid no longer: it is reaped now, or when it ends.</summary>
    internal static void Release(ChildProcess child)
    {
        lock (Gate)
        {
            if (!child.Exited.IsCompleted) return;
            if (Known.Remove(child.Pid)) Reap(child.Pid);
        }
        if (_reapForeign) Sweep();
    }

    internal static void ReapForeignChildren()
    {
        lock (Gate) _reapForeign = true;
        Listen();
        Sweep();
    }

    private static void Listen()
    {
        if (_registration is not null) return;
        lock (Gate) _registration ??= PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => Sweep());
    }

    private static void Sweep()
    {
        lock (Gate)
        {
            foreach (var (pid, child) in Known)
            {
                if (child.Exited.IsCompleted || !HasEnded(pid, out var status)) continue;
                child.SetExited(status);
                if (!child.IsReleased) continue;
                Known.Remove(pid);
                Reap(pid);
            }
            // An unknown pid may be one that is being spawned in this instant: its status must not be stolen.
            if (!_reapForeign || _spawning > 0) return;
            while (AnyEnded() is { } pid && !Known.ContainsKey(pid)) Reap(pid);
        }
    }
}
