using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>How a process ended: by itself with a code, or by a signal. Neither if its parent could not learn it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ExitStatus(int? Code, int? SignalNumber)
{
    private static readonly string[] Names =
    [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM",
    ];

    public static ExitStatus Unknown => default;

    public bool IsSuccess => Code == 0;

    /// <summary>The signal by name, null if the process ended by itself.</summary>
    public string? Signal => SignalNumber switch
    {
        null => null,
        // macOS gives these two other numbers.
        7 when OperatingSystem.IsMacOS() => "SIGEMT",
        10 when OperatingSystem.IsMacOS() => "SIGBUS",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        { } number when number <= Names.Length => Names[number - 1],
        { } number => $"signal {number}",
    };
}
