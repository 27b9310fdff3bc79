using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

/// <summary>The path of a claimed project leads to another directory all at once: nothing may be written there.</summary>
public sealed class ReplacedProjectTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Project => _directory.Combine("p");

    private ProjectPaths Paths => new(Project);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_directory_that_was_made_in_the_place_of_a_moved_project_stays_empty()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a directory with open files cannot be moved there");
        Directory.CreateDirectory(Project);
        using (var claim = ProjectClaim.Take(Paths))
        {
            Directory.Move(Project, _directory.Combine("p2"));
            Directory.CreateDirectory(Project);
            ShouldBeLost(claim);
        }
        Directory.EnumerateFileSystemEntries(Project).ShouldBeEmpty();
    }

    [Fact]
    public void So_does_one_that_was_made_in_the_place_of_a_removed_project()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a directory with open files cannot be removed there");
        Directory.CreateDirectory(Project);
        using (var claim = ProjectClaim.Take(Paths))
        {
            // Some filesystems give a freed inode number to the next that is made.
            Directory.Delete(Project, recursive: true);
            Directory.CreateDirectory(Project);
            ShouldBeLost(claim);
        }
        Directory.EnumerateFileSystemEntries(Project).ShouldBeEmpty();
    }

    [Fact]
    public void A_link_that_was_switched_to_another_project_leaves_that_as_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege there");
        var other = new ProjectPaths(_directory.Combine("other"));
        Directory.CreateDirectory(_directory.Combine("one"));
        Directory.CreateDirectory(other.Project);
        using (ProjectClaim.Take(other)) File.WriteAllText(other.State, "theirs");
        Directory.CreateSymbolicLink(Project, _directory.Combine("one"));
        using (var claim = ProjectClaim.Take(Paths))
        {
            Switch(other.Project);
            ShouldBeLost(claim);
        }
        File.ReadAllText(other.State).ShouldBe("theirs");
        File.Exists(other.PidFile).ShouldBeFalse();
    }

    [Fact]
    public void A_filesystem_that_was_mounted_over_it_stays_empty()
    {
        Directory.CreateDirectory(Project);
        using var claim = ProjectClaim.Take(Paths);
        using var disk = new SmallDisk(64, over: Project);

        ShouldBeLost(claim);

        Directory.EnumerateFileSystemEntries(Project).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_removed_below_a_project_that_is_still_there_is_made_anew()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a directory with open files cannot be removed there");
        Directory.CreateDirectory(Project);
        using var claim = ProjectClaim.Take(Paths);
        Directory.Delete(Paths.Aiwg, recursive: true);

        claim.Restore(out var lost).ShouldBeNull();

        lost.ShouldBeNull();
        Directory.Exists(Paths.Events).ShouldBeTrue();
    }

    [Fact]
    public void Who_had_the_project_before_may_write_again_when_it_is_given_back()
    {
        Directory.CreateDirectory(Project);
        ProjectClaim.Take(Paths).Dispose();
        Directory.Delete(Project, recursive: true);
        Directory.CreateDirectory(Project);
        using var claim = ProjectClaim.Take(Paths);
        SecureFile.Replace(Paths.State, "{}", SecureFile.Shared);
    }

    // Atomically, as deployments do.
    private void Switch(string target)
    {
        Directory.CreateSymbolicLink(_directory.Combine("next"), target);
        using var move = System.Diagnostics.Process.Start("mv", ["-T", _directory.Combine("next"), Project]);
        move.WaitForExit();
        move.ExitCode.ShouldBe(0);
    }

    private void ShouldBeLost(ProjectClaim claim)
    {
        List<string> stops = [];
        List<string> issues = [];
        var keeper = new ClaimKeeper(claim, (_, message, _) => { if (message is not null) issues.Add(message); }, stops.Add);
        // Between two beats too: the names lead elsewhere already.
        Should
            .Throw<IOException>(() => SecureFile.Replace(Paths.State, "{}", SecureFile.Shared))
            .Message.ShouldContain("is not the directory any more");
        Should.Throw<IOException>(() => SecureFile.CreateDirectory(Paths.Events));
        Should.Throw<IOException>(() => SecureFile.Open(Path.Combine(Paths.Events, "deliveries.jsonl"), SecureOpen.ReadWrite));
        Should.Throw<IOException>(claim.RestorePidFile);

        keeper.Keep().ShouldBeFalse();

        keeper.IsLost.ShouldBeTrue();
        issues.ShouldHaveSingleItem().ShouldContain("this daemon ends");
        stops.ShouldHaveSingleItem().ShouldBe("the project was moved or removed");
    }
}
