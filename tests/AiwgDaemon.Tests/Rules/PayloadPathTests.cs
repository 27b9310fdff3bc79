using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules;

public sealed class PayloadPathTests
{
    [Theory]
    [InlineData("labels.name", "bug", """{"labels":[{"name":"ui"},{"name":"bug"}]}""", true)]
    [InlineData("labels.name", "bug", """{"labels":[{"name":"ui"}]}""", false)]
    [InlineData("labels.name", "bug", """{"labels":[]}""", false)]
    [InlineData("labels.name", "bug", """{"labels":["bug"]}""", false)]
    [InlineData("labels.name", "bug", """{"labels":{"name":"bug"}}""", true)]
    [InlineData("labels", "bug", """{"labels":["ui","bug"]}""", true)]
    [InlineData("labels", "bug", """{"labels":[["ui"],["bug"]]}""", true)]
    [InlineData("commits.modified", "docs/*", """{"commits":[{"modified":["src/a"]},{"modified":["x","docs/a"]}]}""", true)]
    [InlineData("commits.modified", "docs/*", """{"commits":[{"added":["docs/a"]},{"modified":[]}]}""", false)]
    [InlineData("commits.0.id", "b", """{"commits":[{"id":"a"},{"id":"b"}]}""", false)]
    [InlineData("commits[1].id", "b", """{"commits":[{"id":"a"},{"id":"b"}]}""", true)]
    [InlineData("commits[2].id", "b", """{"commits":[{"id":"a"},{"id":"b"}]}""", false)]
    [InlineData("commits.0", "b", """{"commits":{"0":"b"}}""", true)]
    [InlineData("items[\"0\"]", "b", """{"items":[{"0":"b"}]}""", true)]
    [InlineData("items[\"0\"]", "b", """{"items":["b"]}""", false)]
    [InlineData("a.b", "1", """{"a":[[{"b":"1"}]]}""", true)]
    [InlineData("a.b.c", "1", """{"a":[{"b":[{"c":"0"},{"c":["2","1"]}]}]}""", true)]
    [InlineData("name", "bug", """[{"name":"bug"}]""", true)]
    [InlineData("labels[\"app.kubernetes.io/name\"]", "web", """{"labels":{"app.kubernetes.io/name":"web"}}""", true)]
    [InlineData("labels[''app.kubernetes.io/name'']", "web", """{"labels":{"app.kubernetes.io/name":"web"}}""", true)]
    [InlineData(
        "labels[\"app.kubernetes.io/name\"].x[\"a b\"]",
        "web",
        """{"labels":[{"app.kubernetes.io/name":{"x":{"a b":"web"}}}]}""",
        true
    )]
    [InlineData("[\"a.b\"].c", "1", """{"a.b":{"c":"1"}}""", true)]
    [InlineData("[\"a\\\"]b\"]", "1", """{"a\"]b":"1"}""", true)]
    [InlineData("[\"\"]", "1", """{"":"1"}""", true)]
    [InlineData("labels.name", "!= bug", """{"labels":[{"name":"ui"},{"name":"bug"}]}""", false)]
    [InlineData("labels.name", "!= bug", """{"labels":[{"name":"ui"}]}""", true)]
    [InlineData("labels.name", "!= bug", """{"labels":[]}""", true)]
    [InlineData("items.n", "> 5", """{"items":[{"n":3},{"n":7}]}""", true)]
    [InlineData("items.n", "> 5", """{"items":[{"n":3},{"n":[4]}]}""", false)]
    public void A_path_goes_through_lists_and_keys_with_dots(string path, string wanted, string json, bool holds)
    {
        var condition = Condition(path, wanted);
        using var payload = JsonDocument.Parse(json);
        PayloadConditions.Holds(condition, payload.RootElement).ShouldBe(holds);
        PayloadPath.TryParse(condition.Path.ToString(), out var again).ShouldBeTrue();
        again.Steps.ShouldBe(condition.Path.Steps);
    }

