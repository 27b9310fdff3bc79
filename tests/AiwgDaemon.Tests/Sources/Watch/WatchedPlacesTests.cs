using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>Roots and directories that are not what one expects.</summary>
public sealed class WatchedPlacesTests
{
    [Fact]
    public async Task A_root_that_is_replaced_by_a_file_reports_what_is_gone_and_the_file()
    {
        await using var project = new WatchedProject();
        project.Write("root/a");
        await project.StartAsync(new WatchPath { Path = "root" });

        Directory.Delete(project.Combine("root"), recursive: true);
        File.WriteAllText(project.Combine("root"), "a file");
        await Eventually.Until(() => project.Seen.Contains("create root"), $"the file; seen: {string.Join(", ", project.Seen)}");
        project.Seen.ShouldContain("delete root/a");

        File.Delete(project.Combine("root"));
        project.Write("root/b");
        await Eventually.Until(
            () => project.Seen.Contains("create root/b"),
            $"the directory's return; seen: {string.Join(", ", project.Seen)}"
        );
    }

    [Fact]
    public async Task A_root_may_be_a_link_and_links_below_are_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows");
        await using var project = new WatchedProject();
        project.Write("real/sub/old");
        project.Write("elsewhere/x");
        Directory.CreateSymbolicLink(project.Combine("link"), project.Combine("real"));
        Directory.CreateSymbolicLink(project.Combine("real/out"), project.Combine("elsewhere"));
        Directory.CreateSymbolicLink(project.Combine("real/sub/cycle"), project.Combine("real"));
        await project.StartAsync(new WatchPath { Path = "link" }, new WatchPath { Path = "marks" });

        project.Write("real/sub/new");
        project.Write("elsewhere/y");

