using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The kernel's limits are reached, and every change is reported all the same.</summary>
public sealed class WatchLimitsTests : IDisposable
{
    private const string Watching = """
        watch: { paths: [tree/], debounce_ms: 50, gitignore: false }
        rules: []

        """;

    private readonly TestProject _project = new();

    public WatchLimitsTests() => _project.Configure(Watching);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task With_too_few_watches_it_says_so_and_still_reports_every_change()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && (await _project.Shell("unshare -Ur true")).ExitCode == 0,
            "This user may not make a namespace of its own"
        );
        for (var i = 0; i < 200; i++)
            Directory.CreateDirectory(_project.Combine("tree", $"d{i}"));
        (await _project.Shell("unshare -Ur sh -c 'echo 100 > /proc/sys/user/max_inotify_watches; exec \"$BIN\" start'")).ShouldExit(0);

        await Eventually.Until(
            () =>
                File.ReadAllText(_project.Combine(".aiwg", "daemon", "state.json"))
                    .Contains("max_inotify_watches", StringComparison.Ordinal),
            "the issue in state.json"
        );
        var status = (await _project.Run("status")).ShouldExit(0).Output;
        status.ShouldContain("degraded");
        status.ShouldContain("The limit of inotify watches (100) is reached");
        status.ShouldContain("sysctl user.max_inotify_watches=");

        for (var i = 0; i < 200; i++) _project.WriteFile($"tree/d{i}/file", "x");
        await UntilReported(200);
    }

    [Fact]
    public async Task When_the_queue_runs_over_the_trees_are_compared_and_nothing_is_lost()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a queue to run over");
        Directory.CreateDirectory(_project.Combine("tree"));
        (await _project.Run("start")).ShouldExit(0);
        (
            await _project.Shell(
                $"kill -STOP {_project.DaemonPid} && cd tree && seq -f file-%.0f 20000 | xargs touch; kill -CONT {_project.DaemonPid}"
            )
        ).ShouldExit(0);
        await UntilReported(20_000);
        File.ReadAllText(_project.Paths.Log).ShouldContain("queue ran over");
    }

    [Fact]
    public async Task What_is_in_a_filesystem_that_is_mounted_over_a_watched_directory_is_reported_and_watched()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && (await _project.Shell("unshare -Urm mount -t tmpfs none /tmp")).ExitCode == 0,
            "This user may not mount in a namespace of its own"
        );
        _project.WriteFile("tree/d/covered", "x");
        (await _project.Shell("unshare -Urm sh -c '\"$BIN\" start && mount -t tmpfs none tree/d && echo x > tree/d/first'")).ShouldExit(0);
        await UntilReported(1);
        // As the daemon sees it.
        File.WriteAllText($"/proc/{_project.DaemonPid}/root{_project.Combine("tree", "d", "second")}", "x");
        await UntilReported(2);
        Reported().ShouldBe(["tree/d/first", "tree/d/second"]);
    }

    private async Task UntilReported(int count)
    {
        await Eventually.Until(() => Reported().Count >= count, $"{count} files to be reported");
        Reported().Count.ShouldBe(count);
        Reported().Distinct().Count().ShouldBe(count);
    }

    private List<string> Reported()
    {
        var journals = Directory.Exists(_project.Combine(".aiwg/daemon/events"))
            ? Directory.GetFiles(_project.Combine(".aiwg/daemon/events"), "2*.jsonl")
            : [];
        return [.. journals.SelectMany(LinesOf).Where(l => l.Contains("\"file.create\"", StringComparison.Ordinal)).Select(PathOf)];
    }

    // The daemon has it open for writing.
    private static IEnumerable<string> LinesOf(string journal)
    {
        using var reader = new StreamReader(new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static string PathOf(string line)
    {
        var from = line.IndexOf("\"path\":\"", StringComparison.Ordinal) + 8;
        return line[from..line.IndexOf('"', from)];
    }
}
