using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>What only somebody at a terminal sees. script(1) makes one.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string Script = "/usr/bin/script";

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_long_stop_shows_what_it_waits_for()
    {
        await StartWithAction("trap '' TERM; echo begun; sleep 300");
        var seen = await OnTerminal("\"$BIN\" stop");
        seen.ShouldContain("\r\e[KWaiting for 1 running action to end, 10 s at most (1 s)");
        seen.ShouldContain("\r\e[KDaemon stopped");
    }

    [Theory]
    [InlineData("a pipe", "\"$BIN\" stop 2>&1 | cat")]
    [InlineData("a dumb terminal", "TERM=dumb \"$BIN\" stop")]
    public async Task Elsewhere_a_long_stop_is_quiet(string where, string command)
    {
        await StartWithAction("trap '' TERM; echo begun; sleep 300");
        (await OnTerminal(command)).ShouldBe("Daemon stopped\r\n", where);
    }

    [Fact]
    public async Task Waiting_for_an_action_shows_its_state_and_leaves_only_its_id()
    {
        await StartWithAction("sleep 3; exit 4", run: false);
        var seen = await OnTerminal("\"$BIN\" actions run it --wait; echo code $?");
        seen.ShouldMatch(
            @"\A\w+\r\n(\r\e\[KAction \w+ is (queued|running) \(\d+ s\))+\r\e\[Kaiwg-daemon: Action (\w+) failed with exit code 4; "
                + @"'aiwg-daemon actions logs \3' shows what it printed\r\ncode 1\r\n\z"
        );
    }

    [Fact]
    public async Task A_watched_status_is_drawn_in_place_and_leaves_the_terminal_as_it_was()
    {
        await StartWithAction("sleep 300");
        var seen = await OnTerminal(
            "stty rows 8 cols 40; timeout --foreground --preserve-status -s INT 3 \"$BIN\" status --watch; echo code $?; stty -a | tr ' "
                + "' '\\n' | grep -cx 'echo;\\|echo\\|icanon'"
        );
        seen.ShouldContain("code 130");
        var frames = seen.Split("\e[?7l\e[H");
        frames.Length.ShouldBeGreaterThan(2);
        foreach (var frame in frames[1..])
        {
            var screen = frame[..frame.IndexOf("\e[J", StringComparison.Ordinal)];
            screen.Split('\n').Length.ShouldBeLessThanOrEqualTo(8);
            frame.ShouldContain("\e[J\e[?7h", customMessage: "wrapping is on again after each frame");
        }
        seen.TrimEnd().ShouldEndWith("2");
        (await _project.Run("stop", "--force")).ShouldExit(0);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("TERM=dumb", false)]
    public async Task Colour_is_for_terminals_that_want_it(string environment, bool coloured)
    {
        (await _project.Run("start")).ShouldExit(0);
        (await OnTerminal($"{environment} \"$BIN\" status")).Contains("\e[", StringComparison.Ordinal).ShouldBe(coloured);
        (await _project.Run("status")).ShouldExit(0).Output.ShouldNotContain("\e");
    }

    [Fact]
    public async Task What_comes_from_outside_cannot_steer_the_terminal()
    {
        const string Evil = "x\e]0;owned\a\e[2J\u009b31m\u202ey";
        _project.Configure(
            "watch: { debounce_ms: 50, paths: [src/] }\nrules: [ { id: r, event: { source: watch }, action: { type: exec, argv: [echo, "
                + "\"{{event.payload.path}}\"] } } ]\n"
        );
        Directory.CreateDirectory(_project.Combine("src"));
        (await _project.Run("start")).ShouldExit(0);
        File.WriteAllText(_project.Combine("src", Evil), "x");
        await Eventually.Until(() => _project.State().GetProperty("recent_actions").GetArrayLength() > 0, "the action");
        (await _project.Run("emit", "t", "--payload", System.Text.Json.JsonSerializer.Serialize(Evil))).ShouldExit(0);
        string[][] commands =
        [
            ["status"],
            ["events"],
            ["logs"],
            ["actions"],
            ["rules", "test", "--path", "src/" + Evil],
            ["actions", "logs", Evil],
            ["actions", "run", Evil],
            ["dead-letters", "retry", Evil],
            [Evil],
            ["status", "--" + Evil],
            ["start", "--config", Evil],
            ["--project", Evil, "status"],
            ["doctor"],
        ];
        foreach (var command in commands)
        {
            var result = await _project.Run(command);
            (result.Output + result.Error)
                .Where(c => c != '\n' && (char.IsControl(c) || c == '\u202e'))
                .ShouldBeEmpty($"'{string.Join(' ', command)}' printed: {result.Output}{result.Error}");
        }
    }

    private async Task StartWithAction(string command, bool run = true)
    {
        _project.Configure(
            $"daemon: {{ shutdown_grace_seconds: 3 }}\nwatch: {{ enabled: false }}\nactions:\n  it: {{ type: shell, command: "
                + $"\"{command}\" }}\n"
        );
        (await _project.Run("start")).ShouldExit(0);
        if (!run) return;
        (await _project.Run("actions", "run", "it")).ShouldExit(0);
        await Eventually.Until(() => _project.State().GetProperty("active_actions").GetArrayLength() == 1, "the action to run");
        if (command.Contains("begun", StringComparison.Ordinal))
            await Eventually.Until(
                () =>
                    Directory
                        .EnumerateFiles(_project.Paths.Actions)
                        .Any(f => File.ReadAllText(f).Contains("\nbegun", StringComparison.Ordinal)),
                "the action to ignore SIGTERM"
            );
    }

    // What the terminal got; script(1) ends with the command.
    private async Task<string> OnTerminal(string line)
    {
        Assert.SkipUnless(File.Exists(Script), "script(1) is not installed");
        await File.WriteAllTextAsync(_project.Combine("line.sh"), line);
        var result = await _project.Raw(Script, new() { ["TERM"] = "xterm", ["NO_COLOR"] = "" }, "-qec", "sh line.sh", "/dev/null");
        return result.Replace("^D\b\b", "", StringComparison.Ordinal);
    }
}
