using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>What counts as a change of a file, and that it is the same however the directory is watched.</summary>
public sealed class WhatIsAChangeTests
{
    private static readonly DateTime LongAgo = new(2020, 2, 2, 2, 2, 2, DateTimeKind.Utc);

    public WhatIsAChangeTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Modes, links and pipes as Linux has them");

    [Theory]
    [InlineData("inotify")]
    [InlineData("portable")]
    [InlineData("listing")]
    public async Task Permissions_owners_and_further_names_are_none_and_times_are(string backend)
    {
        await using var project = new WatchedProject { Portable = backend == "portable" };
        foreach (var name in new[] { "mode", "linked", "opened", "older", "written" }) project.Write(name);
        await Task.Delay(50);
        await project.StartAsync(project.Options() with { Polling = backend == "listing" ? Polling.Always : Polling.Auto });
        await project.SettledAsync();

        File.SetUnixFileMode(project.Combine("mode"), UnixFileMode.UserRead);
        using (var outside = new TemporaryDirectory()) Names.Link(project.Combine("linked"), outside.Combine("other"));
        using (new FileStream(project.Combine("opened"), FileMode.Open, FileAccess.ReadWrite)) { }
        File.SetLastWriteTimeUtc(project.Combine("older"), LongAgo);
        project.Write("written", "y");

        await Eventually.Until(
            () => project.Seen.Contains("modify written") && project.Seen.Contains("modify older"),
            "the changes",
            found: () => string.Join(", ", project.Seen)
        );
        (await project.SettledAsync()).ShouldBe(["modify older", "modify written"]);
    }

