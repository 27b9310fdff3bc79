using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Real shells, asked as a press of the tab key asks them.</summary>
public sealed class ShellCompletionTests : IDisposable
{
    private readonly TestProject _project = new();

    public ShellCompletionTests()
    {
        _project.Configure("""
            schedule: { jobs: [ { id: nightly-build, cron: "0 3 * * *", action: test } ] }
            actions:
              test: { type: exec, argv: [make, test] }
              tidy: { type: exec, argv: [make, tidy] }

            """);
        Directory.CreateDirectory(_project.Combine("bin"));
        File.CreateSymbolicLink(_project.Combine("bin/aiwg-daemon"), DaemonBinary.Path);
    }

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("aiwg-daemon actions run t", "test tidy")]
    [InlineData("aiwg-daemon rules test --job ", "nightly-build")]
    [InlineData("aiwg-daemon sta", "start status")]
    [InlineData("aiwg-daemon stop --t", "--timeout")]
    public async Task Bash_completes(string line, string expected)
    {
        Find("bash");
        await Completes("bash", $$"""
            source <(aiwg-daemon completions bash)
            COMP_WORDS=({{line}}{{(line.EndsWith(' ') ? "''" : "")}}); COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            _aiwg_daemon; printf '%s\n' "${COMPREPLY[@]}"
            """, expected);
    }

    [Theory]
    [InlineData("aiwg-daemon actions run t", "test tidy")]
    [InlineData("aiwg-daemon rules test --job ", "nightly-build")]
    [InlineData("aiwg-daemon sta", "start status")]
    [InlineData("aiwg-daemon stop --t", "--timeout")]
    public async Task Fish_completes(string line, string expected)
    {
        Find("fish");
        await Completes("fish", $"aiwg-daemon completions fish | source\ncomplete -C '{line}' | string split -f1 \\t", expected);
    }

    [Theory]
    [InlineData("aiwg-daemon actions run t", "test tidy")]
    [InlineData("aiwg-daemon rules test --job ", "nightly-build")]
    [InlineData("aiwg-daemon sta", "start status")]
    [InlineData("aiwg-daemon stop --t", "--timeout")]
    public async Task Zsh_completes(string line, string expected)
    {
        Find("zsh");
        // zsh completes only at a terminal of its own: its pseudo-terminal module gives it one, and the keys. What it would list
        // is taken where it is handed over, which also ends the inner shell.
        await Completes("zsh", $$"""
            zmodload zsh/zpty
            zpty inner zsh -f -i
            zpty -w inner "PS1=''; autoload -Uz compinit; compinit -D -u; source <(aiwg-daemon completions zsh)"
            zpty -w inner "compadd() { local -a shown; builtin compadd -O shown \"\$@\"; print -rl -- \$shown >> {{_project.Combine(
                "offered"
            )}}; builtin compadd \"\$@\"; }"
            zpty -w inner "print re''ady"
            while zpty -r inner text '*ready*'; do break; done
            zpty -n -w inner "{{line}}"$'\t'
            for i in {1..300}; do [[ -s {{_project.Combine("offered")}} ]] && break; sleep 0.1; done
            zpty -d inner
            sort -u {{_project.Combine("offered")}}
            """, expected);
    }

    [Theory]
    [InlineData("aiwg-daemon actions run t", "test tidy")]
    [InlineData("aiwg-daemon sta", "start status")]
    public async Task PowerShell_completes(string line, string expected)
    {
        Find("pwsh");
        await Completes(
            "pwsh",
            $"aiwg-daemon completions pwsh | Out-String | Invoke-Expression\n(TabExpansion2 '{line}' "
                + $"{line.Length}).CompletionMatches.CompletionText",
            expected
        );
    }

    private static void Find(string shell) =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(directory => File.Exists(Path.Combine(directory, shell))),
            $"{shell} is not installed"
        );

    private async Task Completes(string shell, string script, string expected)
    {
        var file = $"ask.{(shell == "pwsh" ? "ps1" : shell)}";
        _project.WriteFile(file, script.ReplaceLineEndings("\n"));
        var result = await _project.Shell($"PATH=\"$PWD/bin:$PATH\" HOME=\"$PWD\" timeout 50 {shell} {file}");
        var offered = result
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Order(StringComparer.Ordinal);
        string.Join(' ', offered).ShouldBe(expected, result.Error);
    }
}
