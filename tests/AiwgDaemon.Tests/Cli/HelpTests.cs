using System.CommandLine;
using System.Text;
using AiwgDaemon.Cli;

namespace AiwgDaemon.Tests.Cli;

/// <summary>The help screens are text that people read: a change of one is looked at.</summary>
public sealed class HelpTests
{
    // From the tree itself: a new command is asked for its help and an example the day it is added.
    private static readonly string[] Commands = [.. CommandTree.Create().Subcommands.SelectMany(c => PathsOf(c, ""))];

    [Fact]
    public void Each_command_explains_itself_with_an_example()
    {
        var all = new StringBuilder().Append($"=== aiwg-daemon --help\n{Run("--help").Output}\n");
        foreach (var command in Commands)
        {
            var (code, output, error) = Run([.. command.Split(' '), "--help"]);
            code.ShouldBe(0);
            error.ShouldBeEmpty();
            output.ShouldContain($"Examples:\n  aiwg-daemon {command.Split(' ')[0]}", customMessage: $"{command} has no example");
            all.Append($"=== aiwg-daemon {command} --help\n{output}\n");
        }
        all.ToString().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    [Fact]
    public void The_version_has_the_commit()
    {
        var (code, output, _) = Run("--version");
        code.ShouldBe(0);
        output.ShouldMatch(@"\Aaiwg-daemon \d+\.\d+\.\d+\S* \(\w+\)\n\z");
    }

    [Theory]
    [InlineData("stauts", "aiwg-daemon: 'stauts' is no command; did you mean 'status'? see 'aiwg-daemon --help'")]
    [InlineData("xyzzy", "aiwg-daemon: 'xyzzy' is no command; see 'aiwg-daemon --help'")]
    [InlineData(
        "status --utcc",
        "aiwg-daemon: '--utcc' is no option of 'aiwg-daemon status'; did you mean '--utc'? see 'aiwg-daemon status --help'"
    )]
    [InlineData(
        "status --prjoect x",
        "aiwg-daemon: '--prjoect' is no option of 'aiwg-daemon status'; did you mean '--project'? see 'aiwg-daemon status --help'"
    )]
    [InlineData(
        "actions lsit",
        "aiwg-daemon: 'lsit' is no command of 'aiwg-daemon actions'; did you mean 'list'? see 'aiwg-daemon actions --help'"
    )]
    [InlineData("[diagram] stop", "aiwg-daemon: '[diagram]' is no command; see 'aiwg-daemon stop --help'")]
    [InlineData("stop [diagram]", "aiwg-daemon: '[diagram]' is no argument of 'aiwg-daemon stop'; see 'aiwg-daemon stop --help'")]
    [InlineData("", "aiwg-daemon: A command is needed; see 'aiwg-daemon --help'")]
    public void A_mistyped_word_is_named_with_what_was_probably_meant(string line, string expected)
    {
        var (code, output, error) = Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldBe(expected + "\n");
    }

    [Fact]
    public void Each_wrong_usage_is_one_line_that_says_what_to_write()
    {
        string[] lines =
        [
            "emit",
            "emit a b",
            "emit x --payload",
            "events --lines",
            "events --lines x",
            "events --lines -1",
            "events --source moon",
            "logs --lines x",
            "logs --level x",
            "logs --since x",
            "actions show",
            "actions run",
            "actions run a b",
            "actions logs",
            "dead-letters retry",
            "dead-letters retry x --all",
            "dead-letters show",
            "status extra",
            "status --json=3",
            "status --project",
            "start --config",
            "start --wait x",
            "stop --timeout -1",
            "rules test --source",
            "config",
            "config init --format xml",
            "api",
            "cron",
            "cron next",
            "cron next --count x @daily",
            "completions",
            "completions x",
            "service",
            "service print --for x",
            "status --project /no/such/place",
        ];
        var all = new StringBuilder();
        foreach (var line in lines)
        {
            var (code, output, error) = Run(line.Split(' '));
            code.ShouldBe(2, line);
            output.ShouldBeEmpty(line);
            error.TrimEnd('\n').ShouldNotContain("\n", customMessage: line);
            all.Append($"$ aiwg-daemon {line}\n{error}");
        }
        all.ToString().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    [Fact]
    public void A_payload_that_is_no_json_is_wrong_usage()
    {
        var (code, _, error) = Run("emit", "x", "--payload", "{oops");
        code.ShouldBe(2);
        error.ShouldStartWith("aiwg-daemon: --payload is not JSON (line 1, column 2)");
    }

    private static IEnumerable<string> PathsOf(Command command, string before)
    {
        var path = before + command.Name;
        return command.Subcommands.SelectMany(c => PathsOf(c, path + " ")).Prepend(path);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