    [Fact]
    public async Task A_write_counts_though_its_time_was_set_back_and_its_length_is_the_same()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "Only inotify tells that something was written");
        project.Write("file", "aaaa");
        File.SetLastWriteTimeUtc(project.Combine("file"), LongAgo);
        await project.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            project.Write("file", new string((char)('b' + i), 4));
            File.SetLastWriteTimeUtc(project.Combine("file"), LongAgo);
            await Eventually.Until(() => project.Seen.Count(s => s == "modify file") == i + 1, $"write {i + 1}");
            await project.SettledAsync();
        }
    }

    [Theory]
    [InlineData("inotify")]
    [InlineData("portable")]
    [InlineData("listing")]
    public async Task Pipes_are_nothing_and_one_that_takes_the_place_of_a_file_ends_it(string backend)
    {
        await using var project = new WatchedProject { Portable = backend == "portable" };
        project.Write("file");
        Names.MakePipe(project.Combine("early"));
        await project.StartAsync(project.Options() with { Polling = backend == "listing" ? Polling.Always : Polling.Auto });

        Names.MakePipe(project.Combine("late"));
        File.Delete(project.Combine("file"));
        Names.MakePipe(project.Combine("file"));
        using (var pipe = new FileStream(project.Combine("early"), FileMode.Open, FileAccess.ReadWrite)) pipe.WriteByte(1);
        await Eventually.Until(() => project.Seen.Contains("delete file"), "the end of the file");
        await project.SettledAsync();
        foreach (var name in new[] { "early", "late", "file" }) File.Delete(project.Combine(name));
        (await project.SettledAsync()).ShouldBe(["delete file"]);
    }

    [Fact]
    public async Task Files_that_exchange_their_names_are_modified_and_stay_watched()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "The system's watcher tells of no exchange");
        project.Write("a", "one");
        project.Write("b", "the other");
        project.Write("f", "a file");
        project.Write("d/in", "a directory");
        await project.StartAsync();
        Assert.SkipUnless(Names.TryExchange(project.Combine("a"), project.Combine("b")), "This filesystem cannot exchange names");

        (await project.SettledAsync()).ShouldBe(["modify a", "modify b"]);
        Names.TryExchange(project.Combine("f"), project.Combine("d")).ShouldBeTrue();
        (await project.SettledAsync()).ShouldBe(["create d", "create f/in", "delete d/in", "delete f", "modify a", "modify b"]);
        project.Write("f/new");
        project.Write("d", "longer than a file");
        (await project.SettledAsync()).ShouldBe([
            "create d",
            "create f/in",
            "create f/new",
            "delete d/in",
            "delete f",
            "modify a",
            "modify b",
            "modify d",
        ]);
    }

    [Theory]
    [InlineData("f", "d")]
    [InlineData("d", "f")]
    public async Task A_file_and_a_directory_that_exchange_their_names_are_told_in_either_order(string one, string other)
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "The system's watcher tells of no exchange");
        project.Write("f", "a file");
        project.Write("d/in", "a directory");
        await project.StartAsync();
        Assert.SkipUnless(Names.TryExchange(project.Combine(one), project.Combine(other)), "This filesystem cannot exchange names");

        (await project.SettledAsync()).ShouldBe(["create d", "create f/in", "delete d/in", "delete f"]);
        project.Write("f/new");
        (await project.SettledAsync()).ShouldBe(["create d", "create f/in", "create f/new", "delete d/in", "delete f"]);
    }

    [Fact]
    public async Task Directories_that_exchange_their_names_once_or_twice_stay_watched()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "The system's watcher tells of no exchange");
        project.Write("d1/x");
        project.Write("d2/y");
        project.Write("d2/deep/z");
        await project.StartAsync();
        Assert.SkipUnless(Names.TryExchange(project.Combine("d1"), project.Combine("d2")), "This filesystem cannot exchange names");
        string[] exchanged = ["create d1/deep/z", "create d1/y", "create d2/x", "delete d1/x", "delete d2/deep/z", "delete d2/y"];
        (await project.SettledAsync()).ShouldBe(exchanged);

        for (var i = 0; i < 3; i++) Names.TryExchange(project.Combine("d1"), project.Combine("d2")).ShouldBeTrue();
        await project.SettledAsync();
        var before = project.Seen.Count;
        foreach (var path in new[] { "d1/new", "d2/new", "d2/deep/new" }) project.Write(path);
        await project.SettledAsync();
        project
            .Seen.Skip(before)
            .Where(s => s.EndsWith("/new", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ShouldBe(["create d1/new", "create d2/deep/new", "create d2/new"]);
    }

    [Fact]
    public async Task A_swap_by_three_renames_names_only_paths_that_are_there()
    {
        await using var project = new WatchedProject();
        project.Write("s1", "one");
        project.Write("s2", "the second");
        await project.StartAsync(project.Options() with { Debounce = TimeSpan.FromMilliseconds(300) });

        foreach (var (from, to) in new[] { ("s1", "t"), ("s2", "s1"), ("t", "s2") }) File.Move(project.Combine(from), project.Combine(to));

        (await project.SettledAsync()).ShouldBe(["modify s1", "modify s2"]);
        foreach (var payload in project.Events.Where(e => e.Subject is "s1" or "s2").Select(e => e.PayloadJson))
        foreach (var key in new[] { "moved_from", "moved_to" })
            if (payload.TryGetProperty(key, out var other)) other.GetString().ShouldBeOneOf("s1", "s2");
    }

    [Fact]
    public async Task A_directory_that_is_closed_for_a_while_gives_neither_deletes_nor_creates()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "Modes that hold for root too, and events of modes, are Linux's");
        project.Write("a/b/f");
        project.Write("c/d/g");
        var started = Task.CompletedTask;
        Capabilities.WithoutOverridingModes(() =>
            started = project.StartAsync(new WatchPath { Path = "a/b" }, new WatchPath { Path = "c" }, new WatchPath { Path = "marks" })
        );
        await started;
        const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var directory in new[] { "a", "c" })
        {
            File.SetUnixFileMode(project.Combine(directory), UnixFileMode.None);
            await project.SettledAsync("marks/zz-marker");
            File.SetUnixFileMode(project.Combine(directory), Open);
        }
        (await project.SettledAsync("marks/zz-marker")).ShouldBeEmpty();
        await Eventually.Until(() => project.Issues.GetValueOrDefault("watch.unreadable") is null, "no issue");

        project.Write("a/b/f", "written");
        project.Write("c/d/g", "written");
        (await project.SettledAsync("marks/zz-marker")).ShouldBe(["modify a/b/f", "modify c/d/g"]);
    }

    [Fact]
    public async Task An_unreadable_directory_that_is_removed_is_no_issue_any_more()
    {
        await using var project = new WatchedProject();
        Assert.SkipWhen(project.Portable, "Modes that hold for root too are Linux's");
        var started = Task.CompletedTask;
        Capabilities.WithoutOverridingModes(() => started = project.StartAsync());
        await started;

        foreach (var way in new[] { "removed", "moved away" })
        {
            Directory.CreateDirectory(project.Combine("z"), UnixFileMode.None);
            await Eventually.Until(() => project.Issues.GetValueOrDefault("watch.unreadable") is not null, "the issue");
            using var outside = new TemporaryDirectory();
            if (way == "removed") Directory.Delete(project.Combine("z"));
            else Directory.Move(project.Combine("z"), outside.Combine("z"));
            await Eventually.Until(() => project.Issues["watch.unreadable"] is null, $"no issue about what was {way}");
        }
    }
}
