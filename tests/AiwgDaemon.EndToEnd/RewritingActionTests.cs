using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Actions that change what their own rule watches, and names that are no text.</summary>
public sealed class RewritingActionTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("in place", "sed 's/ *$//' src/a.txt > src/.a.new; cat src/.a.new > src/a.txt")]
    [InlineData("by another file of the name", "sed 's/ *$//' src/a.txt > src/.a.new && mv src/.a.new src/a.txt")]
    [InlineData("only if it differs", "sed 's/ *$//' src/a.txt > src/.a.new; cmp -s src/.a.new src/a.txt || cp src/.a.new src/a.txt")]
    public async Task A_formatter_runs_once_or_twice_for_each_edit_however_it_writes(string how, string format)
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
        for (var edit = 1; edit <= 3; edit++)
        {
            var before = _project.Lines("runs.log");
            File.AppendAllText(_project.Combine("src/a.txt"), $"edit {edit}  \n");
            await _project.UntilLines("runs.log", before + 1);
            await UntilAtRest();
            _project.Lines("runs.log").ShouldBeInRange(before + 1, before + 2);
            File.ReadAllText(_project.Combine("src/a.txt")).ShouldEndWith($"edit {edit}\n");
        }
        (await _project.Run("status")).Output.ShouldContain("healthy");
    }

    [Fact]
    public async Task The_last_save_is_seen_by_a_run_whenever_it_comes()
    {
        int[] gaps = [50, 150, 250, 350, 450, 550, 650, 750, 850, 1000, 1200];
        string[] busy = ["queue", "coalesce", "restart", "allow"];
        var rules = gaps.SelectMany(gap =>
            busy.Select(b =>
                $$"""
                      - id: r{{gap}}-{{b}}
                        event: { source: watch, path_pattern: "src/{{gap}}/f.txt" }
                        on_busy: {{b}}
                        action: { type: shell, command: "cat src/{{gap}}/f.txt > seen/{{gap}}-{{b}}.$$; mv seen/{{gap}}-{{b}}.$$ seen/{{gap}}-{{b}}; sleep 0.4" }
                    """
            )
        );
        foreach (var gap in gaps)
            _project.WriteFile($"src/{gap}/f.txt", "zero\n");
        Directory.CreateDirectory(_project.Combine("seen"));
        _project.Configure($$"""
            daemon: { max_parallel_actions: 44 }
            watch: { paths: [ src/ ], debounce_ms: 100 }
            rules:
            {{string.Join('\n', rules)}}

            """);
        (await _project.Run("start")).ShouldExit(0);
        foreach (var gap in gaps) File.AppendAllText(_project.Combine($"src/{gap}/f.txt"), "one\n");
        var begun = System.Diagnostics.Stopwatch.StartNew();
        foreach (var gap in gaps)
        {
            var left = gap - (int)begun.ElapsedMilliseconds;
            if (left > 0) await Task.Delay(left);
            File.AppendAllText(_project.Combine($"src/{gap}/f.txt"), "two\n");
        }
        await Eventually.Until(
            () =>
                gaps.All(gap =>
                    busy.All(b =>
                        File.Exists(_project.Combine($"seen/{gap}-{b}"))
                        && File.ReadAllText(_project.Combine($"seen/{gap}-{b}")) == "zero\none\ntwo\n"
                    )
                ),
            "the last run of each rule to have seen the second save"
        );
    }

    [Theory]
    [InlineData("cp -a", "cp -a template src/dist")]
    [InlineData("tar", "mkdir src/dist; tar -C template -cf - . | tar -C src/dist -xpf -")]
    [InlineData("touch -d", "cp -r template src/dist; find src/dist -type f -exec touch -d 2020-01-01 {} +")]
    [InlineData("a move of an old file", "cp -a template made; mkdir src/dist; mv made/x src/dist/x; rm -r made")]
    public async Task An_action_that_keeps_file_times_settles(string how, string command)
    {
        foreach (var path in new[] { "template/x", "template/sub/y" })
        {
            _project.WriteFile(path, how + "\n");
            File.SetLastWriteTimeUtc(_project.Combine(path), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }
        _project.WriteFile("src/a.txt", "0\n");
        _project.Configure($$"""
            watch: { paths: [ src/ ], debounce_ms: 100 }
            rules:
              - id: build
                event: { source: watch, path_pattern: "src/**" }
                action: { type: shell, command: 'echo run >> runs.log; rm -rf src/dist; {{command}}' }

            """);
        (await _project.Run("start")).ShouldExit(0);
        for (var edit = 1; edit <= 2; edit++)
        {
            var before = _project.Lines("runs.log");
            File.AppendAllText(_project.Combine("src/a.txt"), $"edit {edit}\n");
            await _project.UntilLines("runs.log", before + 1);
            await UntilAtRest();
            _project.Lines("runs.log").ShouldBeInRange(before + 1, before + 2);
        }
    }

    [Fact]
    public async Task A_build_stamp_that_differs_each_time_is_learnt_and_the_rule_goes_on()
    {
        _project.WriteFile("src/a.txt", "0\n");
        _project.Configure("""
            watch: { paths: [ src/ ], debounce_ms: 100 }
            rules:
              - { id: build, event: { source: watch, path_pattern: "src/**" }, action: { type: shell, command: 'echo run >> runs.log; date +%s%N > src/stamp.txt' } }

            """);
        (await _project.Run("start")).ShouldExit(0);
        File.AppendAllText(_project.Combine("src/a.txt"), "first\n");
        await _project.UntilLines("runs.log", 4);
        await UntilAtRest();
        _project.Lines("runs.log").ShouldBe(4);
        File.AppendAllText(_project.Combine("src/a.txt"), "second\n");
        await _project.UntilLines("runs.log", 5);
        await UntilAtRest();
        _project.Lines("runs.log").ShouldBe(5);
        (await _project.Run("status")).Output.ShouldContain("healthy");
    }

    [Theory]
    [InlineData("emit a", "emit a")]
    [InlineData("emit b", "emit a")]
    public async Task Actions_that_emit_what_started_them_are_paused(string first, string second)
    {
        _project.Configure($$"""
            watch: { enabled: false }
            rules:
              - { id: a, event: { type: a }, action: { type: shell, command: "echo run >> runs.log; '{{DaemonBinary.Path}}' {{first}}" } }
              - { id: b, event: { type: b }, action: { type: shell, command: "'{{DaemonBinary.Path}}' {{second}}" } }
              - { id: other, event: { type: other }, action: { type: exec, argv: ["touch", "other.txt"] } }

            """);
        (await _project.Run("start")).ShouldExit(0);
        await _project.EmitAsync("a");
        await Eventually.Until(
            () =>
                _project
                    .State()
                    .GetProperty("health")
                    .GetProperty("issues")
                    .ToString()
                    .Contains("rules resume a", StringComparison.Ordinal),
            "health to name the rule"
        );
        _project.Lines("runs.log").ShouldBe(15);
        await _project.EmitAsync("other");
        await Eventually.Until(() => File.Exists(_project.Combine("other.txt")), "another rule to run");
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
        await _project.UntilCompleted(1);
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
