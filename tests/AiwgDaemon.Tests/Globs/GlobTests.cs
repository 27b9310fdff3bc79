using AiwgDaemon.Globs;

namespace AiwgDaemon.Tests.Globs;

public sealed class GlobTests
{
    [Theory]
    [InlineData("src/a.ts", "src/a.ts", "src/b.ts")]
    [InlineData("*.ts", "a.ts,.ts", "a.tsx,src/a.ts")]
    [InlineData("**/*.ts", "a.ts,src/a.ts,src/x/.ts", "a.tsx")]
    [InlineData("src/**/*.ts", "src/a.ts,src/x/y/a.ts", "a.ts,asrc/a.ts,src/a.js")]
    [InlineData("src/**", "src/a,src/a/b", "src,srca")]
    [InlineData("src/", "src/a,src/a/b", "src")]
    [InlineData("**/name", "name,a/name,a/b/name", "aname,name/b")]
    [InlineData("a/**/b/*.c", "a/b/x.c,a/x/y/b/z.c", "a/b/c/x.c,a/b")]
    [InlineData("**/a/**/b", "a/b,x/a/y/b,a/a/b", "ab,a")]
    [InlineData("test/**/*.test.*", "test/a.test.js,test/x/y.test.ts", "test/a.js,a.test.js")]
    [InlineData("{a,b{c,d}}/*.{x,y}", "a/1.x,bc/1.y,bd/.x", "b/1.x,a/1.z")]
    [InlineData("[a-c]?[!x]", "azy,bb1", "dzy,azx,a/y,az")]
    [InlineData("\\*[[]\\{", "*[{", "a[{")]
    [InlineData("a*b*c", "abc,axxbyyc,abcbc", "ab,abcd,a/bc")]
    [InlineData("?", "é,😀", "ab,")]
    [InlineData("/var/log/**", "/var/log/x", "var/log/x")]
    public void A_pattern_matches_what_it_says(string pattern, string yes, string no)
    {
        Glob.TryParse(pattern, out var glob, out var error).ShouldBeTrue(error);
        foreach (var path in yes.Split(',')) glob!.IsMatch(path).ShouldBeTrue($"{pattern} and {path}");
        foreach (var path in no.Split(',')) glob!.IsMatch(path).ShouldBeFalse($"{pattern} and {path}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a/../b")]
    [InlineData("[a")]
    [InlineData("[z-a]")]
    [InlineData("{a")]
    [InlineData("a}")]
    [InlineData("a\\")]
    [InlineData("[/]")]
    public void A_pattern_that_is_malformed_or_can_never_match_is_refused_with_the_reason(string pattern)
    {
        Glob.TryParse(pattern, out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("*.tmp", "a.tmp,x/a.tmp", "a.tmpl")]
    [InlineData("gen/**", "gen/", "a/gen/,gen.x,gen")]
    [InlineData("build/", "build/,a/build/", "build,builda/")]
    [InlineData("/top", "top", "a/top")]
    [InlineData("a/b", "a/b", "x/a/b")]
    public void An_ignore_pattern_holds_by_name_or_relative_to_its_base(string pattern, string yes, string no)
    {
        IgnoreList.TryParse([pattern], out var list, out var error).ShouldBeTrue(error);
        foreach (var path in yes.Split(','))
            list!.Match(path.TrimEnd('/'), path.EndsWith('/')).ShouldBe(GitIgnoreVerdict.Ignored, $"{pattern} and {path}");
        foreach (var path in no.Split(','))
            list!.Match(path.TrimEnd('/'), path.EndsWith('/')).ShouldBe(GitIgnoreVerdict.None, $"{pattern} and {path}");
    }

    [Theory]
    [InlineData("*.tmp !keep.tmp", "a.tmp", "keep.tmp,x/keep.tmp")]
    [InlineData("gen/* !gen/keep.c", "gen/d.c,gen/sub/", "gen/keep.c")]
    [InlineData("gen/** !gen/keep.c", "gen/d.c,gen/sub/,gen/sub/d.c", "gen/keep.c")]
    [InlineData("!keep.tmp *.tmp", "keep.tmp,a.tmp", "")]
    [InlineData("* !*/ !*.c", "a.h", "dir/,a.c")]
    public void An_exclamation_mark_takes_back_what_an_earlier_pattern_ignores(string patterns, string ignored, string included)
    {
        IgnoreList.TryParse(patterns.Split(' '), out var list, out var error).ShouldBeTrue(error);
        foreach (var path in ignored.Split(','))
            list!.Match(path.TrimEnd('/'), path.EndsWith('/')).ShouldBe(GitIgnoreVerdict.Ignored, path);
        foreach (var path in included.Split(',', StringSplitOptions.RemoveEmptyEntries))
            list!.Match(path.TrimEnd('/'), path.EndsWith('/')).ShouldBe(GitIgnoreVerdict.Included, path);
    }

    [Fact]
    public void A_directory_is_left_out_as_a_whole_if_nothing_in_it_is_taken_back()
    {
        IgnoreList.TryParse(["gen/**"], out var whole, out _).ShouldBeTrue();
        whole!.Match("gen", isDirectory: true).ShouldBe(GitIgnoreVerdict.Ignored);
        IgnoreList.TryParse(["gen/**", "!gen/keep"], out var open, out _).ShouldBeTrue();
        open!.Match("gen", isDirectory: true).ShouldBe(GitIgnoreVerdict.None);
    }
}
