using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;
using CsCheck;

namespace AiwgDaemon.Tests.Rules;

public sealed class TemplatesTests
{
    private static readonly EventMatch Any = new();

    private static readonly string[] Hostile =
        ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", "\"; touch pwned; \"", "\ntouch pwned\n", "a b  c", "*", "-rf", "\\", "'", "\"", "${HOME}", "EOF\ntouch pwned", "#", "!x", "%PATH%", "ü\u0001"];

    [Theory]
    [InlineData("printf %s {{event.payload.x}}")]
    [InlineData("printf %s '{{event.payload.x}}'")]
    [InlineData("printf %s \"{{ event.payload.x }}\"")]
    [InlineData("printf %s '['\"{{event.payload.x}}\"']' | sed -e 1s/^.// -e '$s/.$//'")]
    [InlineData("# it's {{event.payload.x}}\nprintf %s \"$(printf %s '{{event.payload.x}}'; echo .)\" | sed '$s/[.]$//'")]
    [InlineData("sed '$s/$/./' <<EOF | sed '$s/[.]$//'\n{{event.payload.x}}\nEOF")]
    [InlineData("flock /dev/null sed '$s/$/./' <<EOF | sed '$s/[.]$//'\n{{event.payload.x}}\nEOF")]
    [InlineData("f() { printf %s \"$1\"; }; f '{{event.payload.x}}' # don't")]
    [InlineData("sh -c 'printf %s \"$1\"' sh {{event.payload.x}}")]
    public void A_hostile_value_arrives_in_a_script_byte_for_byte_and_nothing_runs(string script)
    {
        if (OperatingSystem.IsWindows()) return;
        using var directory = new TemporaryDirectory();
        var all = Hostile.Select(text => (Text: text, Action: Expand(Shell(script), text))).ToList();
        foreach (var (text, action) in all)
        {
            // sed ends its output with a line end, and a substitution loses those at the end of the value.
            Sh(action, directory.Path).TrimEnd('\n').ShouldBe(text.TrimEnd('\n'), script);
            action.Command.ShouldNotContain("pwned");
        }
        Directory.EnumerateFileSystemEntries(directory.Path).ShouldBeEmpty();
    }

    [Fact]
    public void No_text_around_a_placeholder_gets_a_value_into_the_script() =>
        Gen.Char["'\"`$(){}\\<>|;&# \n\tEOFx="].Array[0, 20].Select(Gen.Char["'\"`$(){}\\<>|;&# \n\tEOFx="].Array[0, 20]).Sample((before, after) =>
        {
            if (OperatingSystem.IsWindows()) return;
            var action = Shell(new string(before) + "{{event.payload.x}}" + new string(after));
            try
            {
                Expand(action, "hostile").Command.ShouldNotContain("hostile");
            }
            catch (TemplateException)
            {
                // Refused is safe.
            }
        });

    [Theory]
    [InlineData("sh -c 'echo {{event.payload.x}}'")]
    [InlineData("bash -lc \"echo {{event.payload.x}}\"")]
    [InlineData("eval echo {{event.payload.x}}")]
    [InlineData("find . | xargs sh -c \"$(echo '{{event.payload.x}}')\"")]
    [InlineData("python3 -c'print({{event.payload.x}})'")]
    [InlineData("ssh host sh run.sh {{event.payload.x}}")]
    [InlineData("node --eval={{event.payload.x}}")]
    [InlineData("sh -c -- 'ls {{event.payload.x}}'")]
    [InlineData("flock /tmp/lock -c 'ls {{event.payload.x}}'")]
    [InlineData("sudo python3 -c 'print(\"{{event.payload.x}}\")'")]
    [InlineData("echo $(( {{event.payload.x}} + 1 ))")]
    [InlineData("cat <<'EOF'\n{{event.payload.x}}\nEOF")]
    [InlineData("sh <<EOF\necho {{event.payload.x}}\nEOF")]
    public void A_place_where_a_value_would_be_run_is_refused(string script)
    {
        Templates.Check(Shell(script), Any).ShouldNotBeNull();
        Should.Throw<TemplateException>(() => Expand(Shell(script), "x"));
    }

    [Fact]
    public void An_argument_keeps_its_value_inside_itself()
    {
        var action = new ActionDefinition { Name = "x", Type = ActionType.Exec, Argv = ["echo", "a={{event.payload.x}};{{event.type}}", "{{.Go}}"] };
        foreach (var text in Hostile) Expand(action, text).Argv.ShouldBe(["echo", $"a={text};t", "{{.Go}}"]);
        Templates.Check(action with { Argv = ["sh", "-c", "echo {{event.payload.x}}"] }, Any).ShouldNotBeNull();
        Templates.Check(action with { Argv = ["sh", "-c", "echo \"$1\"", "sh", "{{event.payload.x}}"] }, Any).ShouldBeNull();
    }

    [Theory]
    [InlineData("ssh|host|ls {{event.payload.x}}", "ssh would have a shell run")]
    [InlineData("/usr/bin/ssh|-p|22|host|ls|{{event.payload.x}}", "/usr/bin/ssh would have a shell run")]
    [InlineData("ssh|host|sh|run.sh|{{event.payload.x}}", "ssh would have a shell run")]
    [InlineData("sudo|ssh|host|{{event.payload.x}}", "ssh would have a shell run")]
    [InlineData("watch|ls {{event.payload.x}}", "watch would have a shell run")]
    [InlineData("sudo|-u|site|sh|-c|ls {{event.payload.x}}", "sh -c would run")]
    [InlineData("docker|exec|app|bash|-lc|ls {{event.payload.x}}", "bash -lc would run")]
    [InlineData("python3|-cprint({{event.payload.x}})", "python3 -c would run")]
    [InlineData("python3|-c{{event.payload.x}}", "python3 -c would run")]
    [InlineData("node|--eval={{event.payload.x}}", "node --eval= would run")]
    [InlineData("python3.12|-c|{{event.payload.x}}", "python3.12 -c would run")]
    [InlineData("sh|-c|--|ls {{event.payload.x}}", "sh -c would run")]
    [InlineData("bash|-c|-x|ls {{event.payload.x}}", "bash -c would run")]
    [InlineData("flock|/tmp/lock|-c|ls {{event.payload.x}}", "flock -c would run")]
    [InlineData("script|-qc|ls {{event.payload.x}}|/dev/null", "script -qc would run")]
    [InlineData("parallel|ls {{event.payload.x}}", "parallel would have a shell run")]
    [InlineData("sshpass|-e|ssh|host|{{event.payload.x}}", "ssh would have a shell run")]
    [InlineData("pwsh|-Command|{{event.payload.x}}", "pwsh -Command would run")]
    [InlineData("flock|/tmp/lock|cp|{{event.payload.x}}|/srv", null)]
    [InlineData("npm|run|watch|{{event.payload.x}}", null)]
    [InlineData("tar|-cf|{{event.payload.x}}|/etc/ssh", null)]
    [InlineData("sudo|cp|{{event.payload.x}}|/srv", null)]
    [InlineData("docker|exec|app|sh|-c|cat \"$1\"|sh|{{event.payload.x}}", null)]
    [InlineData("python3|tool.py|--name={{event.payload.x}}", null)]
    public void A_program_that_runs_its_arguments_is_given_no_value(string argv, string? fault)
    {
        var action = new ActionDefinition { Name = "x", Type = ActionType.Exec, Argv = argv.Split('|') };
        if (fault is null) Templates.Check(action, Any).ShouldBeNull();
        else Templates.Check(action, Any).ShouldNotBeNull().ShouldStartWith(fault);
    }

    [Fact]
    public void Names_that_can_be_known_are_checked()
    {
        Templates.Check("{{event.id}} {{event.payload.body.ref}} {{other}}", Any).ShouldBeNull();
        Templates.Check("{{event.payload.body}}", new EventMatch { Source = EventSource.Watch })!.ShouldContain("watch");
        Templates.Check("{{event.nme}}", Any)!.ShouldContain("event.nme");
        Templates.Check("{{event}}", Any).ShouldNotBeNull();
        Templates.Check("{{events.x}}", Any).ShouldBeNull();
    }

    [Fact]
    public void A_value_that_is_not_there_is_empty_and_named()
    {
        var action = Templates.Expand(new ActionDefinition { Name = "x", Type = ActionType.Exec, Argv = ["echo", "[{{event.payload.a.1.b}}]", "{{event.payload.y}}"] },
            Events.Manual("t", """{"a":[0,{"b":{"c":1}}]}"""), out var missing);
        action.Argv.ShouldBe(["echo", """[{"c":1}]""", ""]);
        missing.ShouldBe(["event.payload.y"]);
    }

    private static ActionDefinition Shell(string script) => new() { Name = "x", Type = ActionType.Shell, Command = script };

    private static ActionDefinition Expand(ActionDefinition action, string value) =>
        Templates.Expand(action, Events.Manual("t", $"{{\"x\":{JsonSerializer.Serialize(value, Bus.JsonStrings.Default.String)}}}"), out _);

    private static string Sh(ActionDefinition action, string directory)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", action.Command]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = directory, StandardOutputEncoding = Encoding.UTF8 };
        foreach (var (name, value) in action.Env) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit(60_000).ShouldBeTrue();
        return output;
    }
}
