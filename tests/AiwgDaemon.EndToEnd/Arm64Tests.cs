using System.Net;
using System.Runtime.InteropServices;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The program for linux-arm64 at its main job: on such a machine, or on another through qemu.</summary>
public sealed class Arm64Tests : IDisposable
{
    private const string Qemu = "/usr/bin/qemu-aarch64-static";

    private static readonly bool Emulated = RuntimeInformation.OSArchitecture != Architecture.Arm64;

    private readonly TestProject _project = new();

    /// <summary>The program of <c>scripts/publish.sh linux-arm64</c>: AIWG_ARM64_BINARY, else where that puts it; null where there is
    /// none.</summary>
    private static readonly string? Binary = new[]
    {
        Environment.GetEnvironmentVariable("AIWG_ARM64_BINARY"),
        Path.Combine(Repository.Root, "artifacts", "release", "linux-arm64", "aiwg-daemon"),
    }.FirstOrDefault(path => !string.IsNullOrEmpty(path) && File.Exists(path));

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_program_watches_takes_webhooks_and_events_and_stops()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is a program for Linux");
        Assert.SkipWhen(Binary is null, "no arm64 program; build it with scripts/publish.sh linux-arm64");
        Assert.SkipWhen(Emulated && !File.Exists(Qemu), "this is no arm64 machine, and qemu-user-static is not installed");
        (await Run("--version")).ShouldExit(0).Output.ShouldStartWith("aiwg-daemon ");

        var port = Loopback.FreePort();
        Directory.CreateDirectory(_project.Combine("src"));
        _project.Configure($$"""
            watch: { paths: [ { path: src/ } ], debounce_ms: 100 }
            schedule: { enabled: false }
            webhook: { enabled: true, port: {{port}}, secret_env: AIWG_WEBHOOK_SECRET, endpoints: [ { path: /ci, signature: github } ] }
            rules:
              - { id: on-file, event: { source: watch }, action: { type: shell, command: "echo file {{"{{event.payload.path}}"}} >> ran.txt" } }
              - { id: on-hook, event: { source: webhook }, action: { type: shell, command: "echo hook >> ran.txt" } }
              - { id: on-emit, event: { source: manual }, action: { type: shell, command: "echo emit >> ran.txt" } }

            """);
        // In the foreground: without binfmt_misc an emulated program cannot start another of its kind.
        using var daemon = Spawn("start", "--foreground");
        await daemon.UntilOutput("Daemon started");
        await Eventually.Until(
            () => _project.State().GetProperty("health").GetProperty("status").GetString() == "healthy",
            "a healthy daemon"
        );
        (await Run("status")).ShouldExit(0);
        _project.WriteFile("src/a.txt", "x");
        await Ran(1, "file.create");
        (await Run("emit", "go")).ShouldExit(0);
        await Ran(2, "\"go\"");
        (await Loopback.PostAsync(port, Loopback.Secret)).ShouldBe(HttpStatusCode.Accepted);
        (await Loopback.PostAsync(port, "another")).ShouldBe(HttpStatusCode.Unauthorized);
        await Ran(3, "\"source\":\"webhook\"");
        if (!Emulated) File.ReadAllText(_project.Combine("ran.txt")).ShouldBe("file src/a.txt\nemit\nhook\n");
        // qemu-user makes up the start time in /proc/self/stat, by which 'stop' knows the daemon.
        if (Emulated) daemon.Send(ProcessSignal.Terminate);
        else (await Run("stop")).ShouldExit(0);
        (await daemon.UntilEnd()).ShouldExit(0);
        (await Run("status")).ShouldExit(3);
    }

    // qemu-user lets posix_spawn return before the child runs its program, which no kernel does: there the events have to do.
    private async Task Ran(int actions, string ofEvent)
    {
        if (!Emulated)
            await _project.UntilLines("ran.txt", actions);
        await Eventually.Until(
            () =>
                Directory
                    .GetFiles(_project.Paths.Events, "2*.jsonl")
                    .Any(day => File.ReadAllText(day).Contains(ofEvent, StringComparison.Ordinal)),
            ofEvent
        );
    }

    private async Task<RunResult> Run(params string[] arguments)
    {
        using var command = Spawn(arguments);
        return await command.UntilEnd();
    }

    private RunningCommand Spawn(params string[] arguments)
    {
        var start = Emulated ? _project.StartOf(Qemu, [Binary!, .. arguments]) : _project.StartOf(Binary!, arguments);
        start.Environment["AIWG_WEBHOOK_SECRET"] = Loopback.Secret;
        return new(start);
    }
}
