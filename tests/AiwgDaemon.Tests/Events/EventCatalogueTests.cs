using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;
using AiwgDaemon.Runs;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Tests.Events;

/// <summary>Walks the catalogue of events: what an entry lacks is named.</summary>
public sealed class EventCatalogueTests
{
    public static TheoryData<string> Sources => [.. Enum.GetNames<EventSource>()];

    public static TheoryData<string> Types => [.. EventCatalogue.All.SelectMany(kind => kind.Types)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Each_source_has_all_its_parts(string name)
    {
        var kind = EventCatalogue.Of(Enum.Parse<EventSource>(name));
        kind.Source.ToString().ShouldBe(name);
        EventJson.TryParseSource(kind.Word, out var source).ShouldBeTrue();
        source.ShouldBe(kind.Source);
        kind.About.ShouldNotBeNullOrWhiteSpace();
        if (kind.Types.Count > 0) kind.Types.ShouldContain(kind.UsualType.ShouldNotBeNull());
        if (kind.Selector is { } selector) kind.PayloadKeys.ShouldNotBeNull().ShouldContain(selector.PayloadKey);
        Page.ShouldContain($"| `{kind.Word}` |", customMessage: ".github/docs/rules.md does not list the source");
        Page.ShouldContain($"| {kind.About}");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_type_can_be_tried_is_known_to_rules_and_is_in_the_documents(string type)
    {
        var kind = EventCatalogue.All.Single(kind => kind.Types.Contains(type));
        var trial = TrialEvent.Create(new TrialEvent.Parts { Source = kind.Word, Type = type });
        (trial.Source, trial.Type).ShouldBe((kind.Source, type));
        EventFactory.IsType(type).ShouldBeTrue();
        Page.ShouldContain($"`{type}`", customMessage: ".github/docs/rules.md does not list the type");
    }

    [Fact]
    public void What_sources_publish_is_what_the_catalogue_says()
    {
        var now = DateTimeOffset.UnixEpoch;
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString("?a=b");
        DaemonEvent[] published =
        [
            new FileChange(FileEvents.Create, "a\uDCFF", "r", "b\uDCFF", "c\uDCFF", now).ToEvent(now),
            new FileChange(FileEvents.Modify, "a", "r", null, null, now).ToEvent(now),
            new FileChange(FileEvents.Delete, "a", "r", null, null, now).ToEvent(now),
            new CronFire(new CronJob { Id = "j", Action = "a", Every = TimeSpan.FromMinutes(1) }, now, CatchUp: false).ToEvent(now),
            EventFactory.Create(
                now, EventSource.Webhook, EventTypes.WebhookReceived, "/ci", request,
                (json, from) => WebhookPayload.Write(
                    json, from, new WebhookEndpoint { Path = "/ci" }, "1", BodyKind.Json, ReadOnlyMemory<byte>.Empty, null)),
            DaemonEvents.Started(now, "daemon.yaml"),
            DaemonEvents.Reloaded(now, []),
            .. Enum.GetValues<ActionStatus>()
                .Where(status => status is not (ActionStatus.Queued or ActionStatus.Running))
                .Select(status => ActionEvents.Create(Record(status), now)),
        ];
        foreach (var kind in EventCatalogue.All)
        {
            var own = published.Where(e => e.Source == kind.Source).ToList();
            own.Select(e => e.Type).Order(StringComparer.Ordinal).ShouldBe(kind.Types.Order(StringComparer.Ordinal), kind.Word);
            var keys = own.SelectMany(e => e.PayloadJson.EnumerateObject().Select(property => property.Name)).Distinct();
            if (kind.PayloadKeys is { } told) keys.ShouldBe(told, ignoreOrder: true, kind.Word);
            if (kind.Selector is { } selector)
                own.ShouldAllBe(e => e.Subject == e.PayloadJson.GetProperty(selector.PayloadKey).GetString());
        }
    }

    private static string Page { get; } = Documents.Page("rules");

    private static ActionRecord Record(ActionStatus status) =>
        new()
        {
            Id = "1",
            RuleId = "r",
            EventId = Guid.Empty,
            Type = "exec",
            Command = "true",
            Status = status,
            Attempt = 1,
            QueuedAt = DateTimeOffset.UnixEpoch,
        };
}
