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
    [
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; '",
        "\"; touch pwned; \"",
        "\ntouch pwned\n",
        "a b  c",
        "*",
        "-rf",
        "\\",
        "'",
        "\"",
        "${HOME}",
        "EOF\ntouch pwned",
        "#",
        "!x",
        "%PATH%",
        "ü\u0001",
    ];

    [Theory]
    [InlineData("printf %s {{event.payload.x|dash}}")]
    [InlineData("printf %s '{{event.payload.x|dash}}'")]
    [InlineData("printf %s \"{{ event.payload.x | dash }}\"")]
    [InlineData("printf %s '['\"{{event.payload.x|dash}}\"']' | sed -e 1s/^.// -e '$s/.$//'")]
    [InlineData("# it's {{event.payload.x|dash}}\nprintf %s \"$(printf %s '{{event.payload.x|dash}}'; echo .)\" | sed '$s/[.]$//'")]
    [InlineData("sed '$s/$/./' <<EOF | sed '$s/[.]$//'\n{{event.payload.x|dash}}\nEOF")]
    [InlineData("flock /dev/null sed '$s/$/./' <<EOF | sed '$s/[.]$//'\n{{event.payload.x|dash}}\nEOF")]
    [InlineData("f() { printf %s \"$1\"; }; f '{{event.payload.x|dash}}' # don't")]
    [InlineData("sh -c 'printf %s \"$1\"' sh {{event.payload.x|dash}}")]
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
        Gen.Char["'\"`$(){}\\<>|;&# \n\tEOFx="]
            .Array[0, 20]
            .Select(Gen.Char["'\"`$(){}\\<>|;&# \n\tEOFx="].Array[0, 20])
            .Sample(
                (before, after) =>
                {
                    if (OperatingSystem.IsWindows())
                        return;
                    var action = Shell(new string(before) + "{{event.payload.x}}" + new string(after));
                    try
                    {
                        Expand(action, "hostile").Command.ShouldNotContain("hostile");
                    }
                    catch (TemplateException)
                    {
                        // Refused is safe.
                    }
                }
            );

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
        Templates.Check(Shell(script)).ShouldNotBeNull();
        Should.Throw<TemplateException>(() => Expand(Shell(script), "x"));
    }

    [Fact]
    public void An_argument_keeps_its_value_inside_itself()
    {
        var action = new ActionDefinition
        {
            Name = "x",
            Type = ActionType.Exec,
            Argv = ["echo", "a={{event.payload.x}};{{event.type}}", "{{.Go}}"],
        };
        foreach (var text in Hostile)
            Expand(action, text).Argv.ShouldBe(["echo", $"a={text};t", "{{.Go}}"]);
        Templates.Check(action with { Argv = ["sh", "-c", "echo {{event.payload.x}}"] }).ShouldNotBeNull();
        Templates.Check(action with { Argv = ["sh", "-c", "echo \"$1\"", "sh", "{{event.payload.x}}"] }).ShouldBeNull();
    }

    [Theory]
    [InlineData("ssh|host|ls {{event.payload.x}}", "ssh runs")]
    [InlineData("/usr/bin/ssh|-p|22|host|ls|{{event.payload.x}}", "/usr/bin/ssh runs")]
    [InlineData("ssh|host|sh|run.sh|{{event.payload.x}}", "ssh runs")]
    [InlineData("sudo|ssh|host|{{event.payload.x}}", "ssh runs")]
    [InlineData("watch|ls {{event.payload.x}}", "watch runs")]
    [InlineData("sudo|-u|site|sh|-c|ls {{event.payload.x}}", "sh -c")]
    [InlineData("docker|exec|app|bash|-lc|ls {{event.payload.x}}", "bash -c")]
    [InlineData("python3|-cprint({{event.payload.x}})", "python3 -c")]
    [InlineData("python3|-c{{event.payload.x}}", "python3 -c")]
    [InlineData("node|--eval={{event.payload.x}}", "node --eval")]
    [InlineData("python3.12|-c|{{event.payload.x}}", "python3.12 -c")]
    [InlineData("sh|-c|--|ls {{event.payload.x}}", "sh -c")]
    [InlineData("bash|-c|-x|ls {{event.payload.x}}", "bash -c")]
    [InlineData("flock|/tmp/lock|-c|ls {{event.payload.x}}", "flock -c")]
    [InlineData("script|-qc|ls {{event.payload.x}}|/dev/null", "script -c")]
    [InlineData("parallel|ls {{event.payload.x}}", "parallel")]
    [InlineData("sshpass|-e|ssh|host|{{event.payload.x}}", "ssh runs")]
    [InlineData("pwsh|-Command|{{event.payload.x}}", "pwsh")]
    [InlineData("flock|/tmp/lock|cp|{{event.payload.x}}|/srv", null)]
    [InlineData("npm|run|watch|{{event.payload.x}}", null)]
    [InlineData("tar|-cf|{{event.payload.x}}|/etc/ssh", null)]
    [InlineData("sudo|cp|{{event.payload.x}}|/srv", null)]
    [InlineData("docker|exec|app|sh|-c|cat \"$1\"|sh|{{event.payload.x}}", null)]
    [InlineData("python3|tool.py|--name={{event.payload.x}}", null)]
    public void A_program_that_runs_its_arguments_is_given_no_value(string argv, string? fault)
    {
        var action = new ActionDefinition { Name = "x", Type = ActionType.Exec, Argv = argv.Split('|') };
        if (fault is null) Templates.Check(action).ShouldBeNull();
        else Templates.Check(action).ShouldNotBeNull().What.ShouldContain(fault);
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
    public void A_script_gets_an_empty_variable_for_a_value_that_is_not_there_and_it_is_named()
    {
        var action = Templates.Expand(
            Shell("echo '[{{event.payload.a.1.b}}]' {{event.payload.y}} {{event.payload.z?}} {{event.payload.n}}"),
            TestEvents.Manual("t", """{"a":[0,{"b":{"c":1}}],"n":null}"""),
            out var missing
        );
        action.Env["AIWG_VALUE_1"].ShouldBe("""{"c":1}""");
        action.Env["AIWG_VALUE_2"].ShouldBe("");
        missing.ShouldBe(["event.payload.y", "event.payload.n"]);
    }

    [Theory]
    [InlineData("[echo, V]", true)]
    [InlineData("[echo, 'a V']", true)]
    [InlineData("[echo, V?]", false)]
    [InlineData("env", true)]
    [InlineData("env?", false)]
    [InlineData("cli", true)]
    [InlineData("ralph", true)]
    [InlineData("ralph?", false)]
    [InlineData("notify", false)]
    [InlineData("shell", false)]
    public void A_program_is_not_run_for_a_value_that_is_not_there(string place, bool fails)
    {
        var value = place.EndsWith('?') || place.Contains("V?") ? "{{event.payload.body.after?}}" : "{{event.payload.body.after}}";
        ActionDefinition action = place.TrimEnd('?') switch
        {
            "env" => new()
            {
                Name = "x",
                Type = ActionType.Exec,
                Argv = ["deploy.sh"],
                Env = new Dictionary<string, string> { ["REF"] = value },
            },
            "cli" => new()
            {
                Name = "x",
                Type = ActionType.Cli,
                Argv = ["status", value],
            },
            "ralph" => new()
            {
                Name = "x",
                Type = ActionType.Ralph,
                Objective = $"build {value}",
                Completion = "it works",
            },
            "notify" => new()
            {
                Name = "x",
                Type = ActionType.Notify,
                Command = value,
            },
            "shell" => Shell($"echo {value}"),
            _ => new() { Name = "x", Type = ActionType.Exec, Argv = ["echo", place.Contains("'a ") ? $"a {value}" : value] },
        };
        foreach (var payload in (string[])["""{"body":{"ref":"main"}}""", """{"body":{"after":null}}""", "{}"])
        {
            if (fails)
                Should
                    .Throw<TemplateException>(() => Templates.Expand(action, TestEvents.Manual("t", payload), out _))
                    .Message.ShouldContain("{{event.payload.body.after}} has no value");
            else
                Templates.Expand(action, TestEvents.Manual("t", payload), out _);
        }
        Templates.Expand(action, TestEvents.Manual("t", """{"body":{"after":""}}"""), out var missing);
        missing.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("git|fetch|origin|V", true)]
    [InlineData("git|fetch|--|origin|V", false)]
    [InlineData("git|add|--|V", false)]
    [InlineData("tool|V", true)]
    [InlineData("tool|V|dash", false)]
    [InlineData("tool|V|--|V", true)]
    [InlineData("tool|--name=V", false)]
    [InlineData("tool|./V", false)]
    [InlineData("tool|{{event.payload.none?}}V", true)]
    [InlineData("sudo|--|tool|V", true)]
    [InlineData("sudo|tool|--|V", false)]
    [InlineData("npm|test|--|V", true)]
    [InlineData("npm|test|--|--|V", true)]
    [InlineData("xargs|-0|cat|V", true)]
    [InlineData("jq|-n|--arg|v|V|$v", true)]
    public void A_value_that_would_be_an_option_fails_the_run(string argv, bool fails)
    {
        var dash = argv.EndsWith("|dash", StringComparison.Ordinal);
        argv = dash ? argv[..^5] : argv;
        var action = new ActionDefinition
        {
            Name = "x",
            Type = ActionType.Exec,
            Argv = argv.Replace("V", dash ? "{{event.payload.x|dash}}" : "{{event.payload.x}}")
                .Replace("|dash}}", "\u0000")
                .Split('|')
                .Select(w => w.Replace("\u0000", "|dash}}"))
                .ToList(),
        };
        Templates.Check(action).ShouldBeNull();
        Expand(action, "plain-text");
        foreach (var value in (string[])["-c", "--upload-pack=touch pwned", "-"])
        {
            if (fails)
                Should.Throw<TemplateException>(() => Expand(action, value)).Message.ShouldContain("{{event.payload.x}} begins with -");
            else
                Expand(action, value);
        }
    }

    [Theory]
    [InlineData("git fetch origin V", true)]
    [InlineData("X=V; git fetch origin $X", true)]
    [InlineData("X=V; git fetch -- origin \"$X\"", false)]
    [InlineData("sh -c 'git fetch origin \"$1\"' -- V", true)]
    [InlineData("for f in V; do rm $f; done", true)]
    [InlineData("f() { rm \"$1\"; }; f V", true)]
    [InlineData("f() { rm -- \"$1\"; }; f -- V", false)]
    [InlineData("echo \"text V\"", false)]
    [InlineData("cat <<EOF\nV\nEOF", false)]
    [InlineData("[ a = V ]", true)]
    [InlineData("case V in a) true;; esac", false)]
    [InlineData("rm $(basename V)", true)]
    public void A_value_that_would_be_an_option_fails_the_run_of_a_script(string script, bool fails)
    {
        if (OperatingSystem.IsWindows()) return;
        var action = Shell(script.Replace("V", "{{event.payload.x}}"));
        Templates.Check(action).ShouldBeNull();
        if (fails) Should.Throw<TemplateException>(() => Expand(action, "-rf")).Message.ShouldContain("{{event.payload.x}} begins with -");
        else Expand(action, "-rf");
    }

    private static ActionDefinition Shell(string script) => new() { Name = "x", Type = ActionType.Shell, Command = script };

    private static ActionDefinition Expand(ActionDefinition action, string value) =>
        Templates.Expand(action, TestEvents.Manual("t", $"{{\"x\":{JsonSerializer.Serialize(value, Bus.JsonStrings.Default.String)}}}"), out _);

    private static string Sh(ActionDefinition action, string directory)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", action.Command])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = directory,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in action.Env)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit(60_000).ShouldBeTrue();
        return output;
    }
}
