using System.Text.Json;
using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Tasks in worktrees of a git repository: what they change is kept, checked, taken over or given up, and never lost.</summary>
public sealed class WorktreeTests : IDisposable
{
    private readonly TestProject _project = new();
    private readonly StandInAgent _agent;

    public WorktreeTests()
    {
        _agent = new StandInAgent(_project);
        _project.WriteFile("src/app.ts", "one\n");
        _project.WriteFile(".gitignore", ".aiwg/\nbin/\nargv\ninput.*\nenv\nmode\nhold\n");
        Git("init", "-q", "-b", "main");
        Git("config", "user.name", "Tester");
        Git("config", "user.email", "tester@localhost");
        Git("add", "--all");
        Git("commit", "-q", "-m", "begin");
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_task_works_beside_the_project_and_is_landed_on_its_branch()
    {
        await StartAsync();
        (await _project.Run("task", "submit", "Make a file", "--verify", "test -e made.txt", "--wait")).ShouldExit(0);
        File.Exists(_project.Combine("made.txt")).ShouldBeFalse();
        Git("status", "--porcelain").ShouldBeEmpty();
        (await _project.Run("task", "diff", "1")).ShouldExit(0).Output.ShouldContain("+made by the agent");
        (await _project.Run("task", "diff", "1", "--stat")).ShouldExit(0).Output.ShouldContain("made.txt | 1 +");
        var place = (await _project.Run("task", "open", "1")).ShouldExit(0).Output.Trim();
        File.Exists(Path.Combine(place, "made.txt")).ShouldBeTrue();
        // The project goes on meanwhile.
        _project.WriteFile("src/app.ts", "two\n");
        Git("commit", "-qam", "meanwhile");
        (await _project.Run("task", "clean")).ShouldExit(0).Output.ShouldContain("its commits are not merged");
        (await _project.Run("task", "land", "1")).ShouldExit(0);
        File.ReadAllText(_project.Combine("made.txt")).ShouldBe("made by the agent\n");
        Git("log", "--format=%s").ShouldBe("task-0001: Make a file\nmeanwhile\nbegin\n");
        Directory.Exists(place).ShouldBeFalse();
        Git("branch", "--format=%(refname:short)").ShouldBe("main\n");
        Task(1).GetProperty("landedAs").GetString().ShouldBe(Git("rev-parse", "HEAD").Trim());
    }

    [Fact]
    public async Task A_failing_check_goes_back_into_the_same_session_until_it_passes()
    {
        await StartAsync();
        _project.WriteFile("check.sh", "n=$(wc -l < \"$0.runs\" 2>/dev/null || echo 0); echo x >> \"$0.runs\"; echo \"check number $n\"; test $n -ge 1\n");
        (await _project.Run("task", "submit", "Do it", "--verify", $"sh {_project.Combine("check.sh")}", "--wait")).ShouldExit(0);
        _agent.Starts.Length.ShouldBe(2);
        _agent.Starts[1].ShouldContain("--resume ");
        _agent.Input(2).ShouldStartWith("Your work was checked with");
        _agent.Input(2).ShouldContain("check number 0");
        (await _project.Run("task", "submit", "Do it", "--verify", "echo never; false", "--wait"))
            .ShouldExit(1).Error.ShouldContain("verify_failed: /bin/sh -c echo never; false still fails after 3 of 3 attempts");
        // What was done is there, and is not committed.
        (await _project.Run("task", "diff", "2")).ShouldExit(0).Output.ShouldContain("+made by the agent");
        (await _project.Run("task", "clean", "2")).ShouldExit(0).Output.ShouldContain("changes that are not committed");
        File.Exists(Path.Combine(Task(2).GetProperty("worktree").GetString()!, "made.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_agent_that_changes_nothing_has_failed_and_leaves_nothing()
    {
        _agent.Mode = "nothing";
        await StartAsync();
        (await _project.Run("task", "submit", "Do it", "--wait")).ShouldExit(1).Error.ShouldContain("no_effect: its agent has changed nothing");
        Git("worktree", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        // A question changes nothing.
        (await _project.Run("task", "submit", "Ask", "--here", "--wait")).ShouldExit(0);
        (await _project.Run("chat", "Ask")).ShouldExit(0);
        (await _project.Run("task", "wait", "3")).ShouldExit(0);
    }

    [Fact]
    public async Task After_kill_the_work_in_the_worktree_is_there_and_goes_on()
    {
        _agent.Mode = "hold";
        _project.WriteFile("hold", "");
        await StartAsync();
        (await _project.Run("task", "submit", "Do it")).ShouldExit(0);
        var made = _project.Combine(".aiwg/worktrees/task-0001/made.txt");
        await Eventually.Until(() => File.Exists(made), "the agent to work");
        await Eventually.Until(() => Task(1).TryGetProperty("session", out _), "the session");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(made)!, "more.txt"), "more\n");
        Processes.Send(_project.DaemonPid!.Value, ProcessSignal.Kill);
        await Eventually.Until(() => _project.DaemonPid is null, "the end of the daemon");
        _agent.Mode = "ok";
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("task", "wait", "1")).ShouldExit(0);
        _agent.Starts[1].ShouldContain("--resume ");
        (await _project.Run("task", "diff", "1")).ShouldExit(0).Output.ShouldContain("+more");
    }

    [Fact]
    public async Task Work_that_is_there_under_the_name_of_a_task_is_left_alone()
    {
        await StartAsync();
        (await _project.Run("task", "submit", "Do it", "--verify", "false", "--wait")).ShouldExit(1);
        (await _project.Run("stop")).ShouldExit(0);
        Directory.Delete(_project.Combine(".aiwg/daemon/tasks"), recursive: true);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("task", "submit", "Do it", "--wait")).ShouldExit(0);
        File.Exists(_project.Combine(".aiwg/worktrees/task-0001/made.txt")).ShouldBeTrue();
        Task(1).GetProperty("branch").GetString().ShouldBe("aiwg/task-0001-2");
    }

    [Fact]
    public async Task One_at_a_time_changes_files_of_the_project_itself()
    {
        _agent.Mode = "hold";
        _project.WriteFile("hold", "");
        await StartAsync();
        (await _project.Run("task", "submit", "one", "--here")).ShouldExit(0);
        await Eventually.Until(() => _agent.Starts.Length == 1, "the first");
        (await _project.Run("task", "submit", "two", "--here")).ShouldExit(0);
        await Eventually.Until(
            () => Task(2).TryGetProperty("reason", out var why) && why.GetString()!.StartsWith("task-0001, which works", StringComparison.Ordinal), "the wait");
        _agent.Mode = "ok";
        File.Delete(_project.Combine("hold"));
        (await _project.Run("task", "wait", "2")).ShouldExit(0);
        _agent.Starts.Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_linked_and_prepared_is_no_change_of_the_task()
    {
        _project.WriteFile("deps/lib.txt", "lib");
        _project.WriteFile(".gitignore", File.ReadAllText(_project.Combine(".gitignore")) + "deps/\nprepared\n");
        Git("commit", "-qam", "ignore");
        await StartAsync("worktree: { link: [deps], setup: [touch, prepared] }");
        (await _project.Run("task", "submit", "Do it", "--verify", "test -e deps/lib.txt && test -e prepared", "--wait")).ShouldExit(0);
        (await _project.Run("task", "diff", "1", "--stat")).ShouldExit(0).Output.ShouldNotContain("deps");
        (await _project.Run("task", "land", "1")).ShouldExit(0);
        File.Exists(_project.Combine("deps/lib.txt")).ShouldBeTrue();
        Git("log", "-1", "--format=", "--name-only").Trim().ShouldBe("made.txt");
    }

    private string Git(params string[] arguments) => AiwgDaemon.Tests.Support.Git.Run(_project.Root, arguments).GetAwaiter().GetResult();

    private async Task StartAsync(string more = "")
    {
        _project.Configure($$"""
            daemon: { shutdown_grace_seconds: 1 }
            watch: { enabled: false }
            agents:
              providers: { claude: { type: claude, program: "{{_agent.Program("claude")}}" } }
              {{more}}

            """);
        (await _project.Run("start")).ShouldExit(0);
    }

    private JsonElement Task(int number) =>
        JsonDocument.Parse(_project.Run("task", "show", $"{number}", "--json").GetAwaiter().GetResult().ShouldExit(0).Output).RootElement;
}
