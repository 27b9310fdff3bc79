using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Commands that wait for news: they end with whoever reads them, and with Ctrl-C, though nothing happens meanwhile.</summary>
public sealed class ReaderGoneTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("logs --follow")]
    [InlineData("events --follow")]
    [InlineData("events --follow --json")]
    [InlineData("status --watch")]
    [InlineData("status --watch --json")]
    [InlineData("actions logs --follow")]
    public async Task A_command_that_waits_ends_with_its_reader(string command)
    {
        var arguments = await Prepare(command);
        // Nothing is written after the first line: only the closed pipe can end the command. A shell waits for both.
        var result = (await _project.Shell($"{{ timeout 30 \"$BIN\" {arguments}; echo $? > code; }} | head -n 1")).ShouldExit(0);
        result.Output.Trim().ShouldNotBeEmpty();
        result.Error.ShouldBeEmpty();
        File.ReadAllText(_project.Combine("code")).Trim().ShouldBe("0");
        (await _project.Run("stop", "--force")).ShouldExit(0);
    }

    [Theory]
    [InlineData("logs --follow")]
    [InlineData("events --follow")]
    [InlineData("status --watch")]
    [InlineData("actions logs --follow")]
    public async Task A_command_that_waits_ends_with_an_interrupt(string command)
    {
        var arguments = await Prepare(command);
        using var running = _project.Spawn(arguments.Split(' '));
        await Eventually.Until(() => running.Output.Length > 0 || running.HasEnded, "the first output");
        running.Send(ProcessSignal.Interrupt);
        (await running.UntilEnd()).ShouldExit(130).Error.ShouldBeEmpty();
        (await _project.Run("stop", "--force")).ShouldExit(0);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("logs")]
    [InlineData("events")]
    [InlineData("actions")]
    [InlineData("config show")]
    [InlineData("--help")]
    [InlineData("cron next '* * * * *' --count 1000")]
    public async Task A_full_disk_is_an_error_and_a_closed_output_is_none(string command)
    {
        await Prepare(command);
        var full = await _project.Shell($"\"$BIN\" {command} > /dev/full");
        full.ShouldExit(1).Error.ShouldBe("aiwg-daemon: standard output: No space left on device\n");
        (await _project.Shell($"\"$BIN\" {command} >&-")).ShouldExit(0).Error.ShouldBeEmpty();
        // Nobody left to be told: the exit code has to do.
        (await _project.Shell($"\"$BIN\" {command} > /dev/full 2>&1")).ShouldExit(1);
        (await _project.Shell($"\"$BIN\" {command} > /dev/full 2>&-")).ShouldExit(1);
    }

    private async Task<string> Prepare(string command)
    {
        _project.Configure("""
            watch: { enabled: false }
            actions:
              wait: { type: shell, command: "echo begun; sleep 300" }

            """);
        (await _project.Run("start")).ShouldExit(0);
        if (!command.StartsWith("actions logs", StringComparison.Ordinal)) return command;
        var id = (await _project.Run("actions", "run", "wait")).ShouldExit(0).Output.Trim();
        await Eventually.Until(
            () =>
                File.Exists(_project.Combine(".aiwg/daemon/actions", id + ".log"))
                && File.ReadAllText(_project.Combine(".aiwg/daemon/actions", id + ".log")).Contains("begun", StringComparison.Ordinal),
            "the action to print"
        );
        return $"{command} {id}";
    }
}
