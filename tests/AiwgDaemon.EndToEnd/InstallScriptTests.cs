using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>scripts/install.sh against a release that holds a script for a program.</summary>
public sealed class InstallScriptTests : IDisposable
{
    private readonly TestProject _place = new();

    public InstallScriptTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "install.ps1 is for Windows");
        Run("""
            set -e
            mkdir -p files/completions release
            printf '#!/bin/sh\necho aiwg-daemon 1.2.3\n' > files/aiwg-daemon
            chmod +x files/aiwg-daemon
            touch files/aiwg-daemon.1 files/completions/aiwg-daemon files/completions/_aiwg-daemon files/completions/aiwg-daemon.fish
            for rid in linux-x64 linux-arm64 osx-arm64 osx-x64; do tar -czf release/aiwg-daemon-1.2.3-$rid.tar.gz -C files .; done
            cd release
            if command -v sha256sum > /dev/null; then sha256sum *.tar.gz; else shasum -a 256 *.tar.gz; fi > SHA256SUMS
            """).ShouldExit(0);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void It_installs_the_program_with_its_page_and_completions_and_says_how_to_undo_that()
    {
        var result = Install("--prefix", _place.Combine("to here")).ShouldExit(0);
        result.Output.ShouldStartWith($"Installed aiwg-daemon 1.2.3 to {_place.Combine("to here/bin/aiwg-daemon")}\n");
        result.Output.ShouldContain("To undo: rm ");
        foreach (
            var file in new[]
            {
                "bin/aiwg-daemon",
                "share/man/man1/aiwg-daemon.1",
                "share/bash-completion/completions/aiwg-daemon",
                "share/zsh/site-functions/_aiwg-daemon",
                "share/fish/vendor_completions.d/aiwg-daemon.fish",
            }
        )
            File.Exists(_place.Combine("to here", file)).ShouldBeTrue(file);
        Install("--prefix", _place.Combine("to here")).ShouldExit(0);
    }

    [Fact]
    public void A_changed_archive_is_refused_and_nothing_is_installed()
    {
        Run("for f in release/*.tar.gz; do echo more >> $f; done").ShouldExit(0);
        Install("--prefix", _place.Combine("to")).ShouldExit(1).Error.ShouldContain("is damaged or was changed");
        Directory.Exists(_place.Combine("to")).ShouldBeFalse();
    }

    [Fact]
    public void A_version_that_is_not_there_and_a_connection_in_the_clear_are_refused()
    {
        Install("--version", "9.9.9").ShouldExit(1).Error.ShouldContain("of version 9.9.9");
        Run("\"$SCRIPT\" --from http://127.0.0.1/").ShouldExit(1).Error.ShouldContain("use https");
        Run("\"$SCRIPT\" --nonsense").ShouldExit(1).Error.ShouldContain("--nonsense is not known");
    }

    private RunResult Install(params string[] arguments) =>
        Run($"\"$SCRIPT\" --from release {string.Join(' ', arguments.Select(a => $"'{a}'"))}");

    private RunResult Run(string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script])
        {
            WorkingDirectory = _place.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SCRIPT"] = Path.Combine(Repository.Root, "scripts", "install.sh");
        start.Environment["HOME"] = _place.Root;
        using var command = new RunningCommand(start);
        return command.UntilEnd().GetAwaiter().GetResult();
    }
}
