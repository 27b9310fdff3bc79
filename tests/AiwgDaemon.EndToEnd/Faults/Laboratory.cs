using System.Diagnostics;
using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>
/// A project to hurt, and the invariants that must hold afterwards: one daemon, whole files, work done once, health that
/// recovers by itself, nothing written elsewhere, nothing left running.
/// </summary>
internal sealed class Laboratory(Random random, TestProject? project = null) : IDisposable
{
    private const string Configuration = """
        daemon: { heartbeat_interval_seconds: 1, shutdown_grace_seconds: 2 }
        watch: { enabled: false }
        schedule: { enabled: false }
        rules:
          - { id: mark, event: { source: manual, type: mark }, action: { type: shell, command: 'echo "$AIWG_EVENT_ID" >> runs.txt' } }

        """;

    private readonly HashSet<string> _emitted = [], _forgiven = [];
    private string _last = "";
    private readonly List<ProcessIdentity> _started = [];

    public TestProject Project { get; } = project ?? new TestProject();

    public ProjectPaths Paths => Project.Paths;

    public Random Random { get; } = random;

    public int Pid => Project.DaemonPid ?? throw new InvalidOperationException($"No daemon holds the lock of the project; {Traces()}");

    public async Task StartAsync(string more = "")
    {
        Configure(more);
        (await Project.Run("start")).ShouldExit(0);
        if (ProcessIdentity.Of(Pid) is { } identity) _started.Add(identity);
    }

    public void Configure(string more = "") => Project.Configure(Configuration + more);

    /// <summary>What a daemon that is not found has left: its lock and its last words.</summary>
    private string Traces()
    {
        var holder = InstanceLock.FindHolder(Paths.Lock);
        var locked = File.Exists(Paths.Lock) ? File.ReadAllText(Paths.Lock) : "no lock file";
        var log = File.Exists(Paths.Log) ? string.Join('\n', File.ReadLines(Paths.Log).TakeLast(12)) : "no log";
        return $"holder {holder}, lock {locked.Trim()}, log:\n{log}";
    }

    /// <summary>An event that was acknowledged: its action must run, once.</summary>
    public async Task<bool> EmitAsync()
    {
        var result = await Project.Run("emit", "mark");
        if (result.ExitCode != 0)
        {
            result.Error.Trim().ShouldNotBeEmpty("a refusal has a message");
            return false;
        }
        _emitted.Add(_last = result.Output.Trim());
        return true;
    }

    /// <summary>An event to a daemon that may die of it: only what was acknowledged is promised.</summary>
    public async Task TryEmitAsync()
    {
        if (await Project.Run("emit", "mark") is { ExitCode: 0 } result) _emitted.Add(result.Output.Trim());
    }

    /// <summary>The fault destroys the records themselves: what was accepted until now may be lost with them, or run again.</summary>
    public void Forgive()
    {
        _forgiven.UnionWith(_emitted);
        _emitted.Clear();
    }

    /// <summary>Everything that must hold once the cause is gone, without anybody's help; then a clean end.</summary>
    public async Task ShouldBeWellAsync()
    {
        var pid = Pid;
        await Eventually.Until(() => IsHealthy(), "health to recover", TimeSpan.FromSeconds(15), Health);
        // The document may be one from before the fault.
        var limit = Stopwatch.StartNew();
        while (await Project.Run("status") is { ExitCode: not 0 } status)
            if (limit.Elapsed > TimeSpan.FromSeconds(10)) status.ShouldExit(0);
        (await EmitAsync()).ShouldBeTrue("a healthy daemon takes events");
        await Eventually.Until(
            () => _emitted.IsSubsetOf(RunOrFailed),
            "every acknowledged event to have run",
            TimeSpan.FromSeconds(20),
            () => string.Join(' ', _emitted.Except(RunOrFailed))
        );
        await Eventually.Until(
            () => StatusOf(_last) == "completed 0",
            "the last run to be recorded with its exit code",
            TimeSpan.FromSeconds(10),
            () => StatusOf(_last)
        );
        await Eventually.Until(() => FilesAreWhole(pid), "pid file and heartbeat to be the daemon's", TimeSpan.FromSeconds(10));
        await Eventually.Until(() => Processes.ZombiesOf(pid) == 0, "the daemon to reap its children", TimeSpan.FromSeconds(5));
        Processes.Descriptors(pid).ShouldBeLessThan(100);
        Pid.ShouldBe(pid, "the daemon that was hurt is the one that recovers");
        await ShouldEndAsync();
    }

