using System.Text.RegularExpressions;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests;

/// <summary>What is read in one go: a file of one responsibility, a line that fits beside another one, a class in one place.</summary>
public sealed partial class SizeTests
{
    private const int MostLines = 250;
    private const int LongestLine = 140;

    // Tables in raw strings, one row a line: a row that is broken cannot be compared with the one above it.
    private static readonly string[] Tables = ["Rules/Values/ProgramTable.cs", "Sources/Cron/Zones/ZoneAliases.cs"];

    [Fact]
    public void No_production_file_is_longer_than_250_lines() =>
        Sources()
            .Select(file => (file.Name, Lines: file.Text.Count(c => c == '\n')))
            .Where(file => file.Lines > MostLines)
            .Select(file => $"{file.Name} has {file.Lines} lines")
            .ShouldBeEmpty("cut it by responsibility into types of their own");

    [Fact]
    public void No_line_is_longer_than_140_characters() =>
        Sources()
            .Where(file => !Tables.Contains(file.Name))
            .SelectMany(file => TooLong(file.Name, file.Text))
            .ShouldBeEmpty();

    [Fact]
    public void No_class_is_spread_over_several_files_but_for_operating_systems() =>
        Sources()
            .Where(file => !file.Name.StartsWith("Platform/", StringComparison.Ordinal))
            .SelectMany(file => Partial().Matches(file.Text).Select(match => (Type: match.Groups["type"].Value, file.Name)))
            .GroupBy(found => (Path.GetDirectoryName(found.Name), found.Type))
            .Where(type => type.Select(found => found.Name).Distinct().Count() > 1)
            .Select(type => $"{type.Key.Type} is in {string.Join(" and ", type.Select(found => found.Name))}")
            .ShouldBeEmpty();

    [Fact]
    public void A_class_is_partial_only_for_what_the_compiler_writes_beside_it() =>
        Sources()
            .Where(file => !file.Name.StartsWith("Platform/", StringComparison.Ordinal) && !Generated().IsMatch(file.Text))
            .Where(file => Partial().Match(file.Text) is { Success: true })
            .Select(file => file.Name)
            .ShouldBeEmpty();

    [Fact]
    public void No_delegate_can_be_assigned_after_its_owner_was_made() =>
        Sources()
            // Tests put themselves there, and the parts that call the disk know nothing of it.
            .Where(file => file.Name != "Platform/DiskTrace.cs")
            .SelectMany(file => SettableDelegate().Matches(file.Text).Select(match => $"{file.Name}: {match.Value.Trim()}"))
            .ShouldBeEmpty("what is known at the construction is a parameter; who comes later listens through a method that says so");

    private static IEnumerable<string> TooLong(string name, string text) =>
        text.Split('\n').Index().Where(line => line.Item.Length > LongestLine).Select(line => $"{name}:{line.Index + 1}");

    private static IEnumerable<(string Name, string Text)> Sources()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Source, "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(Repository.Source, file).Replace('\\', '/');
            if (!name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal))
                yield return (name, File.ReadAllText(file));
        }
    }

    [GeneratedRegex(
        @"^\s*(\w+ )*partial (class|record|struct|interface)( struct| class)? (?<type>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Partial();

    [GeneratedRegex(@"\[LoggerMessage|JsonSerializable|YamlStaticContext|\[GeneratedRegex")]
    private static partial Regex Generated();

    [GeneratedRegex(
        @"^.*\b(Func|Action|Predicate)(<[^={;]*>)?\?? \w+ \{ get; (private )?set; \}.*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex SettableDelegate();
}
