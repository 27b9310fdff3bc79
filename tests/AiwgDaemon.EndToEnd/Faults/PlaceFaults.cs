using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>Projects beside and inside each other, and one that is moved away under its daemon.</summary>
internal static class PlaceFaults
{
    public static IEnumerable<Fault> All =>
    [
        new("two projects, and one nested in another", NeighboursAsync),
        new("project directory moved while running", MovedAsync),
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
            await Task.Delay(1500);
            Directory.Exists(here).ShouldBeFalse("the daemon made the directory anew that was moved away");
            // Where it went, it is found by its lock and can be stopped.
            (await TestProject.RunIn(there, "stop")).ShouldExit(0);
            Processes.Exists(pid).ShouldBeFalse();
        }
        finally
        {
            if (Directory.Exists(here)) Directory.Delete(here, recursive: true);
            Directory.Move(there, here);
        }
        await lab.StartAsync();
        await lab.ShouldBeWellAsync();
    }
}
