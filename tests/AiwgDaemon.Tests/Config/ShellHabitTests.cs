using System.Text;
using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

/// <summary>What a shell would replace and the daemon does not: always said, never where a shell does it.</summary>
public sealed class ShellHabitTests
{
    [Theory]
    [InlineData("~", "~")]
    [InlineData("~/src", "~")]
    [InlineData("~joe/src", "~joe")]
    [InlineData("--dir=~/x", "~")]
    [InlineData("/a:~/b", "~")]
    [InlineData("$HOME/src", "$HOME")]
    [InlineData("${HOME}/src", "${HOME}")]
    [InlineData("${X:-1}", "${X:-1}")]
    [InlineData("$HOME/bin:$PATH", "$HOME and $PATH")]
    [InlineData("$A$A", "$A")]
    [InlineData("$(pwd)/x", "$(pwd)")]
    [InlineData("%USERPROFILE%\\src", "%USERPROFILE%")]
    [InlineData("src", null)]
    [InlineData("foo~", null)]
    [InlineData("~$a.docx", null)]
    [InlineData(".~lock.odt#", null)]
    [InlineData("$5", null)]
    [InlineData("a$", null)]
    [InlineData("100%", null)]
    [InlineData("%H%M", null)]
    [InlineData("${", null)]
    public void What_a_shell_would_replace_is_found(string text, string? found) => ShellHabit.In(text, tilde: true).ShouldBe(found);

    [Theory]
    [InlineData("watch: {paths: [\"~/t\"]}", "watch.paths[0]", "\"/home/me/t\"")]
    [InlineData("watch: {paths: [{path: \"${HOME}/t\"}]}", "watch.paths[0]", "\"/home/me/t\"")]
    [InlineData("watch: {paths: [\"$NOPE/t\"]}", "watch.paths[0]", "write the whole path")]
    [InlineData("watch: {paths: [src], ignore: [\"~/t/**\"]}", "watch.ignore", "from the watched path down")]
    [InlineData(
        "watch: {paths: [src]}\nrules: [{id: r, event: {source: watch, path_pattern: \"${HOME}/**\"}, action: doctor}]",
        "rules[0].event.path_pattern",
        "from the watched path down"
    )]
    [InlineData("actions: {a: {type: shell, command: pwd, cwd: \"~/w\"}}", "actions.a.cwd", "\"/home/me/w\"")]
    [InlineData(
        "actions: {a: {type: exec, argv: [x], env: {PATH: \"$HOME/bin:$PATH\"}}}",
        "actions.a.env.PATH",
        "type: shell, command: PATH=\"$HOME/bin:$PATH\" PROGRAM"
    )]
    [InlineData("actions: {a: {type: shell, command: x, env: {D: \"~/d\"}}}", "actions.a.env.D", "let a shell do it")]
    [InlineData("actions: {a: {type: exec, argv: [x, \"$HOME/f\"]}}", "actions.a.argv[1]", "use type: shell")]
    [InlineData("actions: {a: {type: exec, argv: [\"~/bin/x\"]}}", "actions.a.argv[0]", "\"/home/me/bin/x\"")]
    [InlineData("actions: {a: {type: exec, argv: [bash, s.sh, \"$HOME\"]}}", "actions.a.argv[2]", "use type: shell")]
    [InlineData("actions: {a: {type: cli, command: \"run $HOME\"}}", "actions.a.command", "write the value itself")]
    [InlineData("actions: {a: {type: notify, message: \"on $HOST\"}}", "actions.a.message", "write the value itself")]
    [InlineData(
        "schedule: {jobs: [{id: j, cron: \"0 1 * * *\", action: {type: exec, argv: [x], cwd: \"~\"}}]}",
        "schedule.jobs[0].action.cwd",
        "\"/home/me\""
    )]
    [InlineData(
        "rules: [{id: r, event: {source: manual}, action: {type: exec, argv: [x, \"~\"]}}]",
        "rules[0].action.argv[1]",
        "\"/home/me\""
    )]
    public void What_is_not_replaced_is_said_at_its_place_with_the_cure(string text, string key, string cure)
    {
        var warning = Load(text).ShouldHaveSingleItem();
        (warning.Key, warning.Concern).ShouldBe((key, ConfigConcern.Meaning));
        warning.What.ShouldContain("not replaced");
        warning.Instead.ShouldContain(cure);
    }

    [Theory]
    [InlineData("actions: {a: {type: shell, command: \"echo $HOME ~/x ${Y}\"}}")]
    [InlineData("actions: {a: {type: exec, argv: [sh, -c, \"echo $HOME\"]}}")]
    [InlineData("actions: {a: {type: exec, argv: [env, bash, -lc, \"echo $HOME\"]}}")]
    [InlineData("actions: {a: {type: exec, argv: [awk, \"{print $NF}\", f]}}")]
    [InlineData("actions: {a: {type: exec, argv: [ssh, host, \"echo $HOME\"]}}")]
    [InlineData("actions: {a: {type: notify, message: \"costs $5 or 10%\"}}")]
    [InlineData("watch: {paths: [src], ignore: [\"$RECYCLE.BIN/\", \"*~\", \"~$*\"]}")]
    public void Where_a_shell_or_another_program_replaces_it_nothing_is_said(string text) => Load(text).ShouldBeEmpty();

    private static IReadOnlyList<ConfigError> Load(string text)
    {
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", name => name == "HOME" ? "/home/me" : null);
        result.Errors.ShouldBeEmpty();
        return result.Warnings;
    }
}
