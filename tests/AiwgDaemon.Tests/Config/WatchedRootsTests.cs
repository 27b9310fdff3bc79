using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

public sealed class WatchedRootsTests
{
    [Theory]
    [InlineData("src", "src/", true)]
    [InlineData("./src/", "src/deep/er/", true)]
    [InlineData("src/deep", "src/", true)]
    [InlineData("src/deep", "", true)]
    [InlineData("src", "srcs/", false)]
    [InlineData("src", "lib/", false)]
    [InlineData("src/deep", "src/other/", false)]
    [InlineData(".", "lib/", true)]
    [InlineData("/elsewhere", "lib/", true)]
    public void A_directory_is_reachable_in_a_root_and_above_one(string root, string directory, bool reachable) =>
        new WatchedRoots([root, "unrelated/x"]).MayHold(directory).ShouldBe(reachable);

    [Fact]
    public void Without_roots_nothing_is() => new WatchedRoots([]).MayHold("").ShouldBeFalse();
}
