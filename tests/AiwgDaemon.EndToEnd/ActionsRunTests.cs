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
        (await _project.Run("stop")).ShouldExit(0);
    }
}
