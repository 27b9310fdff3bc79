using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>How a detached start went: the child's pid, or its exit code, and what it said before it was ready.</summary>
internal readonly record struct Launched(int Pid, int ExitCode, string Message);

/// <summary>
/// Starts this program again as a daemon in a session of its own, and waits until it is ready or has failed: the child's
/// standard error is a pipe to here until then (see <see cref="Readiness"/>), so nothing is guessed from elapsed time.
/// </summary>
internal static class Launcher
{
    // A refused configuration has an error a line; nobody reads more than this.
    private const int MaxMessageBytes = 256 * 1024;

    public static Launched Start(ProjectPaths paths, string? configFile, ProjectTrust trust, TimeSpan wait)
    {
        OpenFileLimit.Require();
        if (RunningDaemon.Find(paths) is { } running)
            throw new StartException(
                $"A daemon is already running for {paths.Project} (pid {running.Pid}); use 'aiwg-daemon restart' or 'stop'",
                StartFailure.AlreadyRunning
            );
        var program = Environment.ProcessPath
            ?? throw new StartException(
                "The path of this program is not known, so it cannot start itself; use 'start --foreground'",
                StartFailure.Other
            );
        string[] config = configFile is null ? [] : ["--config", configFile];
        string[] asMe = trust.AsMe ? ["--as-me"] : [];
        using var child = ChildProcess.Start(new SpawnOptions
        {
            Program = program,
            Arguments = ["start", "--foreground", "--project", paths.Project, .. config, .. asMe],
            Environment = EnvironmentOfChild(),
            WorkingDirectory = Directory.Exists(paths.Project) ? paths.Project : null,
            Error = SpawnStream.Pipe,
        });
        var watch = Stopwatch.StartNew();
        if (ReadUntilReady(child, watch, wait) is { } said)
        {
            if (said.EndsWith(Readiness.ReadyLine, StringComparison.Ordinal))
                return new Launched(child.Pid, 0, said[..^Readiness.ReadyLine.Length].TrimEnd());
            if (child.Exited.Wait(Remaining(watch, wait)))
            {
                var status = child.Exited.Result;
                var why = said.Length > 0 ? said.TrimEnd() : $"The daemon ended before it was ready ({Describe(status)})";
                return new Launched(child.Pid, status.Code is > 0 and var code ? code : 1, why);
            }
        }
        child.SignalGroup(ProcessSignal.Kill);
        child.Exited.Wait();
        RunningDaemon.RemoveStalePidFile(paths);
        StartLog.Write(paths, log =>
            log.StartFailed($"It was not ready after {wait.TotalSeconds:0.###} s and was ended by 'start'; give it longer with --wait")
        );
        return new Launched(
            child.Pid,
            1,
            $"The daemon was not ready after {wait.TotalSeconds:0.###} s and was ended; see {paths.Log}, or give it longer with --wait"
        );
    }

    // All that it said until it was ready or closed its standard error; null if the time is over before.
    private static string? ReadUntilReady(ChildProcess child, Stopwatch watch, TimeSpan wait)
    {
        using var error = new FileStream(child.StandardError!, FileAccess.Read, bufferSize: 0);
        var buffer = new byte[4096];
        var said = new List<byte>();
        var ready = Encoding.UTF8.GetBytes(Readiness.ReadyLine);
        while (Read(error, buffer, Remaining(watch, wait)) is { } read)
        {
            if (said.Count < MaxMessageBytes) said.AddRange(buffer.AsSpan(0, read));
            if (read == 0 || CollectionsMarshal.AsSpan(said).EndsWith(ready)) return Encoding.UTF8.GetString([.. said]);
        }
        return null;
    }

    // Null if nothing comes in that time. On Windows a pipe cannot be waited for, so another thread blocks on it.
    private static int? Read(FileStream pipe, byte[] buffer, TimeSpan limit)
    {
        if (!OperatingSystem.IsWindows())
            return Libc.WaitReadable((int)pipe.SafeFileHandle.DangerousGetHandle(), limit) ? pipe.Read(buffer, 0, buffer.Length) : null;
        var reading = Task.Run(() => pipe.Read(buffer, 0, buffer.Length));
        return Task.WaitAny([reading], limit) == 0 ? reading.GetAwaiter().GetResult() : null;
    }

    private static TimeSpan Remaining(Stopwatch watch, TimeSpan wait) => wait > watch.Elapsed ? wait - watch.Elapsed : TimeSpan.Zero;

    private static Dictionary<string, string> EnvironmentOfChild()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        environment[Readiness.Variable] = "1";
        // Meant for the process that a service manager started, which this child is not.
        environment.Remove("NOTIFY_SOCKET");
        environment.Remove("WATCHDOG_USEC");
        environment.Remove("WATCHDOG_PID");
        return environment;
    }

    private static string Describe(ExitStatus status) => status.Signal ?? $"exit code {status.Code}";
}
