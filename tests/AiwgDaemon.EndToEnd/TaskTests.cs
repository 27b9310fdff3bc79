using System.Text.Json;
using AiwgDaemon.EndToEnd.Faults;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Tasks of coding agents, with a program that is no agent: it prints its prompt, and waits as long as there is a file
/// hold.</summary>
public sealed class TaskTests : IDisposable
{
    private const string Agents = """
        daemon: { max_parallel_actions: 2, shutdown_grace_seconds: 1 }
        watch: { enabled: false }
        schedule: { enabled: false }
        agents:
          default: local
          providers:
            local: { type: command, permission: plan, argv: [sh, -c, "cat; echo >> ran; while test -e hold; do sleep 0.05; done; echo; echo done"] }
            bad: { type: command, argv: [sh, -c, "echo no idea; exit 7"] }
        actions: { slow: { type: shell, command: "while test -e hold; do sleep 0.05; done" }, quick: { type: shell, command: "echo x >> quick" } }

        """;

    private const string Interrupted = "You were interrupted. Look at what is done already, and go on with the task where it stands.";

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_task_runs_its_agent_with_the_prompt_on_standard_input_and_keeps_what_it_printed()
    {
        await StartAsync();
        var prompt = "Mend '$(touch hurt)' in \"a b\"; `touch hurt`";
        (await _project.Run("task", "submit", prompt, "--wait")).ShouldExit(0).Output.ShouldBe(prompt + "\ndone\n");
        (await _project.Run("task", "result", "1")).ShouldExit(0).Output.ShouldBe(prompt + "\ndone\n");
        (await _project.Run("task", "list")).ShouldExit(0).Output.ShouldContain("task-0001  completed");
        var failed = await _project.Run("task", "submit", "x", "--provider", "bad", "--wait");
        failed.ShouldExit(1).Output.ShouldBe("no idea\n");
        failed.Error.ShouldContain("task-0002 ended as failed: exit code 7");
        File.Exists(_project.Combine("hurt")).ShouldBeFalse();
        (await _project.Run("task", "submit", "x", "--provider", "locl")).ShouldExit(1).Error.ShouldContain("it has bad, local");
        Stats().ShouldBe("""{"total":2,"queued":0,"running":0,"completed":1,"failed":1,"cancelled":0}""");
    }

    [Fact]
    public async Task Agents_have_a_lane_of_their_own_and_the_highest_priority_runs_first()
    {
        await StartAsync();
        _project.WriteFile("hold", "");
        for (var i = 0; i < 2; i++) (await _project.Run("task", "submit", $"first {i}")).ShouldExit(0);
        await _project.UntilLines("ran", 2);
        var low = (await _project.Run("task", "submit", "low")).ShouldExit(0).Output.Trim();
        var high = (await _project.Run("task", "submit", "high", "--priority", "9")).ShouldExit(0).Output.Trim();
        // Two agents run and hold up no action.
        (await _project.Run("actions", "run", "quick", "--wait")).ShouldExit(0);
        (await _project.Run("task", "cancel", "1")).ShouldExit(0);
        await Eventually.Until(() => Task(high).GetProperty("state").GetString() == "running", "the one with the higher priority to run");
        Task(low).GetProperty("state").GetString().ShouldBe("queued");
        Task("1").GetProperty("state").GetString().ShouldBe("cancelled");
        File.Delete(_project.Combine("hold"));
        (await _project.Run("task", "wait", low)).ShouldExit(0).Output.ShouldStartWith("low");
        (await _project.Run("task", "cancel", low)).ShouldExit(1);
    }