        (await project.SettledAsync("marks/zz-marker")).ShouldBe(["create link/sub/new"]);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("Up")]
    public async Task A_directory_on_the_way_to_a_root_may_be_another_root_by_a_link(string link)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows");
        await using var project = new WatchedProject();
        project.Write("a/b/c/old");
        Directory.CreateSymbolicLink(project.Combine(link), project.Combine("a"));
        // On the way to the one, all of the other; before and after it in any order.
        await project.StartAsync(
            new WatchPath { Path = "a/b/c" },
            new WatchPath { Path = link, Ignore = ["b"] },
            new WatchPath { Path = "marks" }
        );

        project.Write("a/new");
        project.Write("a/b/c/new");

        (await project.SettledAsync("marks/zz-marker")).ShouldBe(["create a/b/c/new", $"create {link}/new"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_step_on_the_way_to_a_root_may_become_a_link_and_a_directory_again()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "Directories on the way to a root are watched on Linux");
        project.Write("way/step/root/first");
        project.Write("other/root/second");
        await project.StartAsync(new WatchPath { Path = "way/step/root" });

        Directory.Move(project.Combine("way/step"), project.Combine("aside"));
        Directory.CreateSymbolicLink(project.Combine("way/step"), project.Combine("other"));
        await Eventually.Until(
            () => project.Seen.Contains("create way/step/root/second"),
            $"what the link leads to; seen: {string.Join(", ", project.Seen)}"
        );
        project.Write("other/root/third");
        await Eventually.Until(
            () => project.Seen.Contains("create way/step/root/third"),
            $"a change behind the link; seen: {string.Join(", ", project.Seen)}"
        );

        File.Delete(project.Combine("way/step"));
        Directory.Move(project.Combine("aside"), project.Combine("way/step"));
        await Eventually.Until(
            () => project.Seen.Contains("delete way/step/root/third"),
            $"the end of the link; seen: {string.Join(", ", project.Seen)}"
        );
        project.Write("way/step/root/fourth");
        await Eventually.Until(
            () => project.Seen.Contains("create way/step/root/fourth"),
            $"a change where it was; seen: {string.Join(", ", project.Seen)}"
        );
    }

    [Fact]
    public async Task A_file_as_a_root_is_seen_by_events_and_by_listing()
    {
        foreach (var polling in new[] { Polling.Auto, Polling.Always })
        {
            await using var project = new WatchedProject();
            project.Write("one.conf");
            project.Write("other.conf");
            await project.StartAsync(project.Options(new WatchPath { Path = "one.conf" }) with { Polling = polling });

            project.Write("other.conf", "changed");
            project.Write("one.conf", "changed");

            await Eventually.Until(() => project.Seen.Count > 0, $"the file with polling {polling}");
            project.Seen.ShouldBe(["modify one.conf"]);
        }
    }

    [Fact]
    public async Task An_unreadable_directory_is_told_once_and_watched_when_it_opens()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "Modes that hold for root too, and events of modes, are Linux's");
        project.Write("open/a");
        project.Write("closed/b");
        File.SetUnixFileMode(project.Combine("closed"), UnixFileMode.None);
        var started = Task.CompletedTask;
        Capabilities.WithoutOverridingModes(() => started = project.StartAsync());
        await started;
        project.Issues["watch.unreadable"].ShouldNotBeNull().ShouldContain("closed");
        project.Write("open/c");
        (await project.SettledAsync()).ShouldBe(["create open/c"]);
        project.Logged.Count(line => line.StartsWith("Cannot look into", StringComparison.Ordinal)).ShouldBe(1);

        const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(project.Combine("closed"), Open);
        await Eventually.Until(() => project.Issues["watch.unreadable"] is null, "the issue to be cleared");
        project.Write("closed/c");
        await Eventually.Until(() => project.Seen.Contains("create closed/c"), "a file in the opened directory");

        // Closed while it is watched: the watch stays, and what is in it is not taken for deleted.
        File.SetUnixFileMode(project.Combine("closed"), UnixFileMode.None);
        project.Write("closed/d");
        (await project.SettledAsync()).ShouldContain("create closed/d");
        project.Seen.ShouldNotContain("delete closed/c");
        File.SetUnixFileMode(project.Combine("closed"), Open);
    }

    [Fact]
    public async Task A_root_that_is_unreadable_has_failed_until_it_opens()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "Modes that hold for root too, and events of modes, are Linux's");
        project.Write("root/sub/a");
        File.SetUnixFileMode(project.Combine("root"), UnixFileMode.None);
        var started = Task.CompletedTask;
        Capabilities.WithoutOverridingModes(() => started = project.StartAsync(new WatchPath { Path = "root" }));
        await started;
        project.Source.Status.Roots.Single().State.ShouldBe("failed");
        project.Issues["watch.unreadable"].ShouldNotBeNull().ShouldContain("root");

        File.SetUnixFileMode(project.Combine("root"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await Eventually.Until(() => project.Issues["watch.unreadable"] is null, "the issue to be cleared");
        project.Write("root/sub/b");
        await Eventually.Until(() => project.Seen.Contains("create root/sub/b"), "a file below the opened root");
        await Eventually.Until(() => project.Source.Status.Roots.Single().State == "watching", "the state");
    }

    [Fact]
    public async Task A_tree_deeper_than_a_path_can_be_is_watched_as_far_as_paths_go()
    {
        await using var project = new WatchedProject();
        Assert.SkipUnless(OperatingSystem.IsLinux() && !project.Portable, "Elsewhere such a tree cannot be made with the tools at hand");
        // .NET makes no path that long, a shell does.
        const string Script = "cd \"$1\" && for i in $(seq 24); do mkdir $2 && cd -P $2 || exit 1; done";
        using (var shell = System.Diagnostics.Process.Start("bash", ["-c", Script, "bash", project.Path, new string('d', 200)]))
        {
            await shell.WaitForExitAsync();
            Assert.SkipUnless(shell.ExitCode == 0, "This shell cannot go that deep");
        }
        await project.StartAsync();
        project.Issues["watch.unreadable"].ShouldNotBeNull().ShouldContain("longer than the system takes");
        project.Issues["watch.unreadable"]!.Length.ShouldBeLessThan(600);

        project.Write($"{new string('d', 200)}/seen");
        (await project.SettledAsync()).ShouldBe([$"create {new string('d', 200)}/seen"]);
        using var remove = System.Diagnostics.Process.Start("rm", ["-rf", project.Combine(new string('d', 200))]);
        await remove.WaitForExitAsync();
    }

    [Theory]
    [InlineData(UnixFileMode.None)]
    [InlineData(UnixFileMode.UserExecute)]
    public async Task A_root_behind_a_closed_directory_is_found(UnixFileMode closed)
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "Modes that hold for root too, and events of modes, are Linux's");
        project.Write("way/root/a");
        Directory.Move(project.Combine("way/root"), project.Combine("way/later"));
        File.SetUnixFileMode(project.Combine("way"), closed);
        var started = Task.CompletedTask;
        Capabilities.WithoutOverridingModes(() => started = project.StartAsync(new WatchPath { Path = "way/root" }));
        await started;
        project.Source.Status.Roots.Single().State.ShouldBe("missing");

        Directory.Move(project.Combine("way/later"), project.Combine("way/root"));
        if (closed == UnixFileMode.None)
            File.SetUnixFileMode(project.Combine("way"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await Eventually.Until(() => project.Source.Status.Roots.Single().State == "watching", "the root");
        project.Write("way/root/b");
        await Eventually.Until(() => project.Seen.Contains("create way/root/b"), "a file below it");
        File.SetUnixFileMode(project.Combine("way"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_repository_inside_another_has_rules_of_its_own()
    {
        await using var project = new WatchedProject(gitIgnore: true);
        project.Write(".git/HEAD");
        project.Write(".gitignore", "*.log\n");
        project.Write("inner/.git/HEAD");
        project.Write("inner/.gitignore", "*.tmp\n");
        await project.StartAsync();

        foreach (var name in new[] { "a.log", "a.tmp", "inner/b.log", "inner/b.tmp" }) project.Write(name);

        (await project.SettledAsync()).ShouldBe(["create a.tmp", "create inner/b.log"]);
    }
}
