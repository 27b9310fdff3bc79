using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Ignore;

namespace AiwgDaemon.Tests.Sources.Watch;

public sealed class GitConfigFileTests
{
    [Theory]
    [InlineData("[core]\n\texcludesFile = ~/ign\n", "~/ign")]
    [InlineData("[core]\r\n\texcludesFile = ~/ign\r\n", "~/ign")]
    [InlineData("[core] excludesFile = ~/ign", "~/ign")]
    [InlineData("[CORE]\nEXCLUDESFILE=~/ign", "~/ign")]
    [InlineData("[core]\nexcludesFile = ~/ign ; mine", "~/ign")]
    [InlineData("[core]\nexcludesFile = ~/ign # mine", "~/ign")]
    [InlineData("[core]\nexcludesFile = \"~/a # b\" # mine", "~/a # b")]
    [InlineData("[core]\nexcludesFile = \"C:\\\\x\"", "C:\\x")]
    [InlineData("[core]\nexcludesFile = ~/a\\\nb", "~/ab")]
    [InlineData("[core]\nexcludesFile = a b  \n", "a b")]
    [InlineData("[core]\nexcludesFile = \"a \" \n", "a ")]
    [InlineData("# c\n; d\n[user]\nname = [core]\n[core] ; x\nbare\nexcludesFile = x", "x")]
    [InlineData("[core]\nexcludesFile =\n", "")]
    [InlineData("\ufeff[core]\nexcludesFile = x", "x")]
    public void A_value_is_read_as_git_reads_it(string text, string value) =>
        GitConfigFile.Parse(text).Last(e => e is { Section: "core", Subsection: "", Key: "excludesfile" }).Value.ShouldBe(value);

    [Theory]
    [InlineData("[core \"sub\"]\nexcludesFile = x", "sub")]
    [InlineData("[core.Sub]\nexcludesFile = x", "sub")]
    [InlineData("[core \"a\\\"b\"]\nexcludesFile = x", "a\"b")]
    public void A_subsection_is_another_section(string text, string subsection) =>
        GitConfigFile.Parse(text).ShouldHaveSingleItem().Subsection.ShouldBe(subsection);

    [Theory]
    [InlineData("[core]\nexcludesFile = x\n[bro ken\nexcludesFile = y")]
    [InlineData("[core]\nexcludesFile = x\nexcludesFile = \"y\n")]
    [InlineData("[core]\nexcludesFile = x\n= y\nexcludesFile = z")]
    [InlineData("[core]\nexcludesFile = x\nexcludesFile = \\q\n")]
    [InlineData("[core]\nexcludesFile = x\n[\"")]
    public void What_stands_behind_a_fault_is_left_out(string text) => GitConfigFile.Parse(text).ShouldHaveSingleItem().Value.ShouldBe("x");
}
