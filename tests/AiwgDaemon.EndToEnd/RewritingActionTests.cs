using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Actions that change what their own rule watches, and names that are no text.</summary>
public sealed class RewritingActionTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("in place", "printf 'formatted\\n' >> src/a.txt")]
    [InlineData("by another file of the name", "sed 's/ *$//' src/a.txt > src/.a.new && mv src/.a.new src/a.txt")]
    public async Task A_formatter_runs_once_for_each_edit_however_it_writes(string how, string format)
    {
        _project.WriteFile("src/a.txt", how + "\n");
        _project.Configure($$"""
            watch: { paths: [ src/ ], debounce_ms: 100 }
            rules:
              - id: format
                event: { source: watch, path_pattern: "src/*.txt" }
                action: { type: shell, command: 'echo run >> runs.log; {{format.Replace("'", "''", StringComparison.Ordinal)}}' }

            """);
        (await _project.Run("start")).ShouldExit(0);
        for (var edit = 1; edit <= 4; edit++)
        {
            File.AppendAllText(_project.Combine("src/a.txt"), $"edit {edit}  \n");
            await _project.UntilLines("runs.log", edit);
            await UntilAtRest();
            _project.Lines("runs.log").ShouldBe(edit);
        }
        (await _project.Run("status")).Output.ShouldContain("healthy");
    }

    [Fact]
    public async Task The_exact_bytes_of_a_name_that_is_no_text_reach_the_action()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no such names");
        Directory.CreateDirectory(_project.Combine("in"));
        _project.Configure("""
            watch: { paths: [ in/ ], debounce_ms: 100 }
            rules:
              - { id: take, event: { source: watch }, action: { type: shell, command: 'tr "\0" "\n" < "$AIWG_PATHS_FILE" | od -An -tx1 | tr -d " \n" > got.tmp; echo >> got.tmp; mv got.tmp got.txt' } }

            """);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Shell("printf x > \"$(printf 'in/a\\377\\303(b')\"")).ShouldExit(0);
        await _project.UntilLines("got.txt", 1);
        File.ReadAllText(_project.Combine("got.txt")).Trim().ShouldBe("696e2f61ffc328620a");
        (await _project.Run("events")).ShouldExit(0).Output.ShouldContain("in/a");
        // No name that .NET could remove.
        (await _project.Shell("rm -r in")).ShouldExit(0);
    }

    // Whatever the action's own changes were to start, it has started: the rule has settled and has nothing to do.
    private async Task UntilAtRest()
    {
        var calm = 0;
        var runs = _project.Lines("runs.log");
        await Eventually.Until(
            () =>
            {
                var now = _project.Lines("runs.log");
                calm = now == runs && _project.State().GetProperty("active_actions").GetArrayLength() == 0 ? calm + 1 : 0;
                runs = now;
                return calm >= 60;
            },
            "the rule to be at rest");
    }
}