    [Theory]
    [InlineData("a..b", "for instance body.ref")]
    [InlineData(".body.ref", "write \"body.ref\"")]
    [InlineData("$.body.ref", "write \"body.ref\"")]
    [InlineData("a.", "for instance body.ref")]
    [InlineData("a[", "app.kubernetes.io/name")]
    [InlineData("a[\"b]", "app.kubernetes.io/name")]
    [InlineData("a[b.c]", "app.kubernetes.io/name")]
    [InlineData("a[-1]", "commits[0]")]
    [InlineData("a[0]b", "commits[0]")]
    [InlineData("commits[*].id", "write \"commits.id\"")]
    [InlineData("commits[].id", "write \"commits.id\"")]
    [InlineData("commits.*.id", "write \"commits.id\"")]
    public void What_is_no_path_is_refused_with_the_way_to_write_it(string path, string cure)
    {
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(File(path, "x")), "daemon.yaml", _ => null);
        result.Errors.ShouldHaveSingleItem().ToString().ShouldContain(cure);
    }

    [Fact]
    public void A_mismatch_names_what_was_found_on_the_way_through_a_list()
    {
        var rule = MatcherTests.Rule("r", new EventMatch { Match = [Condition("labels.name", "bug")] });
        Mismatch.Of(rule, TestEvents.Of(EventSource.Manual, "x", "", """{"labels":[{"name":"ui"},{"name":"api"}]}"""))
            .ShouldBe("asks labels.name to be \"bug\", and it is \"ui\" and \"api\"");
        Mismatch
            .Of(rule, TestEvents.Of(EventSource.Manual, "x", "", """{"labels":[]}"""))
            .ShouldBe("asks labels.name to be \"bug\", and it is not there");
    }

    [Theory]
    [InlineData("a.a.a.a.a.a.a.a.x")]
    [InlineData("a.x")]
    [InlineData("x")]
    public void A_payload_made_to_be_slow_costs_no_more_than_its_size(string path)
    {
        // Lists in lists to the depth that JSON has, and as wide as a webhook may be, of objects with many keys.
        var keys = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"k{i}\":{i}"));
        var inner = $"[{string.Join(',', Enumerable.Repeat($"{{{keys},\"a\":[{{\"y\":1}}]}}", 40))}]";
        for (var i = 0; i < 50; i++) inner = $"[{inner},[],{{\"a\":[1]}}]";
        using var payload = JsonDocument.Parse($"{{\"a\":{inner},\"x\":{inner}}}");
        var anyOf = Enumerable.Range(0, 50).Select(i => JsonSerializer.SerializeToElement($"no*{i}")).ToList();
        PayloadPath.TryParse(path, out var keyPath).ShouldBeTrue();
        var since = Stopwatch.GetTimestamp();
        PayloadConditions.Holds(new PayloadCondition(keyPath, Comparison.Equal, anyOf), payload.RootElement).ShouldBeFalse();
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_placeholder_may_name_a_key_with_dots()
    {
        var @event = TestEvents.Of(EventSource.Manual, "x", "", """{"labels":{"app.kubernetes.io/name":"web"},"list":["a",{"b|c":"d"}]}""");
        var rule = MatcherTests.Rule("r", new EventMatch());
        var action = rule.Action with
        {
            Argv =
            [
                "echo",
                "{{event.payload.labels[\"app.kubernetes.io/name\"]}}",
                "{{event.payload.list[1]['b|c']?}}",
                "{{event.payload.list.0}}",
            ],
        };
        Templates.Expand(action, @event, out _).Argv.ShouldBe(["echo", "web", "d", "a"]);
    }

    private static PayloadCondition Condition(string path, string wanted) =>
        ConfigLoader
            .Load(Encoding.UTF8.GetBytes(File(path, wanted)), "daemon.yaml", _ => null)
            .Configuration.ShouldNotBeNull()
            .Rules.Single()
            .Event.Match.Single();

    private static string File(string path, string wanted) =>
        $"rules: [{{id: r, event: {{source: manual, match: {{'{path}': '{wanted}'}}}}, action: {{type: exec, argv: [ls]}}}}]";
}
