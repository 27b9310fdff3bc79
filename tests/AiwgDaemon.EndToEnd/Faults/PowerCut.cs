using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>
/// The power goes: the project is on a disk of its own (a loop device), whose image is copied while the daemon works. The copy has what had
/// reached the
/// disk by then and nothing else.
/// </summary>
internal sealed class PowerCut : IDisposable
{
    private static readonly string[] Filesystems = ["ext4", "xfs", "btrfs"];

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _mounted = [];

    public static IEnumerable<Fault> All =>
        Filesystems.Select(filesystem => new Fault($"power cut on {filesystem}", async _ =>
        {
            using var cut = new PowerCut();
            await cut.InflictAsync(filesystem);
        },
        () => Missing(filesystem)));

    /// <summary>Why it cannot be tried here; null if it can.</summary>
    public static string? Missing(string filesystem)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return "only root can mount a file";
        if (!File.Exists("/dev/loop-control"))
            return "this machine has no loop devices";
        return ExecutableSearch.Find($"mkfs.{filesystem}", Environment.GetEnvironmentVariable("PATH"), "/") is null
            ? $"mkfs.{filesystem} is not installed"
            : null;
    }

    public async Task InflictAsync(string filesystem)
    {
        var image = _directory.Combine("disk.img");
        using (var file = File.OpenHandle(image, FileMode.CreateNew, FileAccess.Write)) RandomAccess.SetLength(file, 400 << 20);
        Require($"mkfs.{filesystem}", filesystem == "ext4" ? ["-q", "-F", image] : ["-q", image]);
        Mount(image, "disk");

        // A new project, and then one that has a ledger: the first start and every other one.
        using var project = new TestProject(_directory.Combine("disk", "project"));
        for (var life = 1; life <= 2; life++)
        {
            project.Configure("""
                daemon: { max_parallel_actions: 1, shutdown_grace_seconds: 0 }
                watch: { enabled: false }
                schedule: { enabled: false }
                rules:
                  - { id: r, event: { type: go }, on_busy: queue, action: { type: shell, command: "echo \"$AIWG_EVENT_ID\" >> ran; if [ -e hold ]; then sleep 300; fi" } }
                """);
            project.WriteFile("hold", "");
            Require("sync", []);
            (await project.Run("start")).ShouldExit(0);
            var acknowledged = new List<string>();
            for (var i = 0; i < 6; i++) acknowledged.Add((await project.Run("emit", "go")).ShouldExit(0).Output.Trim());
            var copy = _directory.Combine($"copy{life}.img");
            Require("cp", ["--sparse=always", image, copy]);
            await KillAsync(project);

            Mount(copy, $"copy{life}", filesystem == "xfs" ? "loop,nouuid" : "loop");
            using var after = new TestProject(_directory.Combine($"copy{life}", "project"));
            File.Delete(after.Combine("hold"));
            File.Delete(after.Combine("ran"));
            (await after.Run("start")).ShouldExit(0);
            // The first one was begun: whether that is known depends on what reached the disk.
            await Eventually.Until(
                () => File.Exists(after.Combine("ran")) && acknowledged[1..].TrueForAll(File.ReadAllLines(after.Combine("ran")).Contains),
                $"the runs of what was acknowledged, in life {life}"
            );
            (await after.Run("stop")).ShouldExit(0);
            File.ReadAllLines(after.Combine("ran")).GroupBy(id => id).ShouldAllBe(runs => runs.Count() == 1);
            File.Delete(project.Combine("hold"));
            Unmount($"copy{life}");
            // What is left of the first life ends before the second begins.
            (await project.Run("start")).ShouldExit(0);
            await Eventually.Until(
                () => project.State().GetProperty("active_actions").GetArrayLength() == 0 && project.Lines("ran") >= acknowledged.Count,
                "the rest of the runs"
            );
            (await project.Run("stop")).ShouldExit(0);
            File.Delete(project.Combine("ran"));
        }
    }

    public void Dispose()
    {
        foreach (var name in _mounted.ToList()) Unmount(name);
        _directory.Dispose();
    }

    private static async Task KillAsync(TestProject project)
    {
        var pid = project.DaemonPid.ShouldNotBeNull();
        Processes.Send(pid, ProcessSignal.Kill);
        await Eventually.Until(() => project.DaemonPid is null, "the end of the daemon");
    }

    private void Mount(string image, string name, string options = "loop")
    {
        Directory.CreateDirectory(_directory.Combine(name));
        Require("mount", ["-o", options, image, _directory.Combine(name)]);
        _mounted.Add(name);
    }

    private void Unmount(string name)
    {
        Laboratory.System("umount", "-l", _directory.Combine(name));
        _mounted.Remove(name);
    }

    private static void Require(string program, string[] arguments)
    {
        if (Laboratory.System(program, arguments) is { } error)
            Assert.Skip($"this machine cannot: {program} {string.Join(' ', arguments)}: {error}");
    }
}
