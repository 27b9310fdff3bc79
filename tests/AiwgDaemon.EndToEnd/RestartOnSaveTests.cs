using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>What a rule does with a file that is saved again while its action runs.</summary>
public sealed class RestartOnSaveTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("restart", "cancelled")]
    [InlineData("allow", "running")]
    public async Task A_second_save_counts_at_once_and_not_after_the_run(string onBusy, string first)
    {
        Directory.CreateDirectory(_project.Combine("src"));
        _project.Configure($$"""
            watch: { debounce_ms: 20, paths: [ src/ ] }
            actions:
              serve: { type: shell, command: 'echo "$AIWG_EVENT_ID" >> starts.txt; sleep 600' }
            rules:
              - { id: serve, event: { source: watch }, action: serve, on_busy: {{onBusy}} }
            """);
        (await _project.Run("start")).ShouldExit(0);
        _project.WriteFile("src/a.ts", "1");
        await _project.UntilLines("starts.txt", 1);
        _project.WriteFile("src/a.ts", "2");
        await _project.UntilLines("starts.txt", 2);

        var status = "";
        await Eventually.Until(() => (status = FirstStatus()) == first, $"the first run to be {first}", found: () => status);
        _project.State().GetProperty("active_actions").GetArrayLength().ShouldBe(onBusy == "allow" ? 2 : 1);
    }

    private string FirstStatus()
    {
        var state = _project.State();
        return state
            .GetProperty("active_actions")
            .EnumerateArray()
            .Concat(state.GetProperty("recent_actions").EnumerateArray())
            .OrderBy(a => a.GetProperty("queued_at").GetDateTimeOffset())
            .Select(a => a.GetProperty("status").GetString()!)
            .FirstOrDefault()
            ?? "";
    }
}
