using System.Text;
using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

/// <summary>Thousands of rules cost thousands of times what one does, and no more: counted in bytes allocated, which no other load
/// changes.</summary>
public sealed class LargeConfigurationTests
{
    [Theory]
    [InlineData("rules with actions of their own", 5000)]
    [InlineData("rules for jobs", 2000)]
    [InlineData("rules for endpoints", 2000)]
    [InlineData("rules for roots of their own", 2000)]
    [InlineData("rules with one unknown name", 2000)]
    public void Four_times_the_rules_take_four_times_the_work(string kind, int count)
    {
        var few = Work(kind, count / 4);
        var many = Work(kind, count);
        ((double)many / few).ShouldBeInRange(3, 5);
    }

    [Fact]
    public void Thousands_of_names_that_are_nearly_those_of_thousands_of_actions_are_not_all_compared()
    {
        var result = Load(
            "actions:\n"
                + Lines(2000, i => $"  {Name(i)}: {{type: shell, command: ls}}")
                + "rules:\n"
                + Lines(2000, i => $"  - {{id: r{i}, event: {{source: manual}}, action: x{Name(i * 7)}}}")
        );
        result.Errors.Count.ShouldBeGreaterThan(Findings.Most);
        result.Errors.ShouldContain(e => e.What.EndsWith("nor are many others", StringComparison.Ordinal));
    }

    private static long Work(string kind, int count)
    {
        var text = Text(kind, count);
        Load(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = Load(text);
        var work = GC.GetAllocatedBytesForCurrentThread() - before;
        result.Errors.ShouldBeEmpty();
        result.Configuration!.Rules.Count.ShouldBeGreaterThanOrEqualTo(count);
        return work;
    }

    private static string Text(string kind, int count) =>
        kind switch
        {
            "rules with actions of their own" => "actions:\n"
                + Lines(count, i => $"  a{i}: {{type: exec, argv: [echo, '{{{{event.path}}}}']}}")
                + Rules(count, i => $"source: manual}}, action: a{i}"),
            "rules for jobs" => "schedule:\n  jobs:\n"
                + Lines(count, i => $"    - {{id: j{i}, cron: '0 3 * * *', action: doctor}}")
                + Rules(count, i => $"source: schedule, job_id: j{i}}}, action: doctor"),
            "rules for endpoints" => "webhook:\n  endpoints:\n"
                + Lines(count, i => $"    - /e{i}")
                + Rules(count, i => $"source: webhook, endpoint: /e{i}}}, action: doctor"),
            "rules for roots of their own" => "watch:\n  paths:\n"
                + Lines(count, i => $"    - d{i}/e/f")
                + Rules(count, i => $"source: watch, path_pattern: d{i}/e/f/g/**}}, action: doctor"),
            _ => Rules(count, _ => "source: manual}, action: some-command-of-aiwg"),
        };

    private static string Rules(int count, Func<int, string> rest) =>
        "rules:\n" + Lines(count, i => $"  - {{id: r{i}, event: {{{rest(i)}}}");

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n"));

    // All letters, all of one length, none near another by chance.
    private static string Name(int i) => string.Concat(Enumerable.Range(0, 10).Select(k => (char)('a' + (i * 2654435761L >> k * 3) % 26)));

    private static ConfigResult Load(string text) =>
        ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => "https://set.example");
}
