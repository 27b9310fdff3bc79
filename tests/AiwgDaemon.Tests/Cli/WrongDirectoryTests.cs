using AiwgDaemon.Cli;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

/// <summary>Something else than a directory has the name of <c>.aiwg</c> or <c>.aiwg/daemon</c>: every command says so, with the
/// cure.</summary>
public sealed class WrongDirectoryTests : IDisposable
{
    private static readonly (string Line, int ExitCode)[] Commands =
    [
        ("start", 1),
        ("start --foreground", 1),
        ("restart", 1),
        ("status", 1),
        ("status --json", 1),
        ("stop", 1),
        ("reload", 1),
        ("logs", 1),
        ("events", 1),
        ("emit t", 1),
        ("actions", 1),
        ("dead-letters", 1),
        ("config validate", 5),
        ("config show", 5),
        ("config init", 1),
    ];

    private readonly TemporaryDirectory _directory = new();
    private readonly ProjectPaths _paths;

    public WrongDirectoryTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege there");
        _paths = new(Directory.CreateDirectory(_directory.Combine("project")).FullName);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_dangling_link_in_place_of_the_projects_folder()
    {
        File.CreateSymbolicLink(_paths.Aiwg, "../nowhere");
        EachSays(
            Commands,
            $"{_paths.Aiwg} is a symbolic link to ../nowhere, which is not a directory; make a directory there, or remove the link"
        );
        Directory.Exists(_directory.Combine("nowhere")).ShouldBeFalse();
    }

    [Fact]
    public void A_file_in_place_of_the_projects_folder()
    {
        File.WriteAllText(_paths.Aiwg, "mine");
        EachSays(Commands, $"{_paths.Aiwg} is not a directory, which the daemon's files need; move it out of the way");
        File.ReadAllText(_paths.Aiwg).ShouldBe("mine");
    }

    [Fact]
    public void A_link_in_place_of_the_daemons_directory_is_not_followed()
    {
        var elsewhere = new ProjectPaths(_directory.Combine("elsewhere"));
        using (ProjectClaim.Take(new(Directory.CreateDirectory(elsewhere.Project).FullName))) File.WriteAllText(elsewhere.State, "{}");
        Directory.CreateDirectory(_paths.Aiwg);
        Directory.CreateSymbolicLink(_paths.Daemon, elsewhere.Daemon);
        EachSays(NotConfig, $"{_paths.Daemon} is a symbolic link, which is not followed; remove it, or put a directory in its place");
        Run("config init").ExitCode.ShouldBe(0, "the configuration lies beside it");
        Run("config validate").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void A_file_in_place_of_the_daemons_directory()
    {
        Directory.CreateDirectory(_paths.Aiwg);
        File.WriteAllText(_paths.Daemon, "");
        EachSays(NotConfig, $"{_paths.Daemon} is not a directory, which the daemon's files need; move it out of the way");
    }

    [Fact]
    public void A_link_to_a_directory_in_place_of_the_projects_folder_is_followed()
    {
        Directory.CreateDirectory(_directory.Combine("elsewhere"));
        Directory.CreateSymbolicLink(_paths.Aiwg, "../elsewhere");
        Run("status").ExitCode.ShouldBe(3);
        Run("config init").ExitCode.ShouldBe(0);
        Run("config validate").ExitCode.ShouldBe(0);
        using (ProjectClaim.Take(_paths)) File.Exists(_directory.Combine("elsewhere", "daemon.pid")).ShouldBeTrue();
    }

    private static (string Line, int ExitCode)[] NotConfig =>
        [.. Commands.Where(c => !c.Line.StartsWith("config", StringComparison.Ordinal))];

    private void EachSays((string Line, int ExitCode)[] commands, string fault)
    {
        foreach (var (line, code) in commands)
        {
            var (exit, output, error) = Run(line);
            exit.ShouldBe(code, line);
            output.ShouldBeEmpty(line);
            error.ShouldBe((code == 5 ? "" : "aiwg-daemon: ") + fault + "\n", line);
        }
        var doctor = Run("doctor");
        doctor.ExitCode.ShouldBe(1);
        doctor.Error.ShouldBeEmpty();
        doctor
            .Output.Split('\n')
            .Where(l => l.StartsWith("attention", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldEndWith(fault);
    }

    private (int ExitCode, string Output, string Error) Run(string line)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (CommandLine.Run([.. line.Split(' '), "--project", _paths.Project], output, error), output.ToString(), error.ToString());
    }
}
