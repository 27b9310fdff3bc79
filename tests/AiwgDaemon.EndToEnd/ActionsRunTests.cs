using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>An action that a person asks for.</summary>
public sealed class ActionsRunTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_named_action_runs_when_it_is_asked_for_and_the_daemon_still_stops()
    {
        _project.Configure("""
            actions:
              mark: { type: shell, command: "echo done >> mark.txt" }
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("actions", "run", "mark")).ShouldExit(0);
        await _project.UntilLines("mark.txt", 1);
        await _project.UntilCompleted(1);
        (await _project.Run("stop")).ShouldExit(0);
    }

    [Fact]
    public async Task Who_names_a_rule_or_a_job_is_told_of_its_action()
    {
        _project.Configure("""
            actions:
              mark: { type: shell, command: "true" }
            schedule:
              jobs: [{ id: nightly, cron: "0 3 * * *", action: mark }, { id: inline, cron: "0 3 * * *", action: { type: shell, command: "true" } }]
            """);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("actions", "run", "nightly"))
            .ShouldExit(1)
            .Error.ShouldBe("aiwg-daemon: The configuration has no action 'nightly'; that is a rule or job, whose action is 'mark'\n");
        (await _project.Run("actions", "run", "inline"))
            .ShouldExit(1)
            .Error.ShouldBe(
                "aiwg-daemon: The configuration has no action 'inline'; that is a rule or job, whose action has no name: write it under "
                    + "actions: to run it by hand\n"
            );
        (await _project.Run("actions", "run", "marc"))
            .ShouldExit(1)
            .Error.ShouldBe("aiwg-daemon: The configuration has no action 'marc'; did you mean 'mark'?\n");
    }
}
