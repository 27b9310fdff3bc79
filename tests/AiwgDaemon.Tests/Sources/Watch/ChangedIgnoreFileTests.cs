using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>Ignore files that change together with what they are about, as a checkout changes them.</summary>
public sealed class ChangedIgnoreFileTests
{
    [Theory]
    [InlineData("inotify")]
    [InlineData("portable")]
    [InlineData("listing")]
    public async Task What_comes_with_an_ignore_file_that_ignores_less_is_created_and_what_was_there_is_known(string backend)
    {
        await using var project = await Started(backend, ".gitignore:gen/\n*.out\n", "src/a", "src/old.out", "gen/old");

        project.Write(".gitignore", "# nothing\n");
        for (var i = 0; i < 40; i++)
            project.Write($"gen/g{i}");
        for (var i = 0; i < 40; i++)
            project.Write($"src/x{i}.out");

        await Settled(
            project,
            [.. Range(40).Select(i => $"create gen/g{i}"), .. Range(40).Select(i => $"create src/x{i}.out"), "modify .gitignore"]
        );
        project.Write("src/old.out", "longer than before");
        await Eventually.Until(() => project.Seen.Contains("modify src/old.out"), "what was there before, and is changed now");
    }

    [Theory]
    [InlineData("inotify")]
    [InlineData("portable")]
    [InlineData("listing")]
    public async Task What_goes_with_an_ignore_file_that_had_taken_it_back_is_deleted(string backend)
    {
        await using var project = await Started(
            backend,
            [".gitignore:data/\n", "app/.gitignore:!data/\n", "app/keep", .. Range(40).Select(i => $"app/data/f{i}")]
        );

        File.Delete(project.Combine("app/.gitignore"));
        for (var i = 0; i < 40; i++) File.Delete(project.Combine($"app/data/f{i}"));
        Directory.Delete(project.Combine("app/data"));

        await Settled(project, [.. Range(40).Select(i => $"delete app/data/f{i}"), "delete app/.gitignore"]);
    }

    [Theory]
    [InlineData("inotify")]
    [InlineData("portable")]
    [InlineData("listing")]
    public async Task What_is_ignored_from_now_on_is_deleted_in_the_burst_and_not_told_of_after_it(string backend)
    {
        await using var project = await Started(backend, "gen/a", "gen/stays", "x.log", "y.log", "z.log");

        File.Delete(project.Combine("gen/a"));
        File.Delete(project.Combine("x.log"));
        project.Write(".gitignore", "gen/\n*.log\n");
        File.Delete(project.Combine("y.log"));

        await Settled(project, ["create .gitignore", "delete gen/a", "delete x.log", "delete y.log"]);
        project.Write("gen/stays", "changed now");
        project.Write("z.log", "changed now");
        project.Write("gen/new");
        await Settled(project, ["create .gitignore", "delete gen/a", "delete x.log", "delete y.log"]);
    }

    [Fact]
    public async Task A_tree_with_its_own_negation_that_is_copied_in_any_order_is_created_whole()
    {
        await using var project = await Started("inotify", ".gitignore:data/\n");

        Directory.CreateDirectory(project.Combine("app"));
        for (var i = 0; i < 40; i++) project.Write($"app/data/f{i}");
        project.Write("app/b");
        // Longer than a burst may pause, so that what came first has been seen and was ignored.
        await Task.Delay(400);
        project.Write("app/.gitignore", "!data/\n");

        await Settled(project, [.. Range(40).Select(i => $"create app/data/f{i}"), "create app/.gitignore", "create app/b"]);
        Directory.Delete(project.Combine("app"), recursive: true);
        await Settled(project, [.. Range(40).SelectMany(i => new[] { $"create app/data/f{i}", $"delete app/data/f{i}" }),
            "create app/.gitignore", "create app/b", "delete app/.gitignore", "delete app/b"]);
    }

    [Fact]
    public async Task A_burst_goes_on_after_the_rules_have_taken_effect()
    {
        await using var project = await Started(
            "inotify",
            [".gitignore:data/\n", "app/.gitignore:!data/\n", .. Range(10).Select(i => $"app/data/f{i}")]
        );

        File.Delete(project.Combine("app/.gitignore"));
        await Eventually.Until(() => project.Seen.Contains("delete app/.gitignore"), "the rules to take effect");
        for (var i = 0; i < 10; i++)
        {
            File.Delete(project.Combine($"app/data/f{i}"));
            await Task.Delay(50);
        }

        await Settled(project, [.. Range(10).Select(i => $"delete app/data/f{i}"), "delete app/.gitignore"]);
    }

    [Fact]
    public async Task A_repository_that_is_made_later_changes_the_rules_without_an_event_for_each_file()
    {
        await using var project = new WatchedProject(gitIgnore: true);
        project.Write(".gitignore", "*.log\n");
        project.Write("inner/a.log");
        project.Write("inner/b");
        await Task.Delay(60);
        await project.StartAsync();

        // What is above a repository holds no more in it.
        Directory.CreateDirectory(project.Combine("inner/.git"));
        await project.SettledAsync();
        project.Write("inner/a.log", "changed now");

        await Settled(project, ["modify inner/a.log"]);
    }

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);

    // Files are written as "path" or "path:content".
    private static async Task<WatchedProject> Started(string backend, params string[] files)
    {
        var project = new WatchedProject(gitIgnore: true) { Portable = backend == "portable" };
        project.Write(".git/HEAD");
        foreach (var file in files)
        {
            var colon = file.IndexOf(':');
            if (colon < 0) project.Write(file);
            else project.Write(file[..colon], file[(colon + 1)..]);
        }
        // What was there is older than any change, by more than the system's watchers are late.
        foreach (var file in Directory.EnumerateFiles(project.Path, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        await Task.Delay(backend == "portable" ? 2200 : 60);
        // Longer than a busy machine takes from making a file to writing it.
        await project.StartAsync(
            project.Options() with
            {
                Debounce = TimeSpan.FromMilliseconds(300),
                MaxWait = TimeSpan.FromSeconds(3),
                Polling = backend == "listing" ? Polling.Always : Polling.Auto,
            }
        );
        return project;
    }

    private static async Task Settled(WatchedProject project, string[] expected)
    {
        string[] Now() => [.. project.Seen.Where(s => !s.Contains("zz-marker", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        await Eventually.Until(
            () => Now().Length >= expected.Length,
            "the changes",
            found: () => string.Join(", ", expected.Except(Now()))
        );
        await project.SettledAsync();
        Now().ShouldBe(expected.Order(StringComparer.Ordinal));
    }
}
