using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// Process 1 of a container: a minimal init. The program starts itself as its child, passes signals on to it, reaps every orphan,
/// and ends with the child's exit code. The runtime of .NET calls waitpid(-1) in process 1 as soon as SIGCHLD is listened to,
/// which takes the exit codes of all children away from <see cref="ChildReaper"/>; this process never listens to it. Linux only.
/// </summary>
internal static partial class InitProcess
{
    private const int SignalledBase = 128;

    private static readonly Lock Gate = new();
    private static int _child;

    /// <summary>True in process 1 of Linux, where <see cref="Run"/> is to be called instead of the command.</summary>
    public static bool IsNeeded => OperatingSystem.IsLinux() && System.Environment.ProcessId == 1;

    /// <summary>
    /// Runs the program with these arguments and returns its exit code: 128 and the signal's number if a signal ended it.
    /// </summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        PosixSignal[] passedOn = [PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM];
        // Before the child exists, so that no signal is lost: one that comes that early waits for the lock.
        lock (Gate)
        {
            foreach (var signal in passedOn) _ = PosixSignalRegistration.Create(signal, PassOn);
            _child = Start(arguments);
        }
        while (WaitCall.WaitForAny(out var status) is { } pid)
        {
            if (pid == _child) return End(status);
            WaitCall.Reap(pid);
        }
        return 1;
    }

    // Not reaped: the pid stays reserved, so a signal that is passed on just now reaches nobody else.
    private static int End(ExitStatus status) => status.Code ?? (SignalledBase + (status.SignalNumber ?? 0));

    private static void PassOn(PosixSignalContext context)
    {
        context.Cancel = true;
        var number = context.Signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGQUIT => 3,
            _ => 15,
        };
        lock (Gate) _ = Kill(_child, number);
    }

    private static int Start(IReadOnlyList<string> arguments)
    {
        InheritedEnvironment.Variables.TryGetValue("PATH", out var path);
        var program = System.Environment.ProcessPath
            ?? ExecutableSearch.Find(System.Environment.GetCommandLineArgs()[0], path, System.Environment.CurrentDirectory)
            ?? throw new SpawnException(
                "As process 1 aiwg-daemon starts itself as its child, but it does not know its own path; "
                + "mount /proc, or start it with an init (docker run --init)");
        // The service manager's watchdog may name process 1, which the daemon is not.
        var environment = InheritedEnvironment.Variables
            .Where(v => v is not { Key: "WATCHDOG_PID", Value: "1" }).ToDictionary(StringComparer.Ordinal);
        using var spawn = new SpawnCall(program, new SpawnOptions { Program = program, Arguments = arguments, Environment = environment });
        var (errno, pid) = spawn.Run();
        if (errno == 0) return pid;
        throw new SpawnException($"{program} cannot be started as the child of process 1: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
