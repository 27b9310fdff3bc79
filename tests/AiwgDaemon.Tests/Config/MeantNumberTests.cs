using AiwgDaemon.Config;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Tests.Config;

public sealed class MeantNumberTests
{
    [Theory]
    [InlineData("2s", "watch.debounce_ms", 2000)]
    [InlineData("500 ms", "watch.debounce_ms", 500)]
    [InlineData("1h30m", "rules[0].cooldown_minutes", 90)]
    [InlineData("90s", "daemon.action_timeout_minutes", 1.5)]
    [InlineData("1m", "daemon.shutdown_grace_seconds", 60)]
    [InlineData("2 weeks", "daemon.history.events_days", 14)]
    [InlineData("5m", "daemon.log.max_size_mb", 5)]
    [InlineData("1GiB", "daemon.log.max_size_mb", 1024)]
    [InlineData("1 MB", "webhook.max_body_kb", 1024)]
    [InlineData("30", "daemon.heartbeat_interval_seconds", 30)]
    [InlineData("3 slots", "daemon.max_parallel_actions", 3)]
    public void A_unit_is_converted_into_that_of_the_key(string text, string path, double meant) =>
        MeantNumber.Of(text, path).ShouldBe(meant);

    [Theory]
    [InlineData("soon", "watch.debounce_ms")]
    [InlineData("2 parsecs", "watch.debounce_ms")]
    [InlineData("2kb", "watch.debounce_ms")]
    [InlineData("2s", "daemon.log.max_size_mb")]
    [InlineData("1,000", "watch.debounce_ms")]
    [InlineData("1.2.3", "watch.debounce_ms")]
    [InlineData("-5s", "watch.debounce_ms")]
    [InlineData("", "watch.debounce_ms")]
    public void What_is_no_amount_of_that_kind_means_nothing(string text, string path) => MeantNumber.Of(text, path).ShouldBeNull();

    [Fact]
    public void Every_key_that_ends_with_a_unit_converts()
    {
        var suffixes = Names(ConfigDescription.Root)
            .Where(n => n.Contains('_', StringComparison.Ordinal))
            .Select(n => n[(n.LastIndexOf('_') + 1)..])
            .Where(s => s is "ms" or "seconds" or "minutes" or "days" or "kb" or "mb")
            .Distinct()
            .ToList();
        suffixes.Count.ShouldBe(6);
        foreach (var suffix in suffixes) MeantNumber.Of($"7 {suffix}", $"section.key_{suffix}").ShouldBe(7);
    }

    private static IEnumerable<string> Names(Shape shape) => shape switch
    {
        ObjectShape map => map.Keys.SelectMany(k => Names(k.Shape).Append(k.Name)),
        ListShape list => Names(list.Item),
        DictionaryShape dictionary => Names(dictionary.Value),
        _ => [],
    };
}
