using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>What <c>rules test</c> says of a path, beside what the watcher really reports.</summary>
public sealed class ReportedPathsTests
{
    // Each with a part of the reason; empty where the change is reported.
    private static readonly (string Path, string Reason)[] Cases =
    [
        ("src/a.ts", ""),
        ("src/deep/er/a.ts", ""),
        ("src/a.md", "has an extension that is not watched below src/ (.ts)"),
        ("lib/a.ts", "is in no path of watch.paths (src/, docs, one.txt, dist/)"),
        ("srcs/a.ts", "is in no path"),
        ("src/x.gen.ts", "is ignored by \"*.gen.ts\" of watch.ignore"),
        ("src/keep.gen.ts", ""),
        ("src/tmp/a.ts", "lies below src/tmp, which is ignored by \"tmp/\" of the watched path src/"),
        ("src/node_modules/p/a.ts", "lies below src/node_modules, which is never watched"),
        ("src/deep/er/.git/a.ts", "lies below src/deep/er/.git, which is never watched"),
        ("src/built/a.ts", "lies below src/built, which is ignored by .gitignore"),
        ("src/secret.ts", "is ignored by src/.gitignore"),
        ("src/deep/secret.ts", ""),
        ("src/excluded.ts", "is ignored by .git/info/exclude"),
        ("src/nested/secret.ts", "is ignored by src/.gitignore"),
        ("src/repo/secret.ts", ""),
        ("src/repo/own.ts", "is ignored by src/repo/.gitignore"),
        ("docs/a.md", ""),
        ("docs/a.md~", "is never watched"),
        ("docs/.a.md.swp", "is never watched"),
        ("docs/built/a.md", "lies below docs/built, which is ignored by .gitignore"),
        ("docs/private/a.md", "lies below docs/private, which is ignored by \"private/**\" of the watched path docs"),
        ("docs/link/a.md", "lies below the link docs/link, and links below a watched path are not followed"),
        ("one.txt", ""),
        ("dist/a.js", ""),
    ];

    [Fact]
    public async Task A_path_is_reported_exactly_if_it_is_said_to_be()
    {
        await using var project = new WatchedProject(gitIgnore: true);
        foreach (var (path, _) in Cases.Where(c => !c.Path.StartsWith("docs/link", StringComparison.Ordinal)))
            project.Write(path, "before");
        Directory.CreateDirectory(project.Combine(".git/info"));
        project.Write(".git/info/exclude", "excluded.ts\n");
        project.Write(".gitignore", "built/\ndist/\n");
        project.Write("src/.gitignore", "/secret.ts\nnested/secret.ts\n");
        project.Write("src/deep/.gitignore", "!secret.ts\n");
        Directory.CreateDirectory(project.Combine("src/repo/.git"));
        project.Write("src/repo/.gitignore", "own.ts\n");
        project.Write("elsewhere/a.md", "before");
        Directory.CreateSymbolicLink(project.Combine("docs/link"), project.Combine("elsewhere"));
        var options = project.Options(
            new()
            {
                Path = "src/",
                Extensions = [".ts"],
                Ignore = ["tmp/", "!keep.gen.ts"],
            },
            new() { Path = "docs", Ignore = ["private/**"] },
            new() { Path = "one.txt" },
            new() { Path = "dist/" }
        ) with
        {
            Ignore = ["*.gen.ts"],
        };
        await project.StartAsync(options);
        foreach (var (path, _) in Cases) project.Write(path, "after it");
        var reported = Cases.Where(c => c.Reason.Length == 0).Select(c => $"modify {c.Path}").Order(StringComparer.Ordinal).ToArray();
        await Eventually.Until(
            () => reported.All(project.Seen.Contains),
            $"what is to be reported; seen: {string.Join(", ", project.Seen)}"
        );
        project.Seen.Distinct().Order(StringComparer.Ordinal).ShouldBe(reported);
        var asked = new ReportedPaths(options, project.Path);
        foreach (var (path, reason) in Cases)
            if (reason.Length == 0) asked.WhyNot(path, FileEvents.Modify).ShouldBeNull(path);
            else asked.WhyNot(path, FileEvents.Modify).ShouldNotBeNull(path).ShouldStartWith(reason);
        asked.WhyNot(project.Combine("src/a.ts"), FileEvents.Modify).ShouldBeNull("an absolute path is as good");
        asked.WhyNot("src/../docs/a.md", FileEvents.Modify).ShouldBeNull();
        asked.WhyNot("docs", FileEvents.Modify).ShouldBe("is a directory; changes of files are reported");
    }

    [Fact]
    public void Kinds_of_change_and_a_watcher_that_is_off_are_judged()
    {
        using var directory = new TemporaryDirectory();
        var options = new WatchOptions
        {
            Paths =
            [
                new() { Path = "src/", Events = FileEvents.Modify | FileEvents.Delete },
                new() { Path = "src/new", Events = FileEvents.Create },
            ],
        };
        var asked = new ReportedPaths(options, directory.Path);
        asked.WhyNot("src/a", FileEvents.Create).ShouldBe("is watched, but not for create (events of src/: modify, delete)");
        asked.WhyNot("src/new/a", FileEvents.Create).ShouldBeNull();
        asked.WhyNot("src/new/a", FileEvents.Delete).ShouldBeNull("the wider path takes it");
        new ReportedPaths(options with { Enabled = false }, directory.Path)
            .WhyNot("src/a", FileEvents.Modify)
            .ShouldBe("is not watched: watching is off (watch.enabled: false)");
        new ReportedPaths(new WatchOptions(), directory.Path)
            .WhyNot("src/a", FileEvents.Modify)
            .ShouldBe("is not watched: watch.paths is empty");
    }
}
