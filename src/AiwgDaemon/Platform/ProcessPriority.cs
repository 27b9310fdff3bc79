using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>The priority with which the system runs a child and all that it starts, as a nice value: −20 comes first, 19 last, 0 is
/// usual.</summary>
internal static partial class ProcessPriority
{
    private const int Process = 0, ProcessGroup = 1;

    private const uint Idle = 0x40, BelowNormal = 0x4000, Normal = 0x20, AboveNormal = 0x8000, High = 0x80;
    private const int FarFromNormal = 15;

    /// <summary>For a child that leads its group and has not been let go; null if it has the priority or has ended, else why not.</summary>
    public static string? Set(int group, int nice)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Windows has classes of priority");
        if (SetPriority(ProcessGroup, group, nice) == 0) return null;
        var errno = Marshal.GetLastPInvokeError();
        // The group has ended.
        return errno == Libc.ESRCH ? null : Marshal.GetPInvokeErrorMessage(errno);
    }

    /// <summary>
    /// Starts something that has the priority from its first instruction on: on Linux a child takes that of the thread which starts it,
    /// and a thread that has given its own away ends here. Null in <c>Refused</c> if it was given, or if the system knows no priority of
    /// threads.
    /// </summary>
    public static (T Started, string? Refused) Start<T>(int nice, Func<T> start)
    {
        if (!OperatingSystem.IsLinux()) return (start(), null);
        T started = default!;
        string? refused = null;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            if (SetPriority(Process, 0, nice) != 0) refused = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            try
            {
                started = start();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return (started, refused);
    }

    /// <summary>The same for Windows, which has five classes in place of the forty values.</summary>
    public static string? Set(SafeProcessHandle process, int nice) =>
        SetPriorityClass(process, Class(nice)) ? null : new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    internal static uint Class(int nice) => nice switch
    {
        >= FarFromNormal => Idle,
        > 0 => BelowNormal,
        0 => Normal,
        > -FarFromNormal => AboveNormal,
        _ => High,
    };

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, int who, int priority);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetPriorityClass(SafeProcessHandle process, uint priorityClass);
}
