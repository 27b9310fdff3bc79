using System.Diagnostics;
using System.Text;
using AiwgDaemon.Globs;

namespace AiwgDaemon.Tests.Globs;

/// <summary>Patterns and names that somebody chose to cost time: what is exponential would take longer than the universe has.</summary>
public sealed class HostilePatternTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] Patterns =
    [
        Many("**/", 25) + "x",
        Many("**/", 40) + "x",
        Many("**/a/", 40) + "x",
        Many("**/*a*/", 20) + "x",
        Many("*a", 60) + "b",
        Many("*a*/", 20) + "b",
        Many("a**", 40) + "b",
        Many("**", 40) + "b",
        Many("*?", 60) + "b",
        Many("[a-z]*", 40) + "9",
        Many("**/?/", 30) + "x",
        Many("*/", 100) + "**/" + Many("*/", 100) + "x",
        Many("**/[a]*[!b]/", 25) + "x",
        "**/" + Many("*a*a*a*a/", 12) + "x",
        Many("\\a*", 60) + "b",
        Many("**\\/", 30) + "x",
    ];

    private static readonly string[] Names =
    [
        Many("a/", 24) + "f",
        Many("a/", 1000) + "f",
        Many("a/", 2000) + "a",
        new('a', 255),
        Many(new string('a', 255) + "/", 15) + "y",
        Many("ab/", 600) + "y",
        Many("a/b/aa/", 200) + "y",
        new('a', 4000),
    ];

    [Fact]
    public void No_line_of_a_gitignore_takes_long_whatever_the_names() => Within(() =>
    {
        foreach (var pattern in Patterns)
        {
            var file = GitIgnoreFile.Parse(Encoding.UTF8.GetBytes(pattern));
            foreach (var name in Names)
            {
                file.Match(Encoding.UTF8.GetBytes(name), isDirectory: false).ShouldBe(GitIgnoreVerdict.None, pattern);
                file.Match(Encoding.UTF8.GetBytes(name), isDirectory: true).ShouldBe(GitIgnoreVerdict.None, pattern);
            }
        }
    });

    [Fact]
    public void A_file_full_of_such_lines_costs_a_bounded_time_for_each_name() => Within(() =>
    {
        var file = GitIgnoreFile.Parse(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(Patterns, 1000).SelectMany(p => p))));
        foreach (var name in Names) file.Match(Encoding.UTF8.GetBytes(name), isDirectory: false).ShouldBe(GitIgnoreVerdict.None);
    });

    [Fact]
    public void Ordinary_patterns_behind_many_others_still_hold()
    {
        var lines = Enumerable
            .Range(0, 5000)
            .Select(i => $"**/gen-{i}/*.o")
            .Append("*.tmp")
            .Concat(Enumerable.Range(0, 5000).Select(i => $"out-{i}*"));
        var file = GitIgnoreFile.Parse(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        file.Match("a/b/x.tmp"u8, isDirectory: false).ShouldBe(GitIgnoreVerdict.Ignored);
        file.Match("a/gen-0/x.o"u8, isDirectory: false).ShouldBe(GitIgnoreVerdict.Ignored);
        file.Match("a/b/x.txt"u8, isDirectory: false).ShouldBe(GitIgnoreVerdict.None);
    }

    [Fact]
    public void A_file_with_more_patterns_than_are_read_holds_for_nothing_and_says_so()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a\n", GitIgnoreFile.MaxPatterns)));
        GitIgnoreFile.TryParse(text, out var file).ShouldBeTrue();
        file.IsEmpty.ShouldBeFalse();
        GitIgnoreFile.TryParse([.. text, (byte)'b'], out file).ShouldBeFalse();
        file.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void No_pattern_of_a_rule_or_of_ignore_takes_long_whatever_the_names() => Within(() =>
    {
        foreach (var pattern in Patterns)
        {
            if (!Glob.TryParse(pattern, out var glob, out _)) continue;
            IgnoreList.TryParse([pattern], out var list, out _).ShouldBeTrue(pattern);
            foreach (var name in Names)
            {
                glob.IsMatch(name).ShouldBeFalse(pattern);
                list!.Match(name, isDirectory: true).ShouldBe(GitIgnoreVerdict.None, pattern);
            }
        }
    });

    [Theory]
    [InlineData("{a,b}", 9, false)]
    [InlineData("{a,b}", 8, true)]
    [InlineData("{a,b}", 1000, false)]
    [InlineData("{a}", 200, true)]
    [InlineData("{a}", 100_000, false)]
    [InlineData("{", 4000, false)]
    [InlineData("a", 8192, true)]
    [InlineData("a", 8193, false)]
    [InlineData("a", 10_000_000, false)]
    public void Braces_and_length_are_bounded_with_an_error(string part, int times, bool accepted) => Within(() =>
    {
        Glob.TryParse(Many(part, times), out _, out var error).ShouldBe(accepted, error);
        if (!accepted) error.ShouldNotBeNullOrEmpty();
    });

    [Fact]
    public void Braces_with_many_members_or_many_levels_are_bounded_too() =>
        Within(() =>
        {
            foreach (
                var pattern in new[]
                {
                    "{" + Many("a,", 4000) + "}",
                    Many("{a,", 2000) + Many("}", 2000),
                    Many("{", 2000) + Many("}", 2000),
                    Many("{a,{b,c}}", 500),
                }
            )
                Glob.TryParse(pattern, out _, out _).ShouldBeFalse(pattern[..20]);
            Glob.TryParse("{" + string.Join(',', Enumerable.Range(0, 256)) + "}", out var glob, out _).ShouldBeTrue();
            glob!.IsMatch("255").ShouldBeTrue();
        });

    private static string Many(string part, int times) => string.Concat(Enumerable.Repeat(part, times));

    private static void Within(Action action)
    {
        // On a thread that is left behind if it does not come to an end.
        var run = Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);
        Task.WaitAny([run], Limit).ShouldBe(0, "it takes too long");
        run.GetAwaiter().GetResult();
    }
}
