using AiwgDaemon.Lifecycle.Services;

namespace AiwgDaemon.Tests.Lifecycle.Services;

/// <summary>The values that systemd 252 gave a unit for the same file.</summary>
public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("  A = two words  ", "two words")]
    [InlineData("A=\"quoted  \"", "quoted  ")]
    [InlineData("A='$HOME \\n'", "$HOME \\n")]
    [InlineData("A=\"a\\\"b\\$c\\x\"", "a\"b$c\\x")]
    [InlineData("A=a\\ b", "a b")]
    [InlineData("A=one\\\ntwo", "onetwo")]
    [InlineData("A=\"two\nlines\"", "two\nlines")]
    [InlineData("A=1\r\n", "1")]
    [InlineData("# A=0\n; A=0\nA=1\nB=2", "1")]
    [InlineData("A=1\nA=2", "2")]
    [InlineData("A=", "")]
    [InlineData("A=a#b", "a#b")]
    [InlineData("export A=1", null)]
    [InlineData("# a comment \\\nA=1", null)]
    [InlineData("no equals", null)]
    [InlineData("", null)]
    public void A_line_is_read_as_systemd_reads_it(string text, string? value) =>
        EnvironmentFile.Parse(text).GetValueOrDefault("A").ShouldBe(value);

    [Fact]
    public void A_file_that_is_not_there_has_no_variables() => EnvironmentFile.Read("/nonexistent/environment").ShouldBeEmpty();
}
