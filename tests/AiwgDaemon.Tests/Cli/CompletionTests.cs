using System.Diagnostics;
using AiwgDaemon.Cli;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryDirectory _project = new();

    public CompletionTests()
    {
        Directory.CreateDirectory(_project.Combine(".aiwg"));
        File.WriteAllText(_project.Combine(".aiwg", "daemon.yaml"), """
            schedule:
              jobs:
                - { id: nightly, cron: "0 3 * * *", action: test }
            actions:
              test: { type: exec, argv: [make, test] }
              tidy: { type: exec, argv: [make, tidy] }
              deploy: { type: exec, argv: [make, deploy] }
            """);
    }

    [Theory]
    [InlineData("st", "start stop status")]
    [InlineData("sta", "start status")]
    [InlineData("actions ", "list show logs cancel retry hold release run")]
    [InlineData("actions run ", "deploy test tidy")]
    [InlineData("actions run t", "test tidy")]
    [InlineData("actions run test ", "")]
    [InlineData("rules test --job ", "nightly")]
    [InlineData("events --rule ", "job:nightly")]
    [InlineData("rules test --source s", "schedule")]
    [InlineData("rules test --source=s", "--source=schedule")]
    [InlineData("rules test --source = s", "schedule")]
    [InlineData("config show --pr", "--project")]
    [InlineData("completions ", "bash fish pwsh zsh")]
    [InlineData("start --config ", ":file")]
    [InlineData("start --project ", ":dir")]
    [InlineData("man", "")]
    [InlineData("nothing at all ", "")]
    public void The_last_word_is_completed(string line, string expected) =>
        Values(line).Order().ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());

    [Fact]
    public void Options_are_offered_once_a_dash_is_written() => Values("status -").ShouldContain("--json");

    [Fact]
    public void A_broken_configuration_has_no_names_and_says_nothing()
    {
        File.WriteAllText(_project.Combine(".aiwg", "daemon.yaml"), "actions: [");
        Values("actions run ").ShouldBeEmpty();
    }

    [Fact]
    public void A_shell_that_cannot_pass_an_empty_word_says_so() =>
        Run("complete", "--new-word", "--", "actions")
            .Output.ShouldStartWith("list\tWaiting, running and ended actions, the newest last\n");

    [Theory]
    [InlineData("bash", "bash", "-n")]
    [InlineData("zsh", "zsh", "-n")]
    [InlineData("fish", "fish", "-n")]
    public async Task Each_shell_can_read_its_script(string shell, string program, string option)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(d => Path.Combine(d, program))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed");
        var script = _project.Combine("script");
        await File.WriteAllTextAsync(script, Run("completions", shell).Output, TestContext.Current.CancellationToken);
        (await Shell(path, option, script)).ShouldBe((0, "", ""));
    }

    [Fact]
    public async Task Bash_offers_what_the_program_says()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is not installed");
        var program = _project.Combine("aiwg-daemon");
        ProgramFile.Write(
            program,
            "#!/bin/sh\nprintf 'run\\tQueue it\\nname with blank\\n'; echo \"$# $3 $4\" >&2; echo \"$3|$4|$5\" > \"$0.asked\"\n"
        );
        await File.WriteAllTextAsync(_project.Combine("script"), Run("completions", "bash").Output, TestContext.Current.CancellationToken);
        var result = await Shell(
            "/bin/bash",
            "-c",
            "source \"$0\"; COMP_WORDS=(\"$1\" actions r more); COMP_CWORD=2; _aiwg_daemon; printf '%s\\n' \"${COMPREPLY[@]}\"",
            _project.Combine("script"),
            program
        );
        result.ShouldBe((0, "run\nname\\ with\\ blank\n", ""));
        (await File.ReadAllTextAsync(program + ".asked", TestContext.Current.CancellationToken)).ShouldBe("actions|r|\n");
    }

    [Fact]
    public async Task The_manual_page_is_free_of_markup_errors()
    {
        var page = Run("man").Output;
        page.ShouldContain(".SH EXIT STATUS");
        page.ShouldContain("aiwg\\-daemon actions run NAME [options]");
        page.ShouldNotContain("aiwg\\-daemon complete");
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff is not installed");
        await File.WriteAllTextAsync(_project.Combine("page.1"), page, TestContext.Current.CancellationToken);
        var (code, _, error) = await Shell("/usr/bin/groff", "-man", "-Tascii", "-ww", "-z", _project.Combine("page.1"));
        (code, error).ShouldBe((0, ""));
    }

    public void Dispose() => _project.Dispose();

    private string[] Values(string line)
    {
        string[] words = ["--project", _project.Path, .. line.Split(' ')];
        var output = Run(["complete", "--", .. words]).Output;
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[0])];
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(arguments, output, error);
        error.ToString().ShouldBeEmpty();
        return (code, output.ToString(), error.ToString());
    }

    private static async Task<(int Code, string Output, string Error)> Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }
}
