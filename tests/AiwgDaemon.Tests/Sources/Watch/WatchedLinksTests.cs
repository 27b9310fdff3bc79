using System.Diagnostics;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>Roots that are links, to directories and to files, over further links; and files that are mounted.</summary>
public sealed class WatchedLinksTests
{
    public WatchedLinksTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows");

    [Theory]
    [InlineData("../rel2")]
    [InlineData("{0}/rel2")]
    public async Task A_chain_of_links_is_followed_when_its_middle_turns(string target)
    {
        await using var project = new WatchedProject();
        project.Write("rel1/app", "1");
        project.Write("rel1/old");
        project.Write("rel2/app", "the second");
        project.Write("rel2/new");
        Directory.CreateDirectory(project.Combine("ptr"));
        Directory.CreateSymbolicLink(project.Combine("ptr/stable"), "../rel1");
        Directory.CreateSymbolicLink(project.Combine("chain"), "ptr/stable");
        await project.StartAsync(new WatchPath { Path = "chain" }, new WatchPath { Path = "marks" });

        Turn(project, "ptr/stable", string.Format(System.Globalization.CultureInfo.InvariantCulture, target, project.Path));
        await Eventually.Until(() => project.Seen.Count == 3, $"the difference; seen: {string.Join(", ", project.Seen)}");
        project.Seen.Order(StringComparer.Ordinal).ShouldBe(["create chain/new", "delete chain/old", "modify chain/app"]);
        project.Write("rel2/later");
        project.Write("rel1/late");
        (await project.SettledAsync("marks/zz-marker")).ShouldBe([
            "create chain/later",
            "create chain/new",
            "delete chain/old",
            "modify chain/app",
        ]);
        // A directory on the way may be replaced with all that is in it.
        Directory.CreateDirectory(project.Combine("ptr2"));
        Directory.CreateSymbolicLink(project.Combine("ptr2/stable"), "../rel1");
        Directory.Move(project.Combine("ptr"), project.Combine("ptr.old"));
        Directory.Move(project.Combine("ptr2"), project.Combine("ptr"));
        await Eventually.Until(
            () => project.Seen.Contains("create chain/late"),
            $"what is there now; seen: {string.Join(", ", project.Seen)}"
        );
    }

    [Fact]
    public async Task A_root_that_is_a_link_to_a_file_is_watched_through_every_link()
    {
        await using var project = new WatchedProject();
        project.Write("data/v1/conf.yaml", "1");
        project.Write("data/v2/conf.yaml", "the second");
        // As the kubelet does it.
        Directory.CreateSymbolicLink(project.Combine("data/..data"), "v1");
        File.CreateSymbolicLink(project.Combine("data/conf.yaml"), "..data/conf.yaml");
        File.CreateSymbolicLink(project.Combine("conf.yaml"), "data/conf.yaml");
        await project.StartAsync(new WatchPath { Path = "conf.yaml" }, new WatchPath { Path = "marks" });

        await Changes(project, 1, () => project.Write("data/v1/conf.yaml", "written"));
        await Changes(project, 2, () => Turn(project, "data/..data", "v2"));
        await Changes(project, 3, () => project.Write("data/v2/conf.yaml", "written again"));
        project.Write("new", "replaced");
        await Changes(project, 4, () => File.Move(project.Combine("new"), project.Combine("data/v2/conf.yaml"), overwrite: true));
        await Changes(project, 5, () => File.AppendAllText(project.Combine("conf.yaml"), "through the link"));
        await Changes(project, 6, () => Turn(project, "conf.yaml", "data/v1/conf.yaml"));

        File.Delete(project.Combine("data/v1/conf.yaml"));
        await Eventually.Until(() => project.Seen.Contains("delete conf.yaml"), $"its end; seen: {string.Join(", ", project.Seen)}");
        project.Write("data/v1/conf.yaml", "back");
        await Eventually.Until(() => project.Seen.Contains("create conf.yaml"), $"its return; seen: {string.Join(", ", project.Seen)}");
        (await project.SettledAsync("marks/zz-marker")).Length.ShouldBe(8);
    }

    [Fact]
    public async Task A_file_that_is_mounted_is_watched_from_both_sides()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux");
        await using var project = new WatchedProject();
        foreach (var name in new[] { "host/app.conf", "host/later.conf", "src/app.conf", "src/later.conf", "src/other" })
            project.Write(name, "0");
        Assert.SkipUnless(Run("mount", "--bind", project.Combine("host/app.conf"), project.Combine("src/app.conf")), "Only root may mount");
        try
        {
            await project.StartAsync(new WatchPath { Path = "src" });
            await Changes(project, 1, () => project.Write("host/app.conf", "from outside"), "src/app.conf");
            await Changes(project, 2, () => File.AppendAllText(project.Combine("src/app.conf"), "in place"), "src/app.conf");
            project.Write("src/other", "not mounted");
            await Eventually.Until(() => project.Seen.Contains("modify src/other"), "the ordinary file");
            // Mounted while it is watched.
            Run("mount", "--bind", project.Combine("host/later.conf"), project.Combine("src/later.conf")).ShouldBeTrue();
            await Eventually.Until(
                () => project.Seen.Contains("modify src/later.conf"),
                $"another file at that name; seen: {string.Join(", ", project.Seen)}"
            );
            await Changes(project, 2, () => project.Write("host/later.conf", "from outside"), "src/later.conf");
        }
        finally
        {
            Run("umount", "-l", project.Combine("src/app.conf"));
            Run("umount", "-l", project.Combine("src/later.conf"));
        }
    }

    private static async Task Changes(WatchedProject project, int count, Action change, string path = "conf.yaml")
    {
        change();
        await Eventually.Until(
            () => project.Seen.Count(s => s == $"modify {path}") >= count,
            $"change {count} of {path}; seen: {string.Join(", ", project.Seen)}"
        );
        project.Seen.Count(s => s == $"modify {path}").ShouldBe(count);
    }

    private static void Turn(WatchedProject project, string link, string target)
    {
        File.CreateSymbolicLink(project.Combine("turned"), target);
        // File.Move refuses a link that leads nowhere or to a directory.
        Run("mv", "-fT", project.Combine("turned"), project.Combine(link)).ShouldBeTrue();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
        )!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
