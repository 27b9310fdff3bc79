using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>Watching as on macOS and Windows, with the system's FileSystemWatcher as a source of hints.</summary>
public sealed class PortableWatchTests
{
    [Fact]
    public async Task Created_changed_and_deleted_files_are_reported()
    {
        await using var project = new WatchedProject { Portable = true };
        project.Write("sub/changed");
        project.Write("deleted");
        await project.StartAsync();
        project.Source.Status.Backend.ShouldBe("filesystemwatcher");

        project.Write("created");
        project.Write("sub/changed", "longer than before");
        project.Write("new/a/b/file");
        project.Write("node_modules/x/y");
        File.Delete(project.Combine("deleted"));

        (await project.SettledAsync()).ShouldBe(["create created", "create new/a/b/file", "delete deleted", "modify sub/changed"]);
    }

    [Fact]
    public async Task A_root_that_does_not_exist_yet_is_watched_when_it_comes()
    {
        await using var project = new WatchedProject { Portable = true };
        await project.StartAsync(new WatchPath { Path = "later" });
        project.Source.Status.Roots.Single().State.ShouldBe("missing");

        project.Write("later/a");
        await Eventually.Until(() => project.Seen.Contains("create later/a"), "the file of the new root");
        project.Write("later/b");
        await Eventually.Until(() => project.Seen.Contains("create later/b"), "a second file");
        project.Source.Status.Roots.Single().Backend.ShouldBe("filesystemwatcher");
    }

    [Fact]
    public async Task A_changed_gitignore_takes_effect()
    {
        await using var project = new WatchedProject(gitIgnore: true) { Portable = true };
        project.Write(".git/HEAD");
        project.Write("a.log");
        await project.StartAsync();

        project.Write(".gitignore", "*.log\n");
        await Eventually.Until(() => project.Seen.Contains("create .gitignore"), "the file itself");
        project.Write("b.log");

        (await project.SettledAsync()).ShouldBe(["create .gitignore"]);
    }
}
