using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Config;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Config;

/// <summary>The keys of actions: what they mean, and what is said of wrong values.</summary>
public sealed class ActionKeyCheckTests
{
    [Fact]
    public void Each_key_reaches_the_action()
    {
        var action = Load(
            "type: exec, argv: [x], success_exit_codes: 3, stdin: none, only_if: [test, -e, \"{{event.path}}\"], env_file: a.env, nice: -5"
        ).Configuration!.Actions["a"];
        action.SuccessExitCodes.ShouldBe([3]);
        action.Input.ShouldBe(ActionInput.None);
        action.OnlyIf.ShouldBe(["test", "-e", "{{event.path}}"]);
        action.EnvFile.ShouldBe("a.env");
        action.Nice.ShouldBe(-5);
        var plain = Load("type: exec, argv: [x]").Configuration!.Actions["a"];
        (plain.SuccessExitCodes.Single(), plain.Input, plain.OnlyIf.Count, plain.EnvFile, plain.Nice).ShouldBe(
            (0, ActionInput.Event, 0, null, null)
        );
    }

    [Theory]
    [InlineData("success_exit_codes: []", "actions.a.success_exit_codes: is an empty list (give a list of exit codes)")]
    [InlineData("success_exit_codes: [256]", "actions.a.success_exit_codes[0]: is 256")]
    [InlineData("success_exit_codes: [one]", "actions.a.success_exit_codes[0]: is text (\"one\"), not a whole number")]
    [InlineData("stdin: [event]", "actions.a.stdin: ")]
    [InlineData("stdin: evnt", "did you mean event?")]
    [InlineData("only_if: []", "actions.a.only_if: is an empty list")]
    [InlineData("only_if: test -e x", "actions.a.only_if: ")]
    [InlineData("only_if: [sh, -c, \"echo {{event.payload.x}}\"]", "actions.a.only_if[2]: ")]
    [InlineData("only_if: [\"{{event.payload.x}}\"]", "actions.a.only_if[0]: ")]
    [InlineData("env_file: \"{{event.payload.x}}\"", "actions.a.env_file: cannot hold a placeholder")]
    [InlineData("nice: 20", "actions.a.nice: is 20")]
    [InlineData("sucess_exit_codes: [0]", "did you mean success_exit_codes?")]
    [InlineData("exit_codes: [0]", "did you mean success_exit_codes?")]
    [InlineData("envfile: x", "did you mean env_file?")]
    [InlineData("onlyif: [x]", "did you mean only_if?")]
    public void A_wrong_value_is_told_at_its_place(string key, string error)
    {
        var errors = Load($"type: exec, argv: [x], {key}").Errors;
        errors.Select(e => e.ToString()).ShouldHaveSingleItem().ShouldContain(error);
        errors[0].ToString().ShouldStartWith("daemon.yaml:1:");
    }

    [Theory]
    [InlineData("success_exit_codes: [1]")]
    [InlineData("stdin: none")]
    [InlineData("nice: 5")]
    public void A_key_of_programs_does_not_belong_to_a_notification(string key) =>
        Load($"type: notify, message: x, {key}")
            .Errors.ShouldHaveSingleItem()
            .ToString()
            .ShouldContain("does not belong to the type notify (it is for exec and shell and cli and ralph)");

    [Fact]
    public void An_env_file_is_looked_at_and_no_value_of_it_is_shown()
    {
        using var directory = new TemporaryDirectory();
        Warnings(directory).ShouldContain("actions.a.env_file: \"a.env\" is not there");
        File.WriteAllText(directory.Combine("a.env"), "A=1\nhunter2\n");
        var warning = Warnings(directory);
        warning.ShouldContain($"{directory.Combine("a.env")}:2: has no =");
        warning.ShouldNotContain("hunter2");
        File.WriteAllText(directory.Combine("a.env"), "A=hunter2\n");
        Warnings(directory).ShouldBeEmpty();
    }

    private static string Warnings(TemporaryDirectory directory) =>
        string.Join(
            '\n',
            ConfigLoader
                .Load(
                    Encoding.UTF8.GetBytes("actions: {a: {type: exec, argv: [x], env_file: a.env}}"),
                    directory.Combine(".aiwg", "daemon.yaml"),
                    new ConfigSurroundings { Variable = _ => null }
                )
                .Warnings
        );

    private static ConfigResult Load(string keys) =>
        ConfigLoader.Load(Encoding.UTF8.GetBytes($"actions: {{a: {{{keys}}}}}"), "daemon.yaml", _ => null);
}
