using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace AiwgDaemon.Platform;

/// <summary>
/// Learns of the end of children from SIGCHLD: no thread per child and no polling. An ended child stays a zombie, with its
/// pid reserved, until its owner releases it. All children of this program are started through <see cref="Spawn"/>, but for
/// the one child of <see cref="InitProcess"/>. Unix only.
/// </summary>
/// <remarks>Not for process 1: there the runtime itself reaps every child as soon as SIGCHLD is listened to.</remarks>
[UnsupportedOSPlatform("windows")]
internal static class ChildReaper
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, ChildProcess> Known = [];
    private static PosixSignalRegistration? _registration;

    /// <summary>Runs the spawn, and takes care of a child whose signal comes before its pid is known.</summary>
    internal static ChildProcess Spawn(Func<ChildProcess> spawn)
    {
        Listen();
        var child = spawn();
        lock (Gate) Known.Add(child.Pid, child);
        Sweep();
        return child;
    }

    /// <summary>The owner needs the pid no longer: it is reaped now, or when it ends.</summary>
    internal static void Release(ChildProcess child)
    {
        lock (Gate)
        {
            if (!child.Exited.IsCompleted) return;
            if (Known.Remove(child.Pid)) WaitCall.Reap(child.Pid);
        }
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
                if (child.Exited.IsCompleted || !WaitCall.HasEnded(pid, out var status)) continue;
                child.SetExited(status);
                if (!child.IsReleased) continue;
                Known.Remove(pid);
                WaitCall.Reap(pid);
            }
        }
    }
}
