using AiwgDaemon.Lifecycle.Doctor;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>A filesystem that does not answer holds up nothing but itself.</summary>
public sealed class HungMountTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("src", "net")]
    // Below a root, below a link, and below a root that is reached over a link.
    [InlineData(".", null)]
    [InlineData("src", "link")]
    [InlineData("src", "here/net")]
    public async Task A_filesystem_that_hangs_stops_neither_the_others_nor_a_reload_nor_a_stop(string local, string? remote)
    {
        await using var project = new WatchedProject();
        project.Write("src/a");
        using var net = new HangingFilesystem(project.Combine("net"));
        Directory.CreateSymbolicLink(project.Combine("link"), "net");
        Directory.CreateSymbolicLink(project.Combine("here"), ".");
        WatchPath[] paths = remote is null ? [new() { Path = local }] : [new() { Path = local }, new() { Path = remote }];
        await project.StartAsync(paths);
        var name = $"{remote ?? "net"}/f";

        net.Change();
        await Eventually.Until(() => project.Seen.Contains($"modify {name}"), $"the change there; seen: {string.Join(", ", project.Seen)}");
        net.Hang();
        await Eventually.Until(
            () => project.Issues.GetValueOrDefault("watch.hung")?.Contains("net", StringComparison.Ordinal) == true,
            "an issue that names it"
        );
        project.Write("src/b");
        await Eventually.Until(() => project.Seen.Contains("create src/b"), "a local change");
        await project
            .Source.ReloadAsync(project.Options([.. paths, new WatchPath { Path = "more" }]), CancellationToken.None)
            .WaitAsync(Bound);
        project.Write("more/c");
        await Eventually.Until(() => project.Seen.Contains("create more/c"), "a change in what the reload added");

        net.Change();
        net.GoOn();
        await Eventually.Until(
            () => project.Seen.Count(s => s == $"modify {name}") == 2,
            $"the change meanwhile; seen: {string.Join(", ", project.Seen)}"
        );
        await Eventually.Until(() => project.Issues["watch.hung"] is null, "the end of the issue");

        net.Hang();
        await Eventually.Until(() => project.Issues["watch.hung"] is not null, "the issue once more");
        await project.Source.DisposeAsync().AsTask().WaitAsync(Bound);
        project.Issues["watch.hung"].ShouldBeNull();
    }

    [Fact]
    public async Task A_filesystem_that_hangs_at_the_start_is_watched_when_it_answers_and_doctor_names_it()
    {
        await using var project = new WatchedProject();
        project.Write("src/a");
        using var net = new HangingFilesystem(project.Combine("net"));
        net.Hang();
        var options = project.Options(new WatchPath { Path = "src" }, new WatchPath { Path = "net" });
        await project.StartAsync(options).WaitAsync(Bound);
        project.Write("src/b");
        await Eventually.Until(() => project.Seen.Contains("create src/b"), "a local change");
        WatchCheck
            .Run(project.Path, options, null, running: false)
            .Where(f => f.Attention)
            .ShouldContain(f => f.Message.StartsWith("net does not answer", StringComparison.Ordinal));

        net.GoOn();
        await Eventually.Until(() => project.Source.Status.Roots[1].State == "polling", "it is watched");
        net.Change();
        await Eventually.Until(() => project.Seen.Contains("modify net/f"), "a change there");
    }

    [Fact]
    public async Task Another_inode_number_is_no_change_on_a_filesystem_that_makes_them_up()
    {
        await using var project = new WatchedProject();
        using var net = new HangingFilesystem(project.Combine("net"));
        await project.StartAsync(new WatchPath { Path = "net" });
        for (var i = 0; i < 3; i++)
        {
            net.Renumber();
            await Eventually.Until(() => net.Looks >= 3, "looks at the file with its new number");
        }
        net.Change();
        await Eventually.Until(() => project.Seen.Contains("modify net/f"), $"a real change; seen: {string.Join(", ", project.Seen)}");
        project.Seen.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_mounted_and_unmounted_while_watched_is_told_and_its_thread_goes_with_it()
    {
        await using var project = new WatchedProject();
        project.Write("root/net/covered");
        await project.StartAsync(new WatchPath { Path = "root" });
        using (var net = new HangingFilesystem(project.Combine("root/net")))
        {
            await Eventually.Until(
                () => project.Seen.Contains("create root/net/f"),
                $"what is mounted; seen: {string.Join(", ", project.Seen)}"
            );
            project.Seen.ShouldContain("delete root/net/covered");
            net.Hang();
            await Eventually.Until(() => project.Issues.GetValueOrDefault("watch.hung") is not null, "an issue");
            project.Write("root/b");
            await Eventually.Until(() => project.Seen.Contains("create root/b"), "a local change");
        }
        await Eventually.Until(
            () => project.Seen.Contains("create root/net/covered"),
            $"what was covered; seen: {string.Join(", ", project.Seen)}"
        );
        await Eventually.Until(() => project.Issues["watch.hung"] is null, "the end of the issue");
    }

    [Fact]
    public void Roots_are_divided_by_the_remote_filesystem_that_holds_them()
    {
        Mount[] mounts =
        [
            new("/p/net/deep", "fuse.sshfs", 4),
            new("/p/net", "nfs4", 3),
            new("/srv", "cifs", 2),
            new("/p/tmp", "tmpfs", 5),
            new("/", "ext4", 1),
        ];
        WatchOptions Watching(params string[] paths) => new() { Paths = [.. paths.Select(p => new WatchPath { Path = p })] };
        string[] Divided(string project, params string[] paths) =>
            [
                .. new WatchPlan(Watching(paths), project)
                    .Split(mounts)
                    .Select(plan => $"{plan.Home ?? "local"}: {string.Join(' ', plan.Written.Select(r => r.Absolute))}".TrimEnd()),
            ];

        Divided("/p", "src").ShouldBe(["local: /p/src"]);
        Divided("/p", "src", "net", "/srv/x", "tmp")
            .ShouldBe(["local: /p/src /p/tmp", "/p/net: /p/net", "/p/net/deep: /p/net/deep", "/srv: /srv/x"]);
        Divided("/p", ".").ShouldBe(["local: /p", "/p/net: /p/net", "/p/net/deep: /p/net/deep"]);
        // The project's own filesystem is as good as local: nothing goes on without it.
        Divided("/p/net", ".", "/srv").ShouldBe(["local: /p/net", "/p/net/deep: /p/net/deep", "/srv: /srv"]);
        new WatchPlan(Watching("."), "/p").Split([mounts[^1]]).ShouldHaveSingleItem().Remote.Any.ShouldBeFalse();
    }

    [Fact]
    public async Task A_filesystem_below_an_ignored_directory_is_not_watched()
    {
        await using var project = new WatchedProject(gitIgnore: true);
        Directory.CreateDirectory(project.Combine(".git"));
        project.Write(".gitignore", "cache/\n");
        using var ignored = new HangingFilesystem(project.Combine("cache/net"));
        using var other = new HangingFilesystem(project.Combine("open/net"));
        await project.StartAsync(new WatchPath { Path = ".", Ignore = ["no/"] }, new WatchPath { Path = "marks" });
        ignored.Change();
        other.Change();
        await Eventually.Until(() => project.Seen.Contains("modify open/net/f"), $"the other; seen: {string.Join(", ", project.Seen)}");
        project.Seen.ShouldNotContain(s => s.Contains("cache", StringComparison.Ordinal));
    }
}
