using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Windows;

/// <summary>The life of daemons for Windows: start, stop, restart, kill, copies, and where a project may lie.</summary>
public sealed class WineLifeTests
{
    private const string Configuration = """
        watch: { paths: [ { path: src/ } ], debounce_ms: 100 }
        actions:
          test: { type: shell, command: "echo tested>> ran.txt" }
        rules:
          - { id: on-emit, event: { source: manual }, action: { type: shell, command: "echo emitted>> ran.txt" } }

        """;

    [Fact]
    public async Task A_daemon_starts_takes_an_event_and_stops_by_request()
    {
        using var project = Configured();
        await project.Start();
        (await project.Run("emit", "go")).ShouldExit(0);
        await WineProject.Until(() => project.Read("ran.txt"), "emitted");
        (await project.Run("stop")).ShouldExit(0).Output.ShouldBe("Daemon stopped\n");
        project.Daemons().ShouldBeEmpty();
        (await project.Run("status")).ShouldExit(3).Output.ShouldContain("it ended");
        project.Read(".aiwg/daemon/daemon.log").ShouldContain("Daemon stopped gracefully");
    }

    [Fact]
    public async Task A_restart_is_another_process()
    {
        using var project = Configured();
        await project.Start();
        var before = project.Daemons();
        (await project.Run("restart")).ShouldExit(0);
        project.Daemons().ShouldNotBe(before);
        (await project.Run("status")).ShouldExit(0);
    }

    [Fact]
    public async Task A_killed_daemon_leaves_a_lock_that_holds_nobody_up_and_events_that_are_not_lost()
    {
        using var project = Configured();
        await project.Start();
        // What runs already would be ended with the daemon, and not be repeated: the event has to wait.
        (await project.Run("pause")).ShouldExit(0);
        (await project.Run("emit", "before")).ShouldExit(0);
        await WineProject.Kill(project.Daemons());
        (await project.Run("status")).ShouldExit(3);
        await project.Start();
        (await project.Run("resume")).ShouldExit(0);
        await WineProject.Until(() => project.Read("ran.txt"), "emitted");
        project.Read("ran.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_kill_by_force_ends_it()
    {
        using var project = Configured();
        await project.Start();
        (await project.Run("stop", "--force")).ShouldExit(0);
        project.Daemons().ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_twenty_starts_at_once_one_wins()
    {
        using var project = Configured();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => project.Run("start", "--wait", "60")));
        results.Count(r => r.ExitCode == 0).ShouldBe(1, string.Join('\n', results.Select(r => $"{r.ExitCode} {r.Output} {r.Error}")));
        results.ShouldAllBe(r => r.ExitCode == 0 || r.ExitCode == 4);
        project.Daemons().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reload_takes_what_changed_and_refuses_what_is_wrong()
    {
        using var project = Configured();
        await project.Start();
        project.Configure(Configuration.Replace("tested", "checked", StringComparison.Ordinal).ReplaceLineEndings("\r\n"));
        (await project.Run("reload")).ShouldExit(0).Output.ShouldContain("test");
        (await project.Run("actions", "run", "test", "--wait")).ShouldExit(0);
        project.Read("ran.txt").ShouldContain("checked");
        project.Configure("watch: { paths: 7 }\r\n");
        (await project.Run("reload")).ShouldExit(5);
        (await project.Run("emit", "still.there")).ShouldExit(0);
    }

    [Fact]
    public async Task A_copy_of_a_project_has_a_daemon_of_its_own()
    {
        using var project = Configured();
        await project.Start();
        (await project.Run("emit", "original")).ShouldExit(0);
        await WineProject.Until(() => project.Read("ran.txt"), "emitted");
        using var copy = new WineProject();
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        foreach (var file in Directory.EnumerateFiles(project.Root, "*", everything))
            copy.Write(Path.GetRelativePath(project.Root, file), File.ReadAllText(file));
        File.Delete(copy.Combine("ran.txt"));
        (await copy.Run("emit", "nobody")).ShouldExit(3);
        await copy.Start();
        (await copy.Run("stop")).ShouldExit(0);
        (await project.Run("status")).ShouldExit(0);
        copy.Read("ran.txt").ShouldBe("");
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("ünï 漢字")]
    [InlineData("a-long-name-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789")]
    [InlineData("p & q (1)")]
    public async Task A_project_may_lie_anywhere(string name)
    {
        using var project = new WineProject(name);
        project.Configure(Configuration);
        await project.Start();
        (await project.Run("emit", "go")).ShouldExit(0);
        await WineProject.Until(() => project.Read("ran.txt"), "emitted");
        (await project.Run("stop")).ShouldExit(0);
    }

    [Fact]
    public async Task A_share_is_a_way_to_the_project_too()
    {
        using var project = Configured();
        await project.Start();
        // Wine's name for the root of the machine's files as a share.
        var share = @"\\?\unix" + project.Root.Replace('/', '\\');
        var result = await project.Run("--project", share, "status");
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
    }

    [Fact]
    public async Task What_waits_when_a_daemon_stops_runs_at_the_next_start()
    {
        using var project = Configured();
        await project.Start();
        for (var i = 0; i < 5; i++) (await project.Run("emit", $"go{i}")).ShouldExit(0);
        (await project.Run("stop")).ShouldExit(0);
        await project.Start();
        await Eventually.Until(
            () => project.Read("ran.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 5,
            "five runs"
        );
    }

    [Fact]
    public async Task A_pause_holds_what_would_run_and_a_resume_lets_it_go()
    {
        using var project = Configured();
        await project.Start();
        (await project.Run("pause")).ShouldExit(0);
        (await project.Run("emit", "go")).ShouldExit(0);
        (await project.Run("actions", "list")).ShouldExit(0);
        project.Read("ran.txt").ShouldBe("");
        (await project.Run("resume")).ShouldExit(0);
        await WineProject.Until(() => project.Read("ran.txt"), "emitted");
    }

    private static WineProject Configured()
    {
        var project = new WineProject();
        project.Configure(Configuration);
        return project;
    }
}
