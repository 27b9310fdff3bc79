using System.Globalization;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>What meets a daemon of an ordinary user only: modes that bind it, and a limit on its processes.</summary>
internal static class UserFaults
{
    // Room for its own threads, and for few actions.
    private const int MostProcesses = 24;

    public static IEnumerable<Fault> All =>
    [
        new("own files made unreadable between two starts", UnreadableAsync, NeedsRoot),
        new("own files made unreadable while running", UnreadableWhileRunningAsync, NeedsRoot),
        new("own directories made unreadable while running", UnreadableDirectoriesAsync, NeedsRoot),
        new("no more processes (ulimit -u), then some again", FewProcessesAsync, NeedsRoot),
        new("little address space (ulimit -v)", LittleMemoryAsync),
    ];

    private static string? NeedsRoot() => Environment.IsPrivilegedProcess ? null : "only root may run a daemon as somebody else";

    private static async Task UnreadableAsync(Laboratory lab)
    {
        using var user = new OtherUser(lab);
        lab.Configure();
        (await user.RunAsync("exec \"$BIN\" start")).ShouldExit(0);
        for (var i = 0; i < 3; i++) (await lab.EmitAsync()).ShouldBeTrue();
        await KillAsync(lab);
        foreach (
            var path in OwnFiles(lab)
                .Concat([lab.Paths.Events, lab.Paths.Actions, lab.Paths.Daemon])
                .OrderBy(_ => lab.Random.Next())
                .Take(5)
        )
        {
            // A pid file is gone after a refused start.
            if (!Path.Exists(path)) continue;
            var mode = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, UnixFileMode.None);
            var start = await user.RunAsync("exec \"$BIN\" start");
            if (start.ExitCode == 0) await KillAsync(lab);
            else start.Error.ShouldContain(Path.GetFileName(path), Case.Sensitive, "a refusal names the file");
            start.Error.ShouldNotContain("   at ", Case.Sensitive, "a refusal is a sentence");
            // What can be replaced without being read may have been.
            if (File.Exists(path) || Directory.Exists(path)) File.SetUnixFileMode(path, mode);
        }
        (await user.RunAsync("exec \"$BIN\" start")).ShouldExit(0);
        await lab.ShouldBeWellAsync();
    }

    private static async Task UnreadableWhileRunningAsync(Laboratory lab)
    {
        using var user = new OtherUser(lab);
        lab.Configure();
        (await user.RunAsync("exec \"$BIN\" start")).ShouldExit(0);
        (await lab.EmitAsync()).ShouldBeTrue();
        await lab.Project.UntilLines("runs.txt", 1);
        var modes = OwnFiles(lab).Append(lab.Paths.Events).ToDictionary(path => path, File.GetUnixFileMode);
        foreach (var path in modes.Keys) File.SetUnixFileMode(path, UnixFileMode.None);
        await Task.Delay(1500);
        await lab.EmitAsync();
        Processes.Exists(lab.Pid).ShouldBeTrue();
        foreach (var (path, mode) in modes.Reverse())
            if (Path.Exists(path)) File.SetUnixFileMode(path, mode);
        await lab.ShouldBeWellAsync();
    }

    private static async Task UnreadableDirectoriesAsync(Laboratory lab)
    {
        using var user = new OtherUser(lab);
        lab.Configure();
        (await user.RunAsync("exec \"$BIN\" start")).ShouldExit(0);
        (await lab.EmitAsync()).ShouldBeTrue();
        await lab.Project.UntilLines("runs.txt", 1);
        var mode = File.GetUnixFileMode(lab.Paths.Daemon);
        foreach (
            var path in new[] { lab.Paths.Events, lab.Paths.Actions, lab.Paths.Daemon, lab.Paths.Aiwg }.OrderBy(_ => lab.Random.Next())
        )
        {
            // Closed for good, for reading only, or for writing only: each has errors of its own.
            File.SetUnixFileMode(path, lab.Random.Next(3) switch
            {
                0 => UnixFileMode.None,
                1 => mode & ~UnixFileMode.UserWrite,
                _ => mode & ~UnixFileMode.UserRead,
            });
            await lab.TryEmitAsync();
            await Task.Delay(1200);
            await lab.TryEmitAsync();
            Processes.Exists(lab.Pid).ShouldBeTrue();
            File.SetUnixFileMode(path, mode);
        }
        await lab.ShouldBeWellAsync();
    }

    private static async Task FewProcessesAsync(Laboratory lab)
    {
        using var user = new OtherUser(lab);
        lab.Configure();
        (await user.RunAsync(string.Create(CultureInfo.InvariantCulture, $"ulimit -u {MostProcesses}; exec \"$BIN\" start"))).ShouldExit(0);
        (await lab.EmitAsync()).ShouldBeTrue();
        await lab.Project.UntilLines("runs.txt", 1);
        // Its limit counts all processes of the user: these take what it has left.
        using (var crowd = user.Spawn($"for i in $(seq {MostProcesses}); do sleep 300 & done; echo ready; wait"))
        {
            await crowd.UntilOutput("ready");
            for (var i = 0; i < 5; i++) await lab.EmitAsync();
            await Task.Delay(1500);
            Processes.Exists(lab.Pid).ShouldBeTrue();
            user.EndAllBut(lab.Pid);
        }
        await lab.ShouldBeWellAsync();
    }

    private static async Task LittleMemoryAsync(Laboratory lab)
    {
        lab.Configure();
        // So little that it may end at any moment: then nothing that was acknowledged is lost.
        foreach (var limit in new[] { 300_000, 400_000, 500_000 })
        {
            var start = await lab.Project.Shell(string.Create(CultureInfo.InvariantCulture, $"ulimit -v {limit}; exec \"$BIN\" start"));
            if (start.ExitCode != 0) start.Error.ShouldNotContain("TypeInitialization");
            for (var i = 0; i < 10; i++) await lab.TryEmitAsync();
            // Also one that is still on its way, whoever waited for it has run out of memory.
            (await lab.Project.Run("stop", "--force")).ShouldExit(0);
        }
        // A start that was given up may have one come up late.
        await Task.Delay(500);
        (await lab.Project.Run("stop", "--force")).ShouldExit(0);
        (await lab.Project.Shell("ulimit -v 1000000; exec \"$BIN\" start")).ShouldExit(0);
        for (var i = 0; i < 20; i++) (await lab.EmitAsync()).ShouldBeTrue();
        await lab.ShouldBeWellAsync();
    }

    private static async Task KillAsync(Laboratory lab)
    {
        Processes.Send(lab.Pid, ProcessSignal.Kill);
        await Eventually.Until(() => lab.Project.DaemonPid is null, "the end of the daemon");
    }

    private static IEnumerable<string> OwnFiles(Laboratory lab) =>
        Directory
            .GetFiles(lab.Paths.Daemon, "*", SearchOption.AllDirectories)
            .Append(lab.Paths.PidFile)
            .Where(path => !path.EndsWith(".sock", StringComparison.Ordinal));

    /// <summary>A user that nobody else on this machine is, who owns the project of a laboratory and has a program of its own.</summary>
    private sealed class OtherUser : IDisposable
    {
        private readonly Laboratory _lab;
        private readonly string _uid, _program;

        public OtherUser(Laboratory lab)
        {
            _lab = lab;
            _uid = (400_000 + lab.Random.Next(1_000_000)).ToString(CultureInfo.InvariantCulture);
            _program = Path.Combine(Directory.CreateDirectory(lab.Project.Combine("foreign")).FullName, "aiwg-daemon");
            ProgramFile.Copy(DaemonBinary.Path, _program);
            Laboratory.System("chown", "-R", $"{_uid}:{_uid}", lab.Project.Root).ShouldBeNull();
        }

        public async Task<RunResult> RunAsync(string line)
        {
            // What the test wrote meanwhile is its owner's too.
            Laboratory.System("chown", "-R", $"{_uid}:{_uid}", _lab.Paths.Aiwg);
            using var command = Spawn(line);
            return await command.UntilEnd();
        }

        public RunningCommand Spawn(string line)
        {
            var start = _lab.Project.StartOf("setpriv", "--reuid", _uid, "--regid", _uid, "--clear-groups", "/bin/sh", "-c", line);
            start.Environment["BIN"] = _program;
            return new RunningCommand(start);
        }

        /// <summary>By their pids: those of this user alone.</summary>
        public void EndAllBut(int pid)
        {
            foreach (var other in Processes.Of(_uid).Where(other => other != pid)) Processes.Send(other, ProcessSignal.Kill);
        }

        public void Dispose() => File.Delete(_program);
    }
}
