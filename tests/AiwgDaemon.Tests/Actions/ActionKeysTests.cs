using AiwgDaemon.Actions;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using static AiwgDaemon.Tests.Actions.ExecutorFixture;

namespace AiwgDaemon.Tests.Actions;

/// <summary>What the keys of an action change about its run.</summary>
public sealed class ActionKeysTests
{
    [Theory]
    [InlineData(3, true)]
    [InlineData(0, true)]
    [InlineData(4, false)]
    public async Task A_code_among_success_exit_codes_is_success(int code, bool success)
    {
        await using var fixture = new ExecutorFixture();
        var record = await fixture.Run(Shell($"exit {code}") with { SuccessExitCodes = [0, 3] });
        (record.Status, record.ExitCode, record.Error).ShouldBe((success ? ActionStatus.Completed : ActionStatus.Failed, code, null));
    }

    [Fact]
    public async Task Zero_is_a_failure_if_success_is_another_code()
    {
        await using var fixture = new ExecutorFixture();
        var record = await fixture.Run(Shell("exit 0") with { SuccessExitCodes = [1, 2] });
        record.Status.ShouldBe(ActionStatus.Failed);
        record.Error.ShouldBe("0 is not one of its success_exit_codes (1, 2)");
    }

    [Fact]
    public async Task Standard_input_is_empty_if_that_is_asked_for()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Shell("wc -c") with { Input = ActionInput.None });
        await fixture.Finished(id);
        fixture.OutputText(id).Trim().ShouldBe("0");
    }

    [Fact]
    public async Task A_condition_that_says_yes_runs_the_action_and_its_words_are_in_the_output()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(
            Shell("echo ran") with
            {
                OnlyIf = ["sh", "-c", "echo asked $AIWG_EVENT_TYPE $X; wc -c | grep -qv '^0'"],
                Env = new Dictionary<string, string> { ["X"] = "x" },
            }
        );
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Completed);
        fixture.OutputText(id).ShouldBe("asked test x\nran\n");
    }

    [Fact]
    public async Task A_condition_that_says_no_skips_the_action_and_the_record_says_so()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(Shell("echo ran >> ran") with { OnlyIf = ["sh", "-c", "echo not today; exit 10"] });
        var record = await fixture.Finished(id);
        (record.Status, record.Error, record.StartedAt).ShouldBe(
            (ActionStatus.Cancelled, "skipped: only_if ended with exit code 10", null)
        );
        File.ReadAllText(fixture.OutputPath(id)).ShouldContain("\n\nnot today\n# skipped: only_if ended with exit code 10 after ");
        File.Exists(Path.Combine(fixture.Project, "ran")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("exit 1", "only_if failed", 1)]
    [InlineData("kill -9 $$", "only_if failed", null)]
    public async Task A_condition_that_fails_fails_the_run(string script, string error, int? code)
    {
        await using var fixture = new ExecutorFixture();
        var record = await fixture.Run(Shell("echo ran >> ran") with { OnlyIf = ["sh", "-c", script] });
        (record.Status, record.Error, record.ExitCode).ShouldBe((ActionStatus.Failed, error, code));
        File.Exists(Path.Combine(fixture.Project, "ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_condition_that_cannot_be_started_fails_the_run_and_is_named()
    {
        await using var fixture = new ExecutorFixture();
        var record = await fixture.Run(Shell("true") with { OnlyIf = ["no-such-program"] });
        record.Status.ShouldBe(ActionStatus.Failed);
        record.Error!.ShouldStartWith("only_if: no-such-program cannot be run: ");
    }

    [Fact]
    public async Task The_timeout_and_a_cancel_end_the_condition_too()
    {
        await using var fixture = new ExecutorFixture();
        var asked = Shell("echo ran >> ran") with { OnlyIf = ["sh", "-c", "echo $$ >> asked; sleep 600"] };
        var late = await fixture.Run(asked with { Timeout = TimeSpan.FromMilliseconds(200) });
        (late.Status, late.Error).ShouldBe((ActionStatus.Timeout, "not done after 0.2 s"));
        var id = fixture.Submit(asked);
        await Eventually.Until(() => File.ReadAllLines(Path.Combine(fixture.Project, "asked")).Length == 2, "the condition is asked");
        await Eventually.Until(() => fixture.Runs.ByHand.Cancel(id), "it can be cancelled");
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Cancelled);
        File.Exists(Path.Combine(fixture.Project, "ran")).ShouldBeFalse();
        foreach (var pid in File.ReadAllLines(Path.Combine(fixture.Project, "asked")))
            ProcessIdentity.Of(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture)).ShouldBeNull();
    }

    [Fact]
    public async Task A_notification_is_skipped_by_its_condition_as_well()
    {
        await using var fixture = new ExecutorFixture();
        var record = await fixture.Run(
            new ActionDefinition
            {
                Name = "n",
                Type = ActionType.Notify,
                Command = "hello",
                OnlyIf = ["sh", "-c", "exit 10"],
            }
        );
        record.Error.ShouldBe("skipped: only_if ended with exit code 10");
    }

    [Fact]
    public async Task Env_file_is_read_at_each_start_and_env_goes_before_it()
    {
        await using var fixture = new ExecutorFixture();
        var path = Path.Combine(fixture.Project, "deploy.env");
        var action = Shell("echo \"$FROM_FILE $BOTH $AIWG_EVENT_TYPE\"") with
        {
            EnvFile = "deploy.env", Env = new Dictionary<string, string> { ["BOTH"] = "env" },
        };
        foreach (var value in (string[])["one", "two"])
        {
            File.WriteAllText(path, $"FROM_FILE={value}\nBOTH=file\nAIWG_EVENT_TYPE=forged\n");
            var id = fixture.Submit(action);
            await fixture.Finished(id);
            fixture.OutputText(id).ShouldBe($"{value} env test\n");
        }
    }

    [Fact]
    public async Task A_wrong_env_file_fails_the_run_with_file_and_line_and_without_its_values()
    {
        await using var fixture = new ExecutorFixture();
        var path = Path.Combine(fixture.Project, "deploy.env");
        File.WriteAllText(path, "A=1\nhunter2\n");
        var id = fixture.Submit(Shell("echo ran >> ran") with { EnvFile = "deploy.env" });
        var record = await fixture.Finished(id);
        (record.Status, record.Error).ShouldBe((ActionStatus.Failed, $"{path}:2: has no =; write NAME=VALUE"));
        File.ReadAllText(fixture.OutputPath(id)).ShouldNotContain("hunter2");
        File.Exists(Path.Combine(fixture.Project, "ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Nice_is_the_priority_of_the_program_and_of_what_it_starts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "read from /proc");
        await using var fixture = new ExecutorFixture();
        // The nice value is field 19. The loop waits for the instant in which it is set.
        var id = fixture.Submit(
            Shell("until [ $(cut -d' ' -f19 /proc/$$/stat) = 7 ]; do :; done; sh -c 'cut -d\" \" -f19 /proc/self/stat'") with
            {
                Nice = 7,
                Timeout = Eventually.Limit,
            }
        );
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Completed);
        fixture.OutputText(id).ShouldBe("7\n");
    }

    [Theory]
    [InlineData(19, 0x40u)]
    [InlineData(15, 0x40u)]
    [InlineData(1, 0x4000u)]
    [InlineData(0, 0x20u)]
    [InlineData(-1, 0x8000u)]
    [InlineData(-20, 0x80u)]
    public void Windows_has_a_class_for_each_nice_value(int nice, uint priorityClass) =>
        ProcessPriority.Class(nice).ShouldBe(priorityClass);
}
