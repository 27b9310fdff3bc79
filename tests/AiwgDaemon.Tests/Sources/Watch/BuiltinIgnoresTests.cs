using System.Text;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Ignore;

namespace AiwgDaemon.Tests.Sources.Watch;

public sealed class BuiltinIgnoresTests
{
    [Theory]
    [InlineData(".notes.txt.swp")]
    [InlineData(".notes.txt.swo")]
    [InlineData(".notes.txt.swx")]
    [InlineData(".notes.txt.swpx")]
    [InlineData(".swp")]
    [InlineData("notes.txt~")]
    [InlineData(".#notes.txt")]
    [InlineData("#notes.txt#")]
    [InlineData("Program.cs___jb_tmp___")]
    [InlineData(".git")]
    public void What_editors_make_beside_a_file_is_left_out(string name) => IsIgnored(name).ShouldBeTrue();

    [Theory]
    [InlineData("fonts.swp")]
    [InlineData("x.swo")]
    [InlineData(".logo.swf")]
    [InlineData(".logo.swa")]
    [InlineData("4913")]
    [InlineData("~")]
    [InlineData("#")]
    [InlineData("##")]
    [InlineData(".#")]
    [InlineData(".gitattributes")]
    [InlineData("___jb_tmp___")]
    public void What_only_looks_like_it_is_reported(string name) => IsIgnored(name).ShouldBeFalse();

    private static bool IsIgnored(string name) => BuiltinIgnores.IsIgnoredFile("src"u8, Encoding.UTF8.GetBytes(name));
}
