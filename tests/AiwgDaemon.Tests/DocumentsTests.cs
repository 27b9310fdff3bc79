using System.Text;
using System.Text.RegularExpressions;
using AiwgDaemon.Config;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests;

/// <summary>What a person reads: links lead somewhere, examples are valid, and nothing is too long.</summary>
public sealed partial class DocumentsTests
{
    private const int LongestLine = 400;
    private const int LongestSentence = 40;

    // Generated, or a list of what has changed.
    private static readonly string[] NoProse = [".github/docs/api.md", ".github/CHANGELOG.md"];

    public static TheoryData<string> Paths => [.. Documents.All];

    [Fact]
    public void The_README_is_short()
    {
        var text = Documents.Read("README.md");
        text.Count(c => c == '\n').ShouldBeLessThanOrEqualTo(200);
        Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(12 * 1024);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Each_link_leads_somewhere(string path)
    {
        var prose = Code().Replace(Documents.Read(path), "");
        foreach (var target in Link().Matches(prose).Select(match => match.Groups[1].Value))
        {
            if (target.Contains("://", StringComparison.Ordinal)) continue;
            var (file, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, "");
            var full = file.Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, file);
            Path.Exists(Path.Combine(Repository.Root, full)).ShouldBeTrue($"{path} links to {target}, and there is no such file");
            if (anchor.Length > 0) Anchors(Documents.Read(full)).ShouldContain(anchor, $"{path} links to {target}");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Each_configuration_is_valid(string path)
    {
        foreach (Match block in Yaml().Matches(Documents.Read(path)))
        {
            var text = block.Groups[1].Value;
            var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", static _ => "https://set.example");
            result.Errors.ShouldBeEmpty($"{path}:\n{text}");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void No_line_is_longer_than_400_characters(string path) =>
        Documents.Read(path).Split('\n').Where(line => line.Length > LongestLine && !line.StartsWith('|')).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Paths))]
    public void No_sentence_has_more_than_40_words(string path)
    {
        if (NoProse.Contains(path)) return;
        var prose = Names().Replace(Table().Replace(Code().Replace(Documents.Read(path), ""), ""), "names ");
        Paragraph()
            .Split(prose)
            .SelectMany(paragraph => Sentence().Split(paragraph))
            .Where(sentence => sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > LongestSentence)
            .ShouldBeEmpty();
    }

    // As GitHub makes them.
    private static HashSet<string> Anchors(string text) =>
        [
            .. Heading()
                .Matches(Code().Replace(text, ""))
                .Select(match => NotInAnchor().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
        ];

    [GeneratedRegex("(?ms)^```.*?^```$")]
    private static partial Regex Code();

    [GeneratedRegex("(?ms)^```yaml\n(.*?)^```$")]
    private static partial Regex Yaml();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("(?m)^#+ (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}_\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"(?m)^(\|.*|    .*|#.*|<!--.*)$")]
    private static partial Regex Table();

    // A list of names is no sentence.
    [GeneratedRegex(@"(?:`[^`]*`[\s,]*){2,}")]
    private static partial Regex Names();

    [GeneratedRegex(@"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )")]
    private static partial Regex Paragraph();

    // A semicolon or a colon ends a thought, too.
    [GeneratedRegex(@"(?<=[.!?:;)])\s+|\s·\s")]
    private static partial Regex Sentence();
}
