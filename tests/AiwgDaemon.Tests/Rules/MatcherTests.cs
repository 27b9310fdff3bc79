using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Globs;
using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;
using CsCheck;

namespace AiwgDaemon.Tests.Rules;

public sealed class MatcherTests
{
    [Fact]
    public void The_index_finds_what_a_look_at_each_rule_finds_in_the_order_of_the_file()
    {
        var patterns = new[]
        {
            "src/**",
            "src/a/*.ts",
            "*.md",
            "**/*.ts",
            "docs/",
            "src/a/b.ts",
            "{src,lib}/**",
            "**/*.{md,ts}",
            "**/.b",
            "*.",
            "?*.t?",
            "**/a\\.md",
        };
        var paths = new[] { "src/a/b.ts", "src/x.ts", "readme.md", "docs/a.md", "lib/y.ts", "x", "src", "x/.b", "y.", "a.md/x", "a.md" };
        var match = Gen.Select(
                Gen.Int[0, 5],
                Gen.OneOf(patterns.Select(p => Gen.Const(p)).ToArray()),
                Gen.OneOf(patterns.Select(p => Gen.Const(p)).ToArray()),
                Gen.OneOf(Gen.Const("file.*"), Gen.Const("file.modify"), Gen.Const("cron.fired"), Gen.Const((string)null!))
            )
            .Select(
                (kind, one, two, type) =>
                    kind switch
                    {
                        0 => new EventMatch { Source = EventSource.Watch, PathPatterns = [Pattern(one), Pattern(two)] },
                        1 => new EventMatch { Type = type },
                        2 => new EventMatch { Source = EventSource.Webhook, Endpoint = "/ci" },
                        3 => new EventMatch { JobId = "job" },
                        4 => new EventMatch { Source = EventSource.Manual, Type = type },
                        _ => new EventMatch { PathPatterns = [Pattern(one)], Type = type },
                    }
            );
        var events = paths
            .Select(path => TestEvents.Watch(path))
            .Append(TestEvents.Of(EventSource.Schedule, "cron.fired", "job", "{}"))
            .Append(TestEvents.Of(EventSource.Webhook, "webhook.received", "/ci", "{}"))
            .Append(TestEvents.Manual("file.modify"))
            .ToArray();
        match
            .Array[0, 12]
            .Sample(matches =>
            {
                var rules = matches.Select((m, i) => Rule($"{i}", m) with { Enabled = i != 5 }).ToList();
                var matcher = new Matcher(rules);
                foreach (var e in events)
                    matcher
                        .Match(e)
                        .Select(r => r.Id)
                        .ShouldBe(rules.Where(r => r.Enabled && Matcher.Matches(r.Event, e)).Select(r => r.Id));
            });
    }

    [Theory]
    [InlineData("body.ref", nameof(Comparison.Equal), """["refs/heads/*"]""", true)]
    [InlineData("body.ref", nameof(Comparison.Equal), """["refs/tags/*","*main"]""", true)]
    [InlineData("body.ref", nameof(Comparison.NotEqual), """["refs/heads/*"]""", false)]
    [InlineData("body.size", nameof(Comparison.GreaterOrEqual), "[10]", true)]
    [InlineData("body.size", nameof(Comparison.Less), "[10]", false)]
    [InlineData("body.size", nameof(Comparison.Equal), "[10.0]", true)]
    [InlineData("body.text", nameof(Comparison.Greater), "[4]", true)]
    [InlineData("body.ok", nameof(Comparison.Equal), "[true]", true)]
    [InlineData("body.list", nameof(Comparison.Equal), """["b"]""", true)]
    [InlineData("body.list.0", nameof(Comparison.Equal), """["b"]""", false)]
    [InlineData("body.nothing", nameof(Comparison.Equal), """["*"]""", false)]
    [InlineData("body.nothing", nameof(Comparison.NotEqual), """["x"]""", true)]
    public void Conditions_look_into_the_payload(string path, string comparisonName, string anyOf, bool holds)
    {
        using var document = JsonDocument.Parse(anyOf);
        PayloadPath.TryParse(path, out var keys).ShouldBeTrue();
        var condition = new PayloadCondition(keys, Enum.Parse<Comparison>(comparisonName), [.. document.RootElement.EnumerateArray()]);
        using var payload = JsonDocument.Parse("""{"body":{"ref":"refs/heads/main","size":10,"text":"5","ok":true,"list":["a","b"]}}""");
        PayloadConditions.Holds(condition, payload.RootElement).ShouldBe(holds);
    }

