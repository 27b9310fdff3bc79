using System.Text;
using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

/// <summary>What a reload says it changed.</summary>
public sealed class ConfigDifferenceTests
{
    private const string Before = """
        watch: {debounce_ms: 2000, paths: [{path: src/}, {path: docs/}]}
        schedule: {jobs: [{id: a, cron: "0 1 * * *", action: doctor}, {id: b, cron: "0 1 * * *", action: {type: shell, command: ls}}]}
        actions: {test: {type: shell, command: npm test, env: {A: 1, B: 2}}}
        rules: [{id: r, event: {source: watch}, action: test}]
        """;

    [Fact]
    public void The_same_text_has_no_difference() => Describe(Before, Before).ShouldBeEmpty();

    [Fact]
    public void Comments_and_order_of_keys_are_no_difference() =>
        Describe(Before, "# hello\n" + Before.Replace("{A: 1, B: 2}", "{B: 2, A: 1}")).ShouldBeEmpty();

    [Fact]
    public void Each_change_is_named() =>
        Describe(
                Before,
                """
                daemon: {log: {level: debug}}
                watch: {debounce_ms: 500, paths: [{path: src/, events: modify}, {path: lib/}]}
                schedule: {jobs: [{id: a, cron: "0 2 * * *", action: doctor}, {id: b, cron: "0 1 * * *", action: {type: shell, command: ls -l}}]}
                webhook: {secret_env: [A, B]}
                actions: {test: {type: shell, command: npm run test, env: {A: 1, B: 2}}}
                rules: [{id: r, event: {source: watch}, action: test}, {id: s, event: {source: manual}, action: test}]
                """
            )
            .ShouldBe([
                "daemon.log.level: info to debug",
                "watch.debounce_ms: 2000 to 500",
                "watch.max_wait_ms: 20000 to 5000",
                "webhook.secret_env: [AIWG_WEBHOOK_SECRET] to [A, B]",
                "watch.paths: docs/ removed",
                "watch.paths: src/ changed",
                "watch.paths: lib/ added",
                "schedule.jobs: a changed",
                "schedule.jobs: b changed",
                "actions: test changed",
                "rules: r changed",
                "rules: s added",
            ]);

    private static IReadOnlyList<string> Describe(string before, string after) => ConfigDifference.Describe(Load(before), Load(after));

    private static DaemonConfiguration Load(string text)
    {
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => null);
        result.Errors.ShouldBeEmpty();
        return result.Configuration!;
    }
}
