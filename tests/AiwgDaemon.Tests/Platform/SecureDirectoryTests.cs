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
        Should
            .Throw<DirectoryNotFoundException>(() => SecureFile.CreateDirectory(_project.Combine("gone", ".aiwg", "daemon", "events")))
            .Message.ShouldContain("was the project moved");
        Directory.Exists(_project.Combine("gone")).ShouldBeFalse();
    }

    [Fact]
    public void A_symbolic_link_in_its_place_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege there");
        Directory.CreateDirectory(_project.Combine("elsewhere"));
        Directory.CreateDirectory(_project.Combine(".aiwg"));
        Directory.CreateSymbolicLink(_project.Combine(".aiwg", "daemon"), _project.Combine("elsewhere"));
        Should
            .Throw<IOException>(() => SecureFile.CreateDirectory(_project.Combine(".aiwg", "daemon")))
            .Message.ShouldContain("symbolic link");
        Should.Throw<IOException>(() => SecureFile.CreateDirectory(_project.Combine(".aiwg", "daemon", "events")));
        Directory.GetFileSystemEntries(_project.Combine("elsewhere")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(511)]
    [InlineData(493)]
    [InlineData(488)]
    public void One_that_is_there_becomes_its_owners_alone(int mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no modes");
        var (aiwg, daemon, events) = (
            _project.Combine(".aiwg"),
            _project.Combine(".aiwg", "daemon"),
            _project.Combine(".aiwg", "daemon", "events")
        );
        Directory.CreateDirectory(events);
        foreach (var directory in new[] { aiwg, daemon, events }) File.SetUnixFileMode(directory, (UnixFileMode)mode);

        SecureFile.CreateDirectory(daemon);
        SecureFile.CreateDirectory(events);

        File.GetUnixFileMode(daemon).ShouldBe(SecureFile.PrivateDirectory);
        File.GetUnixFileMode(events).ShouldBe(SecureFile.PrivateDirectory);
        File.GetUnixFileMode(aiwg).ShouldBe((UnixFileMode)mode, "it is the project's");
    }
}