    [Theory]
    [InlineData("1e30", "7e99", false)]
    [InlineData("1e30", "1000000000000000000000000000000", true)]
    [InlineData("1234567890123456789", "1234567890123456789", true)]
    [InlineData("1234567890123456789", "1234567890123456788", false)]
    [InlineData("98765432109876543210987654321098765432109876543210", "98765432109876543210987654321098765432109876543211", false)]
    [InlineData("1e400", "1e400", true)]
    [InlineData("1e400", "10E+399", true)]
    [InlineData("1e400", "1e401", false)]
    [InlineData("1e-400", "0", false)]
    [InlineData("1", "1.0", true)]
    [InlineData("0", "-0.0", true)]
    [InlineData("0.1", "0.10000000000000000000000000000000000000001", false)]
    [InlineData("0.30000000000000000000000000000000001", "0.30000000000000000000000000000000001", true)]
    [InlineData("+7", "7", true)]
    [InlineData("007", "7", true)]
    [InlineData(".5", "0.5", true)]
    [InlineData("5.", "5", true)]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615", true)]
    [InlineData("0o17", "15", true)]
    [InlineData("5", "\"5\"", true)]
    [InlineData("5", "\"5.0\"", true)]
    [InlineData("5", "\"05\"", false)]
    [InlineData("5", "\"five\"", false)]
    [InlineData("1234567890123456789", "\"1234567890123456788\"", false)]
    [InlineData("\">= 1e400\"", "1e401", true)]
    [InlineData("\">= 1e400\"", "1e399", false)]
    [InlineData("\"< -1e30\"", "-1e31", true)]
    [InlineData("\"> 1234567890123456788\"", "1234567890123456789", true)]
    [InlineData("\"> 1234567890123456789\"", "1234567890123456789", false)]
    [InlineData("\"!= 1234567890123456789\"", "1234567890123456788", true)]
    [InlineData("\"> 5\"", "\" 6 \"", true)]
    public void Numbers_of_any_size_are_compared_digit_by_digit(string inFile, string inPayload, bool holds)
    {
        var text = $"rules: [{{id: r, event: {{source: manual, match: {{n: {inFile}}}}}, action: {{type: exec, argv: [ls]}}}}]";
        var result = ConfigLoader.Load(System.Text.Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => null);
        using var payload = JsonDocument.Parse($"{{\"n\":{inPayload}}}");
        PayloadConditions
            .Holds(result.Configuration.ShouldNotBeNull().Rules.Single().Event.Match.Single(), payload.RootElement)
            .ShouldBe(holds);
    }

    [Fact]
    public void The_order_of_decimal_texts_is_that_of_their_values()
    {
        var number = Gen.Select(Gen.Int[-1_000_000, 1_000_000], Gen.Int[-8, 8]);
        Gen.Select(number, number)
            .Sample(
                (a, b) =>
                {
                    DecimalText.TryParse($"{a.Item1}e{a.Item2}", out var left).ShouldBeTrue();
                    DecimalText.TryParse(((decimal)b.Item1 * Power(b.Item2)).ToString("F10"), out var right).ShouldBeTrue();
                    Math.Sign(DecimalText.Compare(left, right)).ShouldBe((a.Item1 * Power(a.Item2)).CompareTo(b.Item1 * Power(b.Item2)));
                }
            );

        static decimal Power(int exponent) => exponent >= 0 ? (decimal)Math.Pow(10, exponent) : 1 / (decimal)Math.Pow(10, -exponent);
    }

    internal static Rule Rule(string id, EventMatch match) =>
        new()
        {
            Id = id,
            Event = match,
            Action = new ActionDefinition
            {
                Name = id,
                Type = ActionType.Exec,
                Argv = ["true"],
            },
        };

    private static Glob Pattern(string pattern)
    {
        Glob.TryParse(pattern, out var glob, out var error).ShouldBeTrue(error);
        return glob!;
    }
}
