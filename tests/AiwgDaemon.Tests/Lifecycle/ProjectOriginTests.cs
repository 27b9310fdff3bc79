using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class ProjectOriginTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_project_that_stays_or_was_restored_in_place_is_the_same()
    {
        var project = Project("here");
        var origin = ProjectOrigin.Of(project);
        ProjectOrigin.RelationTo(origin, project).ShouldBe(OriginRelation.Same);
        ProjectOrigin.RelationTo(origin with { Inode = origin.Inode + 1 }, project).ShouldBe(OriginRelation.Same);
    }

    [Fact]
    public void A_project_that_was_moved_is_the_same()
    {
        RequireInodes();
        var origin = ProjectOrigin.Of(Project("before"));
        Directory.Move(_directory.Combine("before"), _directory.Combine("after"));
        ProjectOrigin.RelationTo(origin, new ProjectPaths(_directory.Combine("after"))).ShouldBe(OriginRelation.Same);
    }

    [Fact]
    public void A_project_that_is_reached_over_a_link_is_the_same()
    {
        RequireInodes();
        var origin = ProjectOrigin.Of(Project("real"));
        Directory.CreateSymbolicLink(_directory.Combine("link"), _directory.Combine("real"));
        ProjectOrigin.RelationTo(origin, new ProjectPaths(_directory.Combine("link"))).ShouldBe(OriginRelation.Same);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_is_one_whether_or_not_its_original_is_still_there(bool isThere)
    {
        RequireInodes();
        var origin = ProjectOrigin.Of(Project("original"));
        var copy = Project("copy");
        // Moved away first, so that the number is not given to another directory.
        if (!isThere) Directory.Move(_directory.Combine("original"), _directory.Combine("elsewhere"));
        ProjectOrigin.RelationTo(origin, copy).ShouldBe(OriginRelation.Copy);
    }

    [Fact]
    public void A_snapshot_is_a_copy_while_a_daemon_runs_in_the_original_and_its_twin_when_none_does()
    {
        RequireInodes();
        var original = Project("original");
        var snapshot = Project("snapshot");
        var origin = ProjectOrigin.Of(original) with { Inode = ProjectOrigin.Of(snapshot).Inode };
        using (InstanceLock.TryTake(original.Lock)) ProjectOrigin.RelationTo(origin, snapshot).ShouldBe(OriginRelation.Copy);
        ProjectOrigin.RelationTo(origin, snapshot).ShouldBe(OriginRelation.Twin);
    }

    private ProjectPaths Project(string name)
    {
        Directory.CreateDirectory(_directory.Combine(name, ".aiwg", "daemon"));
        return new ProjectPaths(_directory.Combine(name));
    }

    private static void RequireInodes()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("inode numbers are asked for on Linux");
    }
}
