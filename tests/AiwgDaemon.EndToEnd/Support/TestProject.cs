using System.Diagnostics;
using System.Text.Json;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Support;

/// <summary>A temporary project that commands are run in. Whatever daemon it has at the end is killed by its pid.</summary>
internal sealed class TestProject : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public TestProject() => Root = Directory.CreateTempSubdirectory("aiwg-e2e-").FullName;

    /// <summary>In a directory that is named, as inside another project; created where absent.</summary>
    public TestProject(string root) => Root = Directory.CreateDirectory(root).FullName;

    public string Root { get; }

    public ProjectPaths Paths => new(Root);

    public string Combine(params string[] parts) => Path.Combine([Root, .. parts]);

    public void WriteFile(string path, string content)
    {
        var full = Combine(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    public void Configure(string yaml) => WriteFile(".aiwg/daemon.yaml", yaml);

    /// <summary>The pid of the daemon that holds this project's lock; null where there is none.</summary>
    public int? DaemonPid => InstanceLock.FindHolder(Paths.Lock) is { Pid: > 0 } holder ? holder.Pid : null;

    /// <summary>Runs the program to its end; a run that takes longer than a minute is killed, and fails.</summary>
    public Task<RunResult> Run(params string[] arguments) => RunIn(Root, arguments);

    public static async Task<RunResult> RunIn(string directory, params string[] arguments)
    {
        var start = StartInfo(directory, DaemonBinary.Path, arguments);
        // Wide enough that no table depends on how long ids and durations happen to be.
        start.Environment["COLUMNS"] = "200";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            // To the end of both streams: a daemon that kept one open would be found out here.
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new(string.Join(' ', arguments), process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e)
        {
            if (!process.HasExited)
                process.Kill();
            throw new TimeoutException(
                $"'{string.Join(' ', arguments)}' took longer than {Limit.TotalSeconds} s, or something keeps its output open",
                e
            );
        }
    }

    /// <summary>Runs a line of shell with <c>$BIN</c> as the program.</summary>
    public async Task<RunResult> Shell(string line)
    {
        var start = StartInfo(Root, "/bin/sh", ["-c", line]);
        start.Environment["BIN"] = DaemonBinary.Path;
        using var command = new RunningCommand(start);
        return await command.UntilEnd();
    }

    /// <summary>Runs another program to its end and gives its output byte for byte.</summary>
    public async Task<string> Raw(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = StartInfo(Root, program, arguments);
        start.Environment["BIN"] = DaemonBinary.Path;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await process.StandardOutput.ReadToEndAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    public RunningCommand Spawn(params string[] arguments) => new(StartInfo(Root, DaemonBinary.Path, arguments));

    /// <summary>For another program in this project.</summary>
    public ProcessStartInfo StartOf(string program, params string[] arguments) => StartInfo(Root, program, arguments);

    /// <summary>Publishes through the socket itself: for a daemon whose pid is not that of this process namespace.</summary>
    public async Task<string> EmitAsync(string type)
    {
        using var client = ControlClient.TryConnect(Paths.Socket) ?? throw new IOException("Nobody listens at the control socket");
        return (await client.CallAsync("event.emit", p => p.WriteString("type", type))).GetProperty("id").GetString()!;
    }

    public JsonElement State()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Paths.State));
        return document.RootElement.Clone();
    }

    /// <summary>Waits until a file has exactly so many lines.</summary>
    public async Task UntilLines(string path, int count) =>
        await Eventually.Until(() => Lines(path) >= count, $"{count} lines in {path}, which has {Lines(path)}");

    /// <summary>Waits until so many runs have ended, and none is under way; each must be recorded as completed, with exit code 0.</summary>
    public async Task UntilCompleted(int count)
    {
        await Eventually.Until(() => Ended(State()) >= count, $"{count} ended runs");
        foreach (var run in State().GetProperty("recent_actions").EnumerateArray())
        {
            run.GetProperty("status").GetString().ShouldBe("completed", run.GetRawText());
            if (run.TryGetProperty("exit_code", out var code)) code.GetInt32().ShouldBe(0, run.GetRawText());
        }
    }

    private static int Ended(JsonElement state) =>
        state.GetProperty("active_actions").GetArrayLength() + state.GetProperty("queued_actions").GetInt32() > 0
            ? 0
            : state.GetProperty("recent_actions").GetArrayLength();

    public int Lines(string path) => File.Exists(Combine(path)) ? File.ReadAllLines(Combine(path)).Length : 0;

    public void Dispose()
    {
        if (InstanceLock.FindHolder(Paths.Lock) is { Pid: > 0 } holder)
        {
            using var handle = ProcessHandle.Open(holder);
            handle?.Send(ProcessSignal.Kill);
            handle?.WaitForExit(Limit);
        }
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    private static ProcessStartInfo StartInfo(string directory, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("AIWG_PROJECT");
        return start;
    }
}
