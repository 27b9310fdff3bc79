using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using static AiwgDaemon.Tests.Actions.ExecutorFixture;

namespace AiwgDaemon.Tests.Actions;

public sealed class ActionExecutorTests
{
    [Fact]
    public async Task An_action_runs_in_the_project_and_leaves_record_and_output()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Shell("pwd; echo oops >&2; echo done"), "on-change");
        var record = await fixture.Finished(id);
        record.Status.ShouldBe(ActionStatus.Completed);
        record.ExitCode.ShouldBe(0);
        record.Command.ShouldBe("pwd; echo oops >&2; echo done");
        record.OutputPath.ShouldBe($".aiwg/daemon/actions/{id}.log");
        fixture.OutputText(id).ShouldBe($"{fixture.Project}\noops\ndone\n");
        var lines = File.ReadAllLines(fixture.OutputPath(id));
        lines[0].ShouldBe($"# action {id} of rule on-change, attempt 1");
        lines[^1].ShouldStartWith("# completed, exit code 0 after ");
        fixture.Order.ShouldBe(["starting on-change", "started on-change", "finished on-change"]);
        await Eventually.Until(() => fixture.Runs.Listing.Recent.Count == 1, "the record is among the recent ones");
        fixture.Runs.Listing.Record(id)!.Status.ShouldBe(ActionStatus.Completed);
        fixture.Runs.Listing.Active.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_says_the_exit_code_and_a_crash_the_signal()
    {
        await using var fixture = new ExecutorFixture();
        var failed = await fixture.Run(Shell("exit 3"));
        (failed.Status, failed.ExitCode).ShouldBe((ActionStatus.Failed, 3));
        var crashed = await fixture.Run(Shell("kill -SEGV $$"));
        (crashed.Status, crashed.ExitCode, crashed.Signal).ShouldBe((ActionStatus.Failed, null, "SIGSEGV"));
    }

    [Fact]
    public async Task A_program_that_does_not_exist_fails_with_the_reason_in_record_and_output()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Exec("no-such-program"));
        var record = await fixture.Finished(id);
        record.Status.ShouldBe(ActionStatus.Failed);
        record.Error.ShouldBe("no-such-program cannot be run: no executable of that name in PATH; install it, or write its path");
        File.ReadAllText(fixture.OutputPath(id)).ShouldContain(record.Error!);
        fixture.Order.ShouldNotContain("started rule");
    }

    [Fact]
    public async Task Without_aiwg_on_PATH_a_cli_action_says_how_to_get_it()
    {
        await using var fixture = new ExecutorFixture();
        var action = new ActionDefinition
        {
            Name = "a",
            Type = ActionType.Cli,
            Argv = ["status"],
            Env = new Dictionary<string, string> { ["PATH"] = "/nowhere" },
        };
        (await fixture.Run(action)).Error!.ShouldContain("npm install -g aiwg");
    }

    [Fact]
    public async Task Higher_priority_goes_first_and_equals_in_the_order_of_arrival()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxParallel = 1 });
        var blocker = fixture.Submit(Shell("sleep 1000"), "blocker");
        await Eventually.Until(() => fixture.Identities.ContainsKey(blocker), "the blocker runs");
        string[] ids =
        [
            fixture.Submit(Shell("true"), "a0"), fixture.Submit(Shell("true") with { Priority = 5 }, "b5"),
            fixture.Submit(Shell("true") with { Priority = -1 }, "c-1"), fixture.Submit(Shell("true") with { Priority = 5 }, "d5"),
            fixture.Submit(Shell("true"), "e0"),
        ];
        fixture.Runs.Listing.Numbers.Waiting.Values.Sum().ShouldBe(5);
        fixture.Runs.Listing.Record(ids[0])!.Status.ShouldBe(ActionStatus.Queued);
        fixture.Runs.ByHand.Cancel(blocker).ShouldBeTrue();
        foreach (var id in ids)
            await fixture.Finished(id);
        fixture
            .Order.Where(o => o.StartsWith("starting", StringComparison.Ordinal))
            .ShouldBe(["starting blocker", "starting b5", "starting d5", "starting a0", "starting e0", "starting c-1"]);
    }

    [Fact]
    public async Task At_most_max_parallel_run_and_a_reload_fills_new_slots()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxParallel = 2 });
        var ids = Enumerable.Range(0, 4).Select(_ => fixture.Submit(Shell("sleep 1000"))).ToArray();
        await Eventually.Until(() => fixture.Identities.Count == 2, "two run");
        fixture.Runs.Listing.Active.Count.ShouldBe(2);
        fixture.Runs.Listing.Numbers.Waiting.Values.Sum().ShouldBe(2);
        fixture.Runs.Reload(new ActionOptions { MaxParallel = 3 });
        await Eventually.Until(() => fixture.Identities.Count == 3, "three run");
        foreach (var id in ids) fixture.Runs.ByHand.Cancel(id).ShouldBeTrue();
        foreach (var id in ids) (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Cancelled);
        fixture.Runs.ByHand.Cancel(ids[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_timeout_ends_the_whole_group()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Shell("sleep 1000 & echo $!; wait") with { Timeout = TimeSpan.FromMilliseconds(300) });
        var record = await fixture.Finished(id);
        (record.Status, record.Signal).ShouldBe((ActionStatus.Timeout, "SIGTERM"));
        record.Error.ShouldBe("not done after 0.3 s");
        ProcessIdentity.Of(int.Parse(fixture.OutputText(id))).ShouldBeNull();
    }

    [Fact]
    public async Task What_ignores_SIGTERM_is_killed_after_the_grace()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { Grace = TimeSpan.FromMilliseconds(300) });
        var id = fixture.Submit(Shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"));
        await Eventually.Until(
            () => File.Exists(fixture.OutputPath(id)) && File.ReadAllText(fixture.OutputPath(id)).Contains("ready\n"),
            "it runs"
        );
        fixture.Runs.ByHand.Cancel(id);
        (await fixture.Finished(id)).Signal.ShouldBe("SIGKILL");
    }

    [Fact]
    public async Task Those_who_outlive_their_leader_after_a_stop_have_the_grace_and_are_killed_then()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { Grace = TimeSpan.FromMilliseconds(700) });
        // One cleans up for a moment, the other never ends; both have closed the output.
        const string script = """
            sh -c 'trap "sleep 0.2; echo clean > cleaned; exit" TERM; while :; do sleep 0.05; done' >/dev/null 2>&1 &
            sh -c 'trap "" TERM; while :; do sleep 0.05; done' >/dev/null 2>&1 &
            echo $!; wait
            """;
        var id = fixture.Submit(Shell(script));
        await Eventually.Until(
            () => fixture.Identities.ContainsKey(id) && fixture.Runs.Listing.Active is [{ Status: ActionStatus.Running }],
            "it runs"
        );
        await Eventually.Until(
            () => File.ReadAllText(fixture.OutputPath(id)).Split('\n') is [_, _, _, _, _, { Length: > 0 }, ..],
            "the pid is there"
        );
        await Task.Delay(200);
        fixture.Runs.ByHand.Cancel(id);
        await fixture.Finished(id);
        File.Exists(Path.Combine(fixture.Project, "cleaned")).ShouldBeTrue();
        await Eventually.Until(() => ProcessIdentity.Of(int.Parse(fixture.OutputText(id))) is null, "the stubborn one is gone");
    }

    [Fact]
    public async Task A_stop_reaches_other_groups_of_the_session_too()
    {
        await using var fixture = new ExecutorFixture();
        // Job control gives each background process a group of its own.
        var id = fixture.Submit(Exec("/bin/bash", "-c", "set -m; sleep 1000 & echo $!; wait"));
        await Eventually.Until(
            () =>
                File.Exists(fixture.OutputPath(id))
                && File.ReadAllText(fixture.OutputPath(id)).Split('\n') is [_, _, _, _, _, { Length: > 0 }, ..],
            "the pid is there"
        );
        var other = int.Parse(File.ReadAllLines(fixture.OutputPath(id))[5]);
        fixture.Runs.ByHand.Cancel(id);
        await fixture.Finished(id);
        await Eventually.Until(() => ProcessIdentity.Of(other) is null, "it is gone");
    }

    [Fact]
    public async Task A_stop_reaches_what_left_the_session_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the environment of other processes");
        await using var fixture = new ExecutorFixture();
        // Two of them: one that has gone its own way and ignores SIGTERM.
        var id = fixture.Submit(
            Exec(
                "/bin/bash",
                "-c",
                "setsid bash -c 'echo $$; exec sleep 1000' & sleep 0.1; setsid bash -c 'trap : TERM; echo $$; while :; do sleep 0.05; "
                    + "done' & wait"
            )
        );
        await Eventually.Until(
            () =>
                File.Exists(fixture.OutputPath(id))
                && File.ReadAllText(fixture.OutputPath(id)).Split('\n') is [_, _, _, _, _, { Length: > 0 }, { Length: > 0 }, ..],
            "both pids are there"
        );
        var left = File.ReadAllLines(fixture.OutputPath(id))[5..7]
            .Select(line => ProcessIdentity.Of(int.Parse(line)).ShouldNotBeNull())
            .ToList();
        fixture.Runs.ByHand.Cancel(id);
        await fixture.Finished(id);
        await Eventually.Until(() => left.TrueForAll(process => !process.IsAlive()), "both are gone");
    }

    [Fact]
    public async Task A_background_process_with_the_output_open_delays_nothing_and_lives_on()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Shell("sleep 1000 & echo $!"));
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Completed);
        var left = ProcessIdentity.Of(int.Parse(fixture.OutputText(id))).ShouldNotBeNull();
        using var handle = ProcessHandle.Open(left)!;
        handle.Send(ProcessSignal.Kill).ShouldBeTrue();
    }

    [Fact]
    public async Task Draining_ends_what_runs_and_leaves_what_is_queued_unstarted()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxParallel = 1 });
        var running = fixture.Submit(Shell("sleep 1000"), "running");
        var queued = fixture.Submit(Shell("touch never"), "queued");
        await Eventually.Until(() => fixture.Identities.ContainsKey(running), "it runs");
        await fixture.Runs.DrainAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        var record = await fixture.Finished(running);
        (record.Status, record.Error).ShouldBe((ActionStatus.Cancelled, "ended because the daemon stopped"));
        fixture.Order.ShouldBe(["starting running", "started running", "finished running"]);
        fixture.Runs.Listing.Record(queued)!.Status.ShouldBe(ActionStatus.Queued);
        File.Exists(fixture.OutputPath(queued)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_action_that_cannot_be_recorded_is_not_started()
    {
        await using var fixture = new ExecutorFixture(starting: _ => throw new IOException("No space left on device"));
        var record = await fixture.Run(Shell("touch never"));
        (record.Status, record.Error).ShouldBe((ActionStatus.Failed, "No space left on device"));
        File.Exists(Path.Combine(fixture.Project, "never")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_action_whose_output_file_exists_is_not_started_again()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Shell("echo x >> runs"));
        await fixture.Finished(id);
        await Eventually.Until(() => fixture.Runs.Listing.Active.Count == 0, "its slot is free");
        fixture.Submit(id, Shell("echo x >> runs"), "rule", Event());
        await Eventually.Until(() => fixture.Runs.Listing.Record(id)!.Error?.Contains("started before") == true, "it is refused");
        File.ReadAllText(Path.Combine(fixture.Project, "runs")).ShouldBe("x\n");
    }

    [Fact]
    public async Task Only_the_newest_output_files_are_kept()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { MaxParallel = 1, Kept = 2 });
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(fixture.Submit(Shell("true")));
            await fixture.Finished(ids[i]);
        }
        await Eventually.Until(() => !File.Exists(fixture.OutputPath(ids[2])), "old files are gone");
        ids.Count(id => File.Exists(fixture.OutputPath(id))).ShouldBe(2);
        File.Exists(fixture.OutputPath(ids[4])).ShouldBeTrue();
    }
}
