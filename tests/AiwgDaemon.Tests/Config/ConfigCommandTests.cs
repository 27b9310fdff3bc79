using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.Cli;
using AiwgDaemon.Config;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Config;

/// <summary>The commands below <c>config</c>, as somebody types them.</summary>
public sealed class ConfigCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.Combine(".aiwg", "daemon.yaml");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Init_writes_a_commented_file_and_its_schema_and_never_overwrites()
    {
        Run("config", "init", "--config", File).ShouldBe((0, $"Wrote {File}; check it with: aiwg-daemon config validate\n", ""));
        System.IO.File.ReadAllText(File).ShouldBe(ConfigTemplate.Yaml());
        System.IO.File.ReadAllText(_directory.Combine(".aiwg", ConfigTemplate.SchemaFile)).ShouldContain("json-schema.org");
        Run("config", "init", "--config", File).ShouldBe((1, "", $"{File} exists already; edit it, or replace it with --force\n"));
        Run("config", "init", "--config", File, "--force", "--format", "json").ExitCode.ShouldBe(0);
        System.IO.File.ReadAllText(File).ShouldBe(DefaultConfiguration.Json);
    }

    [Fact]
    public void Validate_counts_what_is_there()
    {
        ConfigLoader.WriteDefault(File);
        Run("config", "validate", "--config", File).ShouldBe((0, $"{File} is valid: 2 watched paths, 1 job, 0 rules\n", ""));
    }

    [Fact]
    public void Validate_prints_one_JSON_document()
    {
        Write("watch:\n  debounce: 5\n");
        var (exitCode, output, error) = Run("config", "validate", "--json", "--config", File);
        (exitCode, error).ShouldBe((5, ""));
        using var document = JsonDocument.Parse(output);
        document.RootElement.GetProperty("valid").GetBoolean().ShouldBeFalse();
        var entry = document.RootElement.GetProperty("errors")[0];
        entry.GetProperty("line").GetInt32().ShouldBe(2);
        entry.GetProperty("column").GetInt32().ShouldBe(3);
        entry.GetProperty("key").GetString().ShouldBe("watch.debounce");
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_invalid_configuration() =>
        Run("config", "validate", "--config", File)
            .ShouldBe((5, "", $"{File}: does not exist (write one with: aiwg-daemon config init)\n"));

    [Fact]
    public void A_warning_does_not_fail()
    {
        Write("schedule:\n  jobs:\n    - { name: a, cron: '@daily', action: doctor }\n");
        Run("config", "validate", "--config", File).ShouldBe((0, $"{File} is valid: 0 watched paths, 1 job, 0 rules\n",
            $"warning: {File}:3:9: schedule.jobs[0].name: is read as id (write id: instead)\n"));
    }

    [Fact]
    public void Show_gives_each_value_with_its_origin()
    {
        Write("""
            watch:
              debounce_ms: 100
              paths:
                - path: "my src/"
                  events: modify
            actions:
              test: {type: exec, argv: [npm, test], env: {CI: 1}}
            rules:
              - id: r
                event: {source: manual, match: {size: ">= 10", ref: [a, 5]}}
                action: test
              - id: inline
                event: {source: watch}
                action: {type: notify, message: hi}
            """);
        var (exitCode, output, error) = Run("config", "show", "--config", File);
        (exitCode, error).ShouldBe((0, ""));
        output.ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
        // What is shown is itself a configuration that says the same.
        var shown = ConfigLoader.Load(System.Text.Encoding.UTF8.GetBytes(output), "shown.yaml");
        shown.Errors.ShouldBeEmpty();
        ConfigDifference.Describe(ConfigLoader.Load(_directory.Path, null).Configuration!, shown.Configuration!).ShouldBeEmpty();
    }

    [Fact]
    public void Show_of_a_broken_file_says_what_is_broken()
    {
        Write("watch: 5\n");
        var (exitCode, output, error) = Run("config", "show", "--config", File);
        (exitCode, output).ShouldBe((5, ""));
        error.ShouldContain("watch: is a number (5), not a map");
    }

    [Fact]
    public void Path_is_that_of_the_file_whether_it_exists_or_not() =>
        Run("config", "path", "--config", File).ShouldBe((0, File + "\n", ""));

    [Fact]
    public void Schema_is_the_approved_one() =>
        Run("config", "schema").Output.ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff().WithFileExtension("json"));

    private void Write(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, content);
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = new RootCommand { ConfigCommand.Create() }
            .Parse(arguments)
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }
}
