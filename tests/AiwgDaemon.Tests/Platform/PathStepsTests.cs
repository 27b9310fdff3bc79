using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

public sealed class PathStepsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public PathStepsTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_link_on_the_way_is_named_and_the_end_has_none()
    {
        Directory.CreateDirectory(_directory.Combine("real", "in"));
        Directory.CreateSymbolicLink(_directory.Combine("up"), "real/in/..");
        Directory.CreateSymbolicLink(_directory.Combine("real", "absolute"), _directory.Combine("up", "in"));
        var steps = PathSteps.Of(_directory.Combine("up", "absolute", "missing", "file"));
        steps.Real.ShouldBe(_directory.Combine("real", "in", "missing", "file"));
        steps.Links.ShouldBe([_directory.Combine("up"), _directory.Combine("real", "absolute"), _directory.Combine("up")]);
        steps.Closed.ShouldBeNull();
        PathSteps.Of("/").Real.ShouldBe("/");
    }

    [Fact]
    public void A_circle_comes_to_an_end()
    {
        Directory.CreateSymbolicLink(_directory.Combine("a"), "b");
        Directory.CreateSymbolicLink(_directory.Combine("b"), "a");
        PathSteps.Of(_directory.Combine("a", "x")).Links.Count.ShouldBe(40);
    }

    [Fact]
    public void A_closed_directory_is_not_entered()
    {
        Directory.CreateDirectory(_directory.Combine("net"));
        Directory.CreateSymbolicLink(_directory.Combine("net", "link"), "/");
        Directory.CreateSymbolicLink(_directory.Combine("to"), "net/link");
        var steps = PathSteps.Of(_directory.Combine("to", "x"), path => path == _directory.Combine("net"));
        steps.Closed.ShouldBe(_directory.Combine("net"));
        steps.Real.ShouldBe(_directory.Combine("net", "link", "x"));
        steps.Links.ShouldBe([_directory.Combine("to")]);
    }
}
