using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>Exclude files that are not in the watched tree: <c>.git/info/exclude</c> and <c>core.excludesFile</c>.</summary>
public sealed class ExcludeFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_info_exclude_takes_effect_at_once(bool portable)
    {
        await using var project = new WatchedProject(gitIgnore: true) { Portable = portable };
        project.Write(".git/info/exclude", "*.log\n");
        await project.StartAsync();
        project.Write("a.log");
        (await project.SettledAsync()).ShouldBeEmpty();

        project.Write(".git/info/exclude", "*.tmp\n");
        await TakesEffect(project, ".log", ".tmp");
    }

    [Fact]
    public async Task One_that_comes_later_with_its_directory_takes_effect()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere at the next reload");
        await using var project = new WatchedProject(gitIgnore: true);
        project.Write(".git/HEAD");
        await project.StartAsync();

        project.Write(".git/info/exclude", "*.tmp\n");
        await TakesEffect(project, ".log", ".tmp");
        Directory.Delete(project.Combine(".git/info"), recursive: true);
        await TakesEffect(project, ".tmp", null);
    }

    [Fact]
    public async Task The_users_excludes_take_effect_when_they_are_replaced_or_edited_through_a_link()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere at the next reload");
        using var home = new TemporaryDirectory();
        await using var project = new WatchedProject(gitIgnore: true);
        Directory.CreateDirectory(home.Combine("dotfiles"));
        File.WriteAllText(home.Combine("dotfiles", "ignore"), "*.a\n");
        File.CreateSymbolicLink(home.Combine("ignore"), home.Combine("dotfiles", "ignore"));
        project.Write(".git/config", $"[core]\n\texcludesFile = {home.Combine("ignore")}\n");
        // The trees' watch of the same directory must not take ours away.
        await project.StartAsync(new() { Path = "." }, new() { Path = home.Combine("sub") });

        File.WriteAllText(home.Combine("dotfiles", "ignore"), "*.b\n");
        await TakesEffect(project, ".a", ".b");
        File.WriteAllText(home.Combine("new"), "*.c\n");
        File.Move(home.Combine("new"), home.Combine("ignore"), overwrite: true);
        await TakesEffect(project, ".b", ".c");

        await project.Source.ReloadAsync(project.Options(), CancellationToken.None);
        File.WriteAllText(home.Combine("ignore"), "*.d\n");
        await TakesEffect(project, ".c", ".d");
    }

    [Fact]
    public async Task It_costs_one_watch_for_each_directory()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("WATCH_PORTABLE") != "1",
            "Elsewhere there are no such watches"
        );
        using var home = new TemporaryDirectory();
        int watches;
        await using (var project = new WatchedProject(gitIgnore: true))
        {
            await project.StartAsync();
            watches = project.Source.Status.Watches;
        }
        await using var repository = new WatchedProject(gitIgnore: true);
        repository.Write(".git/info/exclude", "*.log\n");
        repository.Write(".git/config", $"[core]\nexcludesfile = {home.Combine("ignore")}\n");
        await repository.StartAsync();
        repository.Source.Status.Watches.ShouldBe(watches + 2);
    }

    // Until the change is noticed the old rules hold, so that several files may be needed; each is reported by one rule or the other.
    private static async Task TakesEffect(WatchedProject project, string seen, string? unseen)
    {
        var attempt = 0;
        await Eventually.Until(
            () =>
            {
                project.Write($"probe{attempt++}{seen}");
                return project.Seen.Any(s =>
                    s.StartsWith("create probe", StringComparison.Ordinal) && s.EndsWith(seen, StringComparison.Ordinal)
                );
            },
            $"a file {seen}"
        );
        if (unseen is null)
            return;
        var before = (await project.SettledAsync()).Length;
        project.Write($"late{unseen}");
        (await project.SettledAsync()).Length.ShouldBe(before);
    }
}
