using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

public sealed class WatchSourceTests
{
    [Fact]
    public async Task A_created_a_changed_and_a_deleted_file_are_reported()
    {
        await using var project = new WatchedProject();
        project.Write("changed");
        project.Write("deleted");
        await project.StartAsync();

        project.Write("created");
        project.Write("changed", "y");
        File.Delete(project.Combine("deleted"));

        (await project.SettledAsync()).ShouldBe(["create created", "delete deleted", "modify changed"]);
        var payload = project.Events.First(e => e.Subject == "changed").PayloadJson;
        payload.GetProperty("path").GetString().ShouldBe("changed");
        payload.GetProperty("event_type").GetString().ShouldBe("modify");
        payload.GetProperty("root").GetString().ShouldBe(".");
    }

    [Fact]
    public async Task A_file_written_at_once_in_a_new_directory_is_never_missed()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(
            project.Portable && OperatingSystem.IsLinux(),
            "The system's watcher on Linux misses files in directories that it has not reached yet"
        );
        await project.StartAsync();

        for (var i = 0; i < 500; i++) project.Write($"n{i}/a/b/c/f");

        await project.SettledAsync();
        await Eventually.Until(() => Created().Count() >= 500, "500 files");
        Created().Distinct().Count().ShouldBe(500);
        Created().Count().ShouldBe(500);

