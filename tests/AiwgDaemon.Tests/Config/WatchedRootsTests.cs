using AiwgDaemon.Config;
using AiwgDaemon.Globs;

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

    [Theory]
    [InlineData("src", "*.ts", false)]
    [InlineData("src", "s*", true)]
    [InlineData("README.md", "*.md", true)]
    [InlineData("docs/README.md", "*.md", false)]
    [InlineData(".", "*.ts", true)]
    [InlineData("/elsewhere", "*.ts", true)]
    public void A_name_alone_is_for_what_lies_directly_in_the_project(string root, string pattern, bool reachable) =>
        new WatchedRoots([root, "unrelated/x"])
            .MayHoldOnTop(Glob.TryParse(pattern, out var glob, out _) ? glob! : throw new FormatException(pattern))
            .ShouldBe(reachable);

    [Fact]
    public void Without_roots_nothing_is() => new WatchedRoots([]).MayHold("").ShouldBeFalse();
}