    [Fact]
    public async Task What_was_accepted_outlives_kill_and_runs_once()
    {
        await StartAsync();
        _project.WriteFile("hold", "");
        for (var i = 1; i <= 5; i++) (await _project.Run("task", "submit", $"number {i}")).ShouldExit(0);
        await _project.UntilLines("ran", 2);
        Processes.Send(_project.DaemonPid!.Value, ProcessSignal.Kill);
        await Eventually.Until(() => _project.DaemonPid is null, "the end of the daemon");
        File.Delete(_project.Combine("hold"));
        (await _project.Run("start")).ShouldExit(0);
        for (var i = 3; i <= 5; i++)
            (await _project.Run("task", "wait", $"{i}")).ShouldExit(0).Output.ShouldBe($"number {i}\ndone\n");
        // What was at work goes on, with a note.
        for (var i = 1; i <= 2; i++)
            (await _project.Run("task", "wait", $"{i}")).ShouldExit(0).Output.ShouldBe($"number {i}\n\n{Interrupted}\n\ndone\n");
        _project.Lines("ran").ShouldBe(7);
        (await _project.Run("task", "submit", "next")).ShouldExit(0).Output.ShouldBe("task-0006\n");
        (await _project.Run("task", "retry", "1")).ShouldExit(0);
        await _project.UntilLines("ran", 9);
        (await _project.Run("task", "wait", "1")).ShouldExit(0).Output.ShouldBe("number 1\ndone\n");
    }

    [Fact]
    public async Task A_task_whose_attempts_are_used_up_is_lost()
    {
        _project.Configure(Agents);
        (await _project.Run("start")).ShouldExit(0);
        _project.WriteFile("hold", "");
        (await _project.Run("task", "submit", "x")).ShouldExit(0);
        for (var i = 1; i <= 3; i++)
        {
            await _project.UntilLines("ran", i);
            Processes.Send(_project.DaemonPid!.Value, ProcessSignal.Kill);
            await Eventually.Until(() => _project.DaemonPid is null, "the end of the daemon");
            (await _project.Run("start")).ShouldExit(0);
        }
        (await _project.Run("task", "wait", "1")).ShouldExit(1).Error.ShouldContain("task-0001 ended as lost: the daemon was killed");
        _project.Lines("ran").ShouldBe(3);
    }

    [Fact]
    public async Task A_task_goes_on_after_a_restart()
    {
        await StartAsync();
        _project.WriteFile("hold", "");
        (await _project.Run("task", "submit", "x")).ShouldExit(0);
        await _project.UntilLines("ran", 1);
        (await _project.Run("restart")).ShouldExit(0);
        await _project.UntilLines("ran", 2);
        File.Delete(_project.Combine("hold"));
        (await _project.Run("task", "wait", "1")).ShouldExit(0).Output.ShouldContain(Interrupted);
    }

    [Fact]
    public async Task A_held_task_waits_and_a_result_outlives_the_record_of_its_run()
    {
        _project.Configure(Agents.Replace("shutdown_grace_seconds: 1", "shutdown_grace_seconds: 1, history: { actions_kept: 1 }", StringComparison.Ordinal));
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("task", "submit", "kept", "--wait")).ShouldExit(0);
        for (var i = 0; i < 3; i++) (await _project.Run("actions", "run", "quick", "--wait")).ShouldExit(0);
        (await _project.Run("restart")).ShouldExit(0);
        (await _project.Run("task", "result", "1")).ShouldExit(0).Output.ShouldBe("kept\ndone\n");
        (await _project.Run("pause")).ShouldExit(0);
        (await _project.Run("task", "submit", "held")).ShouldExit(0);
        (await _project.Run("task", "hold", "2")).ShouldExit(0);
        (await _project.Run("resume")).ShouldExit(0);
        Task("2").GetProperty("reason").GetString()!.ShouldContain("held");
        (await _project.Run("task", "release", "2")).ShouldExit(0);
        (await _project.Run("task", "wait", "2")).ShouldExit(0);
    }

    [Fact]
    public async Task Without_an_agent_a_task_is_refused_with_the_cure()
    {
        _project.Configure("watch: { enabled: false }\n");
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("task", "submit", "x")).ShouldExit(1).Error.ShouldContain("agents: {providers:");
        (await _project.Run("task", "list")).ShouldExit(0);
        (await _project.Run("task", "get", "1")).ShouldExit(1).Error.ShouldContain("There is no task '1'");
        Directory.Exists(Path.Combine(_project.Paths.Daemon, "tasks")).ShouldBeFalse();
    }

    private async Task StartAsync()
    {
        _project.Configure(Agents);
        (await _project.Run("start")).ShouldExit(0);
    }

    private JsonElement Task(string id) =>
        JsonDocument.Parse(_project.Run("task", "show", id, "--json").GetAwaiter().GetResult().ShouldExit(0).Output).RootElement;

    private string Stats() => _project.Run("task", "stats", "--json").GetAwaiter().GetResult().ShouldExit(0).Output.Trim();
}
