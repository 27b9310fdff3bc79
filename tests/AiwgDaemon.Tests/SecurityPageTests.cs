using System.Text.RegularExpressions;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests;

/// <summary>The threat model names the test that covers each of its lines: it must be there, under that name.</summary>
public sealed partial class SecurityPageTests
{
    private static readonly string Tests = Path.Combine(Repository.Root, "tests");

    private static readonly string[] Lines =
        [.. File.ReadLines(Path.Combine(Repository.Root, ".github", "SECURITY.md"))
            .SkipWhile(line => line != "## Threat model").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];

    private static readonly Dictionary<string, string> Sources = new[] { "AiwgDaemon.Tests", "AiwgDaemon.EndToEnd" }
        .SelectMany(project => Directory.GetFiles(Path.Combine(Tests, project), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
        .ToDictionary(file => file, File.ReadAllText, StringComparer.Ordinal);

    [Fact]
    public void Each_line_of_the_threat_model_names_a_test_or_a_fault()
    {
        Lines.Length.ShouldBeGreaterThan(15);
        foreach (var line in Lines)
        {
            var covers = line.TrimEnd(' ', '|').Split(" | ")[^1];
            (Named().IsMatch(covers) || covers.Contains("fault", StringComparison.Ordinal)).ShouldBeTrue(line);
        }
    }

    [Fact]
    public void Each_test_that_is_named_exists()
    {
        foreach (var line in Lines)
        {
            var type = "";
            foreach (Match match in Named().Matches(line.TrimEnd(' ', '|').Split(" | ")[^1]))
            {
                if (match.Groups["type"].Length > 0) type = match.Groups["type"].Value;
                var method = match.Groups["method"].Value;
                // A large class has several files: Type.cs, Type.Part.cs.
                Sources.Any(s => Path.GetFileName(s.Key).Split('.')[0] == type && s.Value.Contains($" {method}(", StringComparison.Ordinal))
                    .ShouldBeTrue($"{type}.{method}, which SECURITY.md names, is not there");
            }
        }
    }

    [Fact]
    public void Each_fault_that_is_named_is_in_the_catalogue()
    {
        var faults = string.Join(
            '\n',
            Sources
                .Where(s =>
                    s.Key.EndsWith("Faults.cs", StringComparison.Ordinal) || s.Key.EndsWith("FaultCatalogue.cs", StringComparison.Ordinal)
                )
                .Select(s => s.Value)
        );
        foreach (var line in Lines)
        foreach (Match match in Fault().Matches(line.TrimEnd(' ', '|').Split(" | ")[^1]))
        // "… by pipes …" leaves out what the fault before it says.
        foreach (var part in match.Groups[1].Value.Split('…', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            faults
                .Contains(part, StringComparison.Ordinal)
                .ShouldBeTrue($"the fault '{match.Groups[1].Value}', which SECURITY.md names, is not in the catalogue");
    }

    [GeneratedRegex(@"`((?<type>\w+)\.)?(?<method>[A-Z]\w+_\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"\*([^*]+)\*")]
    private static partial Regex Fault();
}
