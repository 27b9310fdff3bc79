using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>
/// A child in a session (Windows: job) of its own, so that it can be ended with all it started. Its pid stays reserved
/// until <see cref="Dispose"/>, also after its end: a signal to its group can never reach another's process.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private bool _disposed;

    private ChildProcess(int pid) => Pid = pid;

    public int Pid { get; }

    /// <summary>Pid with start time, taken before anybody could have reaped the process.</summary>
    public required ProcessIdentity Identity { get; init; }

    /// <summary>The writing end, if <see cref="SpawnOptions.Input"/> is a pipe.</summary>
    public SafeFileHandle? StandardInput { get; private init; }

    /// <summary>The reading end, if <see cref="SpawnOptions.Output"/> is a pipe; standard error too, if it is the same.</summary>
    public SafeFileHandle? StandardOutput { get; private init; }

    public SafeFileHandle? StandardError { get; private init; }

    /// <summary>Completes when the process itself has ended; what it started may live on.</summary>
    public Task<ExitStatus> Exited => _exited.Task;

    /// <summary>Starts the program; a <see cref="SpawnException"/> says why it could not.</summary>
    public static ChildProcess Start(SpawnOptions options)
    {
        var directory = options.WorkingDirectory ?? System.Environment.CurrentDirectory;
        options.Environment.TryGetValue("PATH", out var path);
        var program = ExecutableSearch.Find(options.Program, path, directory)
            ?? throw new SpawnException(NotFound(options.Program, directory), Libc.ENOENT);
        return OperatingSystem.IsWindows() ? StartWindows(options, program) : StartUnix(options, program, directory);
    }

    /// <summary>Signals the process and all that are still in its session's first group; false if there is none left, or after
    /// <see cref="Dispose"/>.</summary>
    public bool SignalGroup(ProcessSignal signal)
    {
        lock (_lock)
        {
            if (_disposed) return false;
            return OperatingSystem.IsWindows() ? SignalJobWindows(signal) : SignalGroupUnix(signal);
        }
    }

    /// <summary>Gives the process and all that it starts another priority (see <see cref="ProcessPriority"/>); null if it has it or has
    /// ended, else why not.</summary>
    public string? SetNice(int nice)
    {
        lock (_lock)
        {
            if (_disposed) return null;
            return OperatingSystem.IsWindows() ? ProcessPriority.Set(_process!, nice) : ProcessPriority.Set(Pid, nice);
        }
    }

    /// <summary>Closes our ends of the pipes and lets the system forget the process, now or when it ends; it is not signalled.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
        }
        StandardInput?.Dispose();
        StandardOutput?.Dispose();
        StandardError?.Dispose();
        if (OperatingSystem.IsWindows()) ReleaseWindows();
        else ChildReaper.Release(this);
    }

    internal bool IsReleased => Volatile.Read(ref _disposed);

    /// <summary>For the one that watches for the end.</summary>
    internal void SetExited(ExitStatus status) => _exited.TrySetResult(status);

    private static string NotFound(string program, string directory)
    {
        if (program.AsSpan().IndexOfAny('/', '\\') < 0)
            return $"{program} cannot be run: no executable of that name in PATH; "
                + $"{(program.Contains(' ') ? "write each word as an element of its own" : "install it, or write its path")}";
        return File.Exists(Path.Combine(directory, program))
            ? $"{program} cannot be run: the file is there, but may not be executed; make it executable (chmod +x)"
            : $"{program} cannot be run: there is no executable file of that name (looked in {directory})";
    }
}
