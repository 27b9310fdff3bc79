using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

public sealed class SecureDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void It_is_made_with_what_is_missing_up_to_the_project_and_private()
    {
        SecureFile.CreateDirectory(_project.Combine(".aiwg", "daemon", "events"));
        Directory.Exists(_project.Combine(".aiwg", "daemon", "events")).ShouldBeTrue();
        if (OperatingSystem.IsWindows()) return;
        foreach (var directory in new[] { _project.Combine(".aiwg", "daemon"), _project.Combine(".aiwg", "daemon", "events") })
            File.GetUnixFileMode(directory).ShouldBe(SecureFile.PrivateDirectory);
    }

    [Fact]
    public void A_project_that_is_gone_is_not_made_anew()
    {
        Should.Throw<DirectoryNotFoundException>(() => SecureFile.CreateDirectory(_project.Combine("gone", ".aiwg", "daemon", "events"))).Message.ShouldContain("was the project moved");
        Directory.Exists(_project.Combine("gone")).ShouldBeFalse();
    }

    [Fact]
    public void A_symbolic_link_in_its_place_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege there");
        Directory.CreateDirectory(_project.Combine("elsewhere"));
        Directory.CreateDirectory(_project.Combine(".aiwg"));
        Directory.CreateSymbolicLink(_project.Combine(".aiwg", "daemon"), _project.Combine("elsewhere"));
        Should.Throw<IOException>(() => SecureFile.CreateDirectory(_project.Combine(".aiwg", "daemon"))).Message.ShouldContain("symbolic link");
        Should.Throw<IOException>(() => SecureFile.CreateDirectory(_project.Combine(".aiwg", "daemon", "events")));
        Directory.GetFileSystemEntries(_project.Combine("elsewhere")).ShouldBeEmpty();
    }

    [Fact]
    public void Others_lose_the_right_to_write_to_one_that_is_there()
    {
        if (OperatingSystem.IsWindows()) return;
        var directory = _project.Combine(".aiwg", "daemon");
        Directory.CreateDirectory(directory);
        const UnixFileMode Everybody = (UnixFileMode)511;
        File.SetUnixFileMode(directory, Everybody);
        SecureFile.CreateDirectory(directory);
        File.GetUnixFileMode(directory).ShouldBe(Everybody & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }
}
