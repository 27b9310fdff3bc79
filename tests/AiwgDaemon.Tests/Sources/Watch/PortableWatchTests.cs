using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Watches;
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
    public async Task A_root_may_vanish_and_return_even_where_no_event_tells_of_it()
    {
        await using var project = new WatchedProject { Portable = true };
        Directory.CreateDirectory(project.Combine("root/empty"));
        await project.StartAsync(new WatchPath { Path = "root" });

        Directory.Move(project.Combine("root"), project.Combine("elsewhere"));
        await Eventually.Until(() => project.Source.Status.Roots.Single().State == "missing", "the end of the root");
        project.Write("root/a");
        await Eventually.Until(() => project.Seen.Contains("create root/a"), "a file in the new one");
        project.Write("root/b");
        await Eventually.Until(() => project.Seen.Contains("create root/b"), "another");
        project.Source.Status.Roots.Single().Backend.ShouldBe("filesystemwatcher");
    }

    [Fact]
    public async Task A_directory_moved_within_out_and_in_is_reported_file_by_file()
    {
        await using var project = new WatchedProject { Portable = true };
        using var outside = new TemporaryDirectory();
        project.Write("within/a");
        if (!OperatingSystem.IsLinux()) project.Write("out/b");
        Directory.CreateDirectory(outside.Combine("in"));
        File.WriteAllText(outside.Combine("in", "c"), "x");
        await project.StartAsync();

        Directory.Move(project.Combine("within"), project.Combine("moved"));
        // On Linux this ends the system's watcher in silence.
        if (!OperatingSystem.IsLinux()) Directory.Move(project.Combine("out"), outside.Combine("out"));
        Directory.Move(outside.Combine("in"), project.Combine("in"));

        string[] expected =
        [
            .. new[] { "create in/c", "create moved/a", "delete out/b", "delete within/a" }.Where(e =>
                !e.Contains("out/") || !OperatingSystem.IsLinux()
            ),
        ];
        await Eventually.Until(() => project.Seen.Count >= expected.Length, "the changes", found: () => string.Join(", ", project.Seen));
        (await project.SettledAsync()).ShouldBe(expected);
    }

    [Fact]
    public void Too_many_events_are_a_loss_and_any_other_error_ends_the_watcher()
    {
        using var directory = new TemporaryDirectory();
        using var gate = new ThreadGate();
        using var watcher = new PortableWatcher(gate);
        watcher.TryWatch(7, directory.Path).ShouldBeTrue();

        watcher.NoteError(7, new InternalBufferOverflowException());
        watcher.Take(out var lost).ShouldBeEmpty();
        lost.ShouldBeTrue();
        watcher.Has(7).ShouldBeTrue();

        watcher.NoteError(7, new System.ComponentModel.Win32Exception(5));
        watcher.Take(out lost);
        lost.ShouldBeTrue();
        watcher.Has(7).ShouldBeFalse();
        watcher.TryWatch(7, directory.Path).ShouldBeTrue();
        watcher.Take(out lost);
        lost.ShouldBeFalse();
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