    /// <summary>Ends the daemon: within its time, without a trace but its files.</summary>
    public async Task ShouldEndAsync()
    {
        (await Project.Run("stop")).ShouldExit(0);
        Project.DaemonPid.ShouldBeNull();
        File.Exists(Paths.PidFile).ShouldBeFalse();
        Project.State().GetProperty("running").GetBoolean().ShouldBeFalse();
        Processes.ActionsOf(Project.Root).ShouldBeEmpty();
        var counted = Runs.Where(id => !_forgiven.Contains(id)).ToList();
        counted.Count.ShouldBe(counted.Distinct().Count(), "an event ran twice");
        Directory
            .GetFileSystemEntries(Project.Root)
            .Select(Path.GetFileName)
            .Where(name => name is not (".aiwg" or "runs.txt" or "foreign" or "pid.txt" or "nested"))
            .ShouldBeEmpty("something was written outside .aiwg/");
    }

    /// <summary>Nothing is wrong now. What was found damaged at the start is told until the next one, and is no state to recover
    /// from.</summary>
    public bool IsHealthy() =>
        TryState()
            ?.GetProperty("health")
            .GetProperty("issues")
            .EnumerateArray()
            .All(issue => IsNotice(issue.GetProperty("key").GetString()!)) == true;

    private static bool IsNotice(string key) =>
        key.EndsWith(".damaged", StringComparison.Ordinal) || key.StartsWith("daemon.file.", StringComparison.Ordinal);

    public string Health() => TryState()?.GetProperty("health").GetRawText() ?? "state.json cannot be read";

    /// <summary>Runs a system command; its standard error where it fails, else null.</summary>
    public static string? System(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
        )!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)}: {error.Trim()}";
    }

    public void Dispose()
    {
        // Where the fault took its lock, the project does not find the daemon, which would go on mending what is being removed.
        foreach (var identity in _started)
        {
            using var handle = ProcessHandle.Open(identity);
            if (handle?.Send(ProcessSignal.Kill) == true) handle.WaitForExit(TimeSpan.FromSeconds(30));
        }
        Project.Dispose();
    }

    private List<string> Runs => File.Exists(Project.Combine("runs.txt")) ? [.. File.ReadAllLines(Project.Combine("runs.txt"))] : [];

    // An action that cannot be started, for want of a place for its output, is a failed one, and one that a kill ended before
    // its first command is a lost one; the history says why.
    private IEnumerable<string> RunOrFailed =>
        Runs.Concat(
            TryState()
                ?.GetProperty("recent_actions")
                .EnumerateArray()
                .Where(a =>
                    a.GetProperty("status").GetString() is "failed" or "lost"
                    && a.TryGetProperty("error", out var error)
                    && error.GetString() is { Length: > 0 }
                )
                .Select(a => a.GetProperty("event_id").GetString()!)
                ?? []
        );

    private string StatusOf(string @event) =>
        TryState()
            ?.GetProperty("recent_actions")
            .EnumerateArray()
            .Where(a => a.GetProperty("event_id").GetString() == @event)
            .Select(a => $"{a.GetProperty("status").GetString()} {(a.TryGetProperty("exit_code", out var code) ? code.GetRawText() : "")}")
            .FirstOrDefault()
        ?? "no record";

    private bool FilesAreWhole(int pid)
    {
        if (!PidFile.Holds(Paths.PidFile, pid) || !File.Exists(Paths.Heartbeat)) return false;
        var content = File.ReadAllBytes(Paths.Heartbeat);
        // Emptied by the fault itself; the next beat replaces it.
        if (content.Length == 0) return false;
        using var heartbeat = JsonDocument.Parse(content);
        return heartbeat.RootElement.GetProperty("pid").GetInt32() == pid;
    }

    private JsonElement? TryState()
    {
        try
        {
            return Project.State();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Taken away or emptied by the fault itself. That the daemon writes whole ones only is for the kills to show.
            return null;
        }
    }
}
