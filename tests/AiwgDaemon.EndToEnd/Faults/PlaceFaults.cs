using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>Projects beside and inside each other, and one that is moved away under its daemon.</summary>
internal static class PlaceFaults
{
    public static IEnumerable<Fault> All =>
    [
        new("two projects, and one nested in another", NeighboursAsync),
        new("project directory moved while running", MovedAsync),
        new("project directory removed while running", RemovedAsync),
        new("project directory moved and another in its place", ReplacedAsync),
        new("a copy is started beside the running original", CopiedAsync),
    ];

    private static async Task NeighboursAsync(Laboratory lab)
    {
        using var other = new Laboratory(lab.Random);
        using var nested = new Laboratory(lab.Random, new TestProject(lab.Project.Combine("nested")));
        await Task.WhenAll(lab.StartAsync(), other.StartAsync(), nested.StartAsync());
        new[] { lab.Pid, other.Pid, nested.Pid }.Distinct().Count().ShouldBe(3);
        await Task.WhenAll(lab.EmitAsync(), other.EmitAsync(), nested.EmitAsync());
        await nested.Project.UntilLines("runs.txt", 1);
        nested.Project.Lines("runs.txt").ShouldBe(1);
        await nested.ShouldBeWellAsync();
        Processes.Exists(lab.Pid).ShouldBeTrue();
        await other.ShouldBeWellAsync();
        await lab.ShouldBeWellAsync();
    }

    private static async Task MovedAsync(Laboratory lab)
    {
        await lab.StartAsync();
        (await lab.EmitAsync()).ShouldBeTrue();
        await lab.Project.UntilLines("runs.txt", 1);
        var pid = lab.Pid;
        var (here, there) = (lab.Project.Root, lab.Project.Root + "-moved");
        Directory.Move(here, there);
        try
        {
            await Eventually.Until(() => !Processes.Exists(pid), "the daemon of the moved project to end");
            Directory.Exists(here).ShouldBeFalse("the daemon made the directory anew that was moved away");
            // Where it went, a daemon can be started at once.
            (await TestProject.RunIn(there, "status")).ShouldExit(3);
            (await TestProject.RunIn(there, "start")).ShouldExit(0);
            (await TestProject.RunIn(there, "stop")).ShouldExit(0);
        }
        finally
        {
            if (Directory.Exists(here)) Directory.Delete(here, recursive: true);
            Directory.Move(there, here);
        }
        await lab.StartAsync();
        await lab.ShouldBeWellAsync();
    }

    // As from a backup, in the middle of a run and with one that waits: both are the original's.
    private static async Task CopiedAsync(Laboratory lab)
    {
        await lab.StartAsync(
            "  - { id: long, event: { source: manual, type: long }, on_busy: queue, action: { type: shell, command: 'echo $$ > pid.txt; "
                + "exec sleep 300' } }\n"
        );
        (await lab.EmitAsync()).ShouldBeTrue();
        await lab.Project.UntilLines("runs.txt", 1);
        (await lab.Project.Run("emit", "long")).ShouldExit(0);
        (await lab.Project.Run("emit", "long")).ShouldExit(0);
        await lab.Project.UntilLines("pid.txt", 1);
        var action = int.Parse(File.ReadAllText(lab.Project.Combine("pid.txt")), System.Globalization.CultureInfo.InvariantCulture);
        var copy = lab.Project.Root + "-copy";
        try
        {
            Laboratory.System("cp", "-a", lab.Project.Root, copy).ShouldBeNull();
            (await TestProject.RunIn(copy, "start")).ShouldExit(0);
            (await TestProject.RunIn(copy, "stop")).ShouldExit(0);
            File.ReadAllText(Path.Combine(copy, "pid.txt")).ShouldBe($"{action}\n", "the copy ran what waits in the original");
            Processes.Exists(action).ShouldBeTrue("the copy ended a run of the original");
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
        Processes.Send(action, ProcessSignal.Kill);
        await Eventually.Until(() => File.ReadAllText(lab.Project.Combine("pid.txt")) != $"{action}\n", "the run that waited");
        await lab.ShouldBeWellAsync();
    }

    // With a daemon's own directory in it, which must stay as it is.
    private static async Task ReplacedAsync(Laboratory lab)
    {
        await lab.StartAsync();
        var pid = lab.Pid;
        var (here, there, next) = (lab.Project.Root, lab.Project.Root + "-moved", lab.Project.Root + "-next");
        var own = Directory.CreateDirectory(Path.Combine(next, ".aiwg", "daemon"));
        File.WriteAllText(Path.Combine(own.FullName, "state.json"), "of another daemon");
        Directory.Move(here, there);
        Directory.Move(next, here);
        try
        {
            await Eventually.Until(() => !Processes.Exists(pid), "the daemon of the moved project to end");
            Directory.GetFileSystemEntries(here, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(here, path))
                .ShouldBe([".aiwg", ".aiwg/daemon", ".aiwg/daemon/state.json"], ignoreOrder: true);
            File.ReadAllText(Path.Combine(here, ".aiwg", "daemon", "state.json")).ShouldBe("of another daemon");
        }
        finally
        {
            Directory.Delete(here, recursive: true);
            Directory.Move(there, here);
        }
        await lab.StartAsync();
        await lab.ShouldBeWellAsync();
    }

    private static async Task RemovedAsync(Laboratory lab)
    {
        using var doomed = new TestProject();
        doomed.WriteFile("src/a.txt", "");
        doomed.Configure("""
            daemon: { heartbeat_interval_seconds: 1 }
            watch: { paths: [ . ], debounce_ms: 10 }
            rules:
              - { id: touch, event: { source: watch }, action: { type: shell, command: 'echo >> runs.log' } }
            """);
        (await doomed.Run("start")).ShouldExit(0);
        var pid = doomed.DaemonPid.ShouldNotBeNull();
        // Each removal is an event that the rules are for, and the daemon writes meanwhile.
        await Eventually.Until(() => Removed(doomed.Root), "the project to be removed");
        await Eventually.Until(() => !Processes.Exists(pid), "the daemon of the removed project to end");
        Directory.Exists(doomed.Root).ShouldBeFalse("the daemon made the project anew that was removed");
    }

    private static bool Removed(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            // The daemon has just made a file in it, as it may while the project is there.
            return !Directory.Exists(directory);
        }
    }
}
