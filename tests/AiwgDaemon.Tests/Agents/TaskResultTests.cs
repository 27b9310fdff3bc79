using AiwgDaemon.Agents;

namespace AiwgDaemon.Tests.Agents;

/// <summary>The daemon's own lines are no part of a result.</summary>
public sealed class TaskResultTests
{
    [Theory]
    [InlineData("# action 1\n# in /p\n\nhello\nworld\n# completed, exit code 0\n", "hello\nworld\n")]
    [InlineData("# action 1\n\n# a heading\n\ntext\n# completed\n", "# a heading\n\ntext\n")]
    [InlineData("# action 1\n\nno end of line\n# completed\n", "no end of line\n")]
    [InlineData("# action 1\n\n# completed\n", "")]
    [InlineData("# action 1\n\nstill running\n", "still running\n")]
    [InlineData("", "")]
    public void Header_and_footer_are_left_out(string output, string result) => TaskResult.Body(output, isWhole: true).ShouldBe(result);

    [Fact]
    public void Of_the_end_of_a_long_output_only_the_footer_is_left_out() =>
        TaskResult.Body("middle\n\nend\n# completed\n", isWhole: false).ShouldBe("middle\n\nend\n");

    [Fact]
    public void A_file_that_is_gone_has_no_result() => TaskResult.Read("/there/is/none.log").ShouldBeNull();
}
