using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

public sealed class ContentMarkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_same_content_has_the_same_mark_whatever_file_and_times_it_has()
    {
        var first = Mark("a", "content\n");
        File.Delete(_directory.Combine("a"));
        var second = Mark("a", "content\n");
        File.SetLastWriteTimeUtc(_directory.Combine("a"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        second.ShouldBe(first.ShouldNotBeNull());
        ContentMark.Of(_directory.Combine("a"), deleted: false).ShouldBe(first);
    }

    [Fact]
    public void Other_content_has_another_mark()
    {
        string[] contents = ["", "\0", "\0\0", "a", "b", "ab", "ba", "12345678", "12345678\0", "123456781", "1234567812345678"];
        contents.Select(content => Mark("a", content)).Distinct().Count().ShouldBe(contents.Length);
    }

    [Fact]
    public void What_is_gone_has_a_mark_of_its_own_only_if_the_event_says_so()
    {
        ContentMark.Of(_directory.Combine("none"), deleted: true).ShouldBe(ContentMark.Gone);
        ContentMark.Of(_directory.Combine("none"), deleted: false).ShouldBeNull();
    }

    [Fact]
    public void What_is_no_regular_file_or_too_large_is_not_read()
    {
        ContentMark.Of(_directory.Path, deleted: false).ShouldBeNull();
        using (var large = File.Create(_directory.Combine("large"))) large.SetLength(ContentMark.LargestFile + 1);
        ContentMark.Of(_directory.Combine("large"), deleted: false).ShouldBeNull();
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(_directory.Combine("target"), "x");
        File.CreateSymbolicLink(_directory.Combine("link"), _directory.Combine("target"));
        ContentMark.Of(_directory.Combine("link"), deleted: false).ShouldBeNull();
    }

    [Fact]
    public void A_name_that_is_no_text_counts_as_different_each_time() =>
        ContentMark.Of(_directory.Combine("a\udcff"), deleted: true).ShouldBeNull();

    private ulong? Mark(string name, string content)
    {
        File.WriteAllText(_directory.Combine(name), content);
        return ContentMark.Of(_directory.Combine(name), deleted: false);
    }
}
