using System.ComponentModel;
using System.Diagnostics;

namespace AiwgDaemon.Platform;

/// <summary>
/// A process that cannot be confused with a later one that got the same pid: its pid, its start time (clock ticks since
/// boot on Linux, UTC ticks elsewhere) and the boot it lived in. A pid alone is never enough to send a signal to.
/// </summary>
internal sealed record ProcessIdentity(int Pid, long StartTime, string BootId)
{
    private static readonly Lazy<string> CurrentBoot = new(ReadBootId);
    private static ProcessIdentity? _current;

    /// <summary>This process.</summary>
    public static ProcessIdentity Current => _current ??= Of(Environment.ProcessId) ?? new(Environment.ProcessId, 0, CurrentBoot.Value);

    /// <summary>The process that has the pid now; null if there is none, it is a zombie, or its start time cannot be read.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        if (pid <= 0) return null;
        var start = OperatingSystem.IsLinux() ? ProcessStat.Field(pid, ProcessStat.StartTime) : StartTimeFromSystem(pid);
        return start is { } value ? new ProcessIdentity(pid, value, CurrentBoot.Value) : null;
    }

    /// <summary>True if exactly this process is still there.</summary>
    public bool IsAlive() => StartTime != 0 && Of(Pid) == this;

    /// <summary>
    /// Nothing but the pid is known, because this root directory has no /proc. Enough only for whom the kernel itself vouches
    /// for, as it does for the holder of a lock.
    /// </summary>
    public bool IsUnverifiable =>
        Pid > 0 && StartTime == 0 && BootId.Length == 0 && OperatingSystem.IsLinux() && !Directory.Exists("/proc/self");

    private static long? StartTimeFromSystem(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    private static string ReadBootId()
    {
        if (!OperatingSystem.IsLinux()) return "";
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A root without /proc: identities then compare by pid and start time alone.
            return "";
        }
    }
}