        // On a busy machine a file may be written so long after it was made that this is a change of its own.
        IEnumerable<string> Created() =>
            project.Seen.Where(s => s.StartsWith("create ", StringComparison.Ordinal) && s.EndsWith("/f", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_file_goes_through_within_the_quiet_time_is_folded()
    {
        await using var project = new WatchedProject();
        project.Write("replaced");
        project.Write("edited");
        project.Write("gone");
        await project.StartAsync(project.Options() with { Debounce = TimeSpan.FromMilliseconds(300), MaxWait = TimeSpan.FromSeconds(3) });

        project.Write("new", "1");
        project.Write("new", "2");
        project.Write("transient");
        File.Delete(project.Combine("transient"));
        File.Delete(project.Combine("replaced"));
        project.Write("replaced", "other");
        project.Write("temporary", "whole");
        File.Move(project.Combine("temporary"), project.Combine("edited"), overwrite: true);
        project.Write("gone", "y");
        File.Delete(project.Combine("gone"));

        (await project.SettledAsync()).ShouldBe(["create new", "delete gone", "modify edited", "modify replaced"]);
        project.Events.First(e => e.Subject == "edited").PayloadJson.TryGetProperty("moved_from", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_rename_names_both_paths()
    {
        await using var project = new WatchedProject();
        project.Write("a");
        project.Write("dir/inner/file");
        await project.StartAsync();

        File.Move(project.Combine("a"), project.Combine("b"));
        Directory.Move(project.Combine("dir"), project.Combine("other"));

        (await project.SettledAsync()).ShouldBe(["create b", "create other/inner/file", "delete a", "delete dir/inner/file"]);
        if (project.Portable) return;
        Moved("b", "moved_from").ShouldBe("a");
        Moved("a", "moved_to").ShouldBe("b");
        Moved("other/inner/file", "moved_from").ShouldBe("dir/inner/file");
        Moved("dir/inner/file", "moved_to").ShouldBe("other/inner/file");

        project.Write("other/inner/file", "later");
        (await project.SettledAsync()).ShouldContain("modify other/inner/file");

        string? Moved(string path, string key) => project.Events.First(e => e.Subject == path).PayloadJson.GetProperty(key).GetString();
    }

    [Fact]
    public async Task A_directory_moved_out_leaves_no_ghosts_and_one_moved_in_is_reported()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(
            project.Portable && OperatingSystem.IsLinux(),
            "The system's watcher on Linux ends in silence where a directory is moved out"
        );
        using var outside = new TemporaryDirectory();
        project.Write("out/f");
        Directory.CreateDirectory(outside.Combine("in"));
        File.WriteAllText(outside.Combine("in", "g"), "x");
        await project.StartAsync();
        var watches = project.Source.Status.Watches;

        Directory.Move(project.Combine("out"), outside.Combine("out"));
        Directory.Move(outside.Combine("in"), project.Combine("in"));
        (await project.SettledAsync()).ShouldBe(["create in/g", "delete out/f"]);
        File.WriteAllText(outside.Combine("out", "f"), "ghost");

        (await project.SettledAsync()).ShouldBe(["create in/g", "delete out/f"]);
        project.Source.Status.Watches.ShouldBe(watches);
    }

    [Fact]
    public async Task A_root_may_not_exist_yet_vanish_and_return()
    {
        await using var project = new WatchedProject();
        await project.StartAsync(new WatchPath { Path = "deep/down/root" }, new WatchPath { Path = "." , Extensions = [".marker"] });
        project.Source.Status.Roots[0].State.ShouldBe("missing");

        project.Write("deep/down/root/a");
        await Eventually.Until(() => project.Seen.Contains("create deep/down/root/a"), "the first file");
        Directory.Delete(project.Combine("deep"), recursive: true);
        await Eventually.Until(() => project.Seen.Contains("delete deep/down/root/a"), "its end");
        project.Write("deep/down/root/b");
        await Eventually.Until(() => project.Seen.Contains("create deep/down/root/b"), "the return");
        project.Source.Status.Roots[0].State.ShouldBe("watching");
    }

    [Fact]
    public async Task Directories_that_are_ignored_get_no_watch()
    {
        await using var project = new WatchedProject(gitIgnore: true);
        project.Write(".gitignore", "out/\n*.log\n!keep.log\n");
        foreach (
            var path in new[] { "node_modules/x/y", "out/x", ".git/objects/x", ".aiwg/daemon/state", ".aiwg/working/x", "gen/x", "src/a" }
        )
            project.Write(path);
        await project.StartAsync(new WatchPath { Path = ".", Ignore = ["gen/**", "*.tmp"] });

        // The project, .aiwg, src, and those on the way to the project; elsewhere one watcher sees all.
        project.Source.Status.Roots[0].Watches.ShouldBe(project.Portable ? 1 : 3);
        foreach (var path in new[] { "node_modules/x/y", "out/x", "gen/x", "src/b.tmp", "src/b.log", "src/.b.swp", "src/b~", "src/#b#" })
            project.Write(path, "new");
        project.Write("src/keep.log");
        project.Write(".gitattributes");

        (await project.SettledAsync()).ShouldBe(["create .gitattributes", "create src/keep.log"]);
        project.Write(".gitignore", "*.log\n");
        await project.SettledAsync();
        project.Write("out/x", "watched now");
        (await project.SettledAsync()).ShouldContain("modify out/x");
    }

    [Fact]
    public async Task The_most_specific_root_that_wants_an_event_reports_it_once()
    {
        await using var project = new WatchedProject();
        project.Write("src/inner/a.ts");
        await project.StartAsync(
            new WatchPath { Path = "." },
            new WatchPath { Path = "src", Extensions = [".ts"] },
            new WatchPath { Path = "src/inner/a.ts", Events = FileEvents.Modify }
        );

        project.Write("src/inner/a.ts", "y");
        project.Write("src/b.ts");
        project.Write("src/c.md");

        (await project.SettledAsync()).ShouldBe(["create src/b.ts", "create src/c.md", "modify src/inner/a.ts"]);
        Root("src/inner/a.ts").ShouldBe("src/inner/a.ts");
        Root("src/b.ts").ShouldBe("src");
        Root("src/c.md").ShouldBe(".");

        string? Root(string path) => project.Events.First(e => e.Subject == path).PayloadJson.GetProperty("root").GetString();
    }

    [Fact]
    public async Task A_reload_keeps_watches_and_loses_no_event()
    {
        await using var project = new WatchedProject();
        project.Write("a/f");
        project.Write("b/f");
        await project.StartAsync(new WatchPath { Path = "a" });
        for (var i = 0; i < 200; i++)
        {
            project.Write($"a/n{i}/f");
            if (i % 50 == 25)
                await project.Source.ReloadAsync(
                    project.Options(new WatchPath { Path = "a" }, new WatchPath { Path = i % 100 == 25 ? "b" : "." }),
                    CancellationToken.None
                );
        }
        await Eventually.Until(() => project.Seen.Count(s => s.StartsWith("create a/n", StringComparison.Ordinal)) == 200, "200 files");
        // On a busy machine a file's content may come later than a debounce after its name: that is a modify of its own.
        (await project.SettledAsync()).Where(s => s.StartsWith("create ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(0, 200).Select(i => $"create a/n{i}/f").Order(StringComparer.Ordinal));

        await project.Source.ReloadAsync(project.Options(new WatchPath { Path = "b" }), CancellationToken.None);
        project.Source.Status.Roots.ShouldHaveSingleItem().Watches.ShouldBe(1);
        project.Write("a/f", "unseen");
        project.Write("b/f", "seen");
        await Eventually.Until(() => project.Seen.Contains("modify b/f"), "the change");
        project.Seen.ShouldNotContain("modify a/f");
    }

    [Fact]
    public async Task A_name_that_is_not_utf8_arrives_with_its_exact_bytes()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var project = new WatchedProject();
        await project.StartAsync();
        var name = "\udcff\n\"$(x)";
        await Shell("printf x > \"$1/$(printf '\\377\\n\"$(x)')\"");

        await Eventually.Until(() => project.Seen.Count > 0, "the event");
        var payload = project.Events[0].PayloadJson;
        payload.GetProperty("path").GetString().ShouldBe("\\xff\n\"$(x)");
        payload.GetProperty("path_base64").GetBytesFromBase64().ShouldBe(NativePath.ToBytes(name));
        // .NET cannot delete such a name.
        await Shell("rm \"$1\"/*");

        async Task Shell(string script)
        {
            using var shell = System.Diagnostics.Process.Start("sh", ["-c", script, "sh", project.Path]);
            await shell.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Polling_reports_the_same()
    {
        await using var project = new WatchedProject();
        project.Write("changed");
        project.Write("dir/deleted");
        await project.StartAsync(project.Options() with { Polling = Polling.Always });
        project.Source.Status.Backend.ShouldBe("polling");

        project.Write("changed", "longer");
        Directory.Delete(project.Combine("dir"), recursive: true);
        project.Write("new/file");

        await Eventually.Until(() => project.Seen.Count >= 3, "three changes");
        project.Seen.Order(StringComparer.Ordinal).ShouldBe(["create new/file", "delete dir/deleted", "modify changed"]);
    }

    [Fact]
    public async Task A_reload_between_two_listings_loses_nothing()
    {
        await using var project = new WatchedProject();
        Directory.CreateDirectory(project.Combine("a"));
        await project.StartAsync(project.Options(new WatchPath { Path = "a" }) with { Polling = Polling.Always });
        for (var i = 0; i < 20; i++)
        {
            project.Write($"a/f{i}");
            await project.Source.ReloadAsync(
                project.Options(new WatchPath { Path = "a" }, new WatchPath { Path = "b" }) with
                {
                    Polling = Polling.Always,
                },
                CancellationToken.None
            );
        }
        await Eventually.Until(() => project.Seen.Count >= 20, "20 files", found: () => string.Join(", ", project.Seen));
        project.Seen.Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public async Task Stopping_reports_what_is_pending()
    {
        await using var project = new WatchedProject();
        await project.StartAsync(project.Options() with { Debounce = TimeSpan.FromHours(1), MaxWait = TimeSpan.FromHours(1) });
        project.Write("a");

        await project.Source.DisposeAsync();

        await Eventually.Until(() => project.Seen.Count == 1, "the change");
        project.Seen.ShouldBe(["create a"]);
    }
}
