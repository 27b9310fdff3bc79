using AiwgDaemon.Api.Files;
using AiwgDaemon.Api.Schema;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>Events: the last ones, new ones, those to come.</summary>
internal static class EventOperations
{
    // Clients wait longer than this, and so learn that it was not accepted.
    private static readonly TimeSpan BusWait = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<Operation> All =>
        [
            new("event.emit", Access.Submit, "Publishes a manual event. It is on the disk when the answer comes.", EmitAsync)
            {
                Parameters = static () =>
                [
                    new("type", Text($"1 to {EventFactory.MaxTypeLength} characters without blanks and '*': deploy.requested."), true),
                    new("payload", Value("Any JSON value without repeated names; {} if it is missing.")),
                    new("action", Text("An action that the event asks for.")),
                ],
                Result = static () => Object(("id", Text("The event's id.") with { Format = "uuid" })),
            },
            new("event.list", Access.Read, "Lists the last events, oldest first. The daemon knows the last 1,000.", List)
            {
                Parameters = static () => [Shapes.Limit, Source, Type],
                Result = static () => Object(("events", JsonSchema.List(Shapes.Event))),
            },
            new("event.search", Access.Read, "Gives the newest events of the journal that are as asked for, oldest first.", Search)
            {
                FromFiles = true,
                Parameters = static () =>
                [
                    Shapes.Limit,
                    Source,
                    Type,
                    new("since", Instant("Only events from then on.")),
                    new("until", Instant("Only events up to then: the page before.")),
                ],
                Result = static () => Object(("events", JsonSchema.List(Shapes.Event))),
            },
            new("event.get", Access.Read, "Gives one event of the journal.", Get)
            {
                FromFiles = true,
                Parameters = static () => [Shapes.Id("The event's id, or what begins or ends it alone.")],
                Result = static () => Shapes.Event,
            },
            new("event.subscribe", Access.Read,
                "Opens a stream of all events from now on, as notifications: 'event' with an event, 'event.missed' with a number.",
                call => call.Answer("subscription",
                    call.Session.Subscribe(call.Daemon, SourceOf(call.Arguments), call.Arguments.OptionalText("type"))))
            {
                Parameters = static () => [Source, Type],
                Result = static () => Object(("subscription", Integer("The stream's number on this connection."))),
            },
            new("event.unsubscribe", Access.Read, "Closes a stream of this connection.", UnsubscribeAsync)
            {
                Parameters = static () => [new("subscription", Integer("The stream's number."))],
                Result = static () => Object(("unsubscribed", Flag("False if there is no such stream."))),
            },
        ];

    public static EventSource? SourceOf(Arguments arguments)
    {
        if (arguments.OptionalText("source") is not { } word) return null;
        return EventJson.TryParseSource(word, out var source)
            ? source
            : throw new ApiException(
                ApiError.InvalidParams,
                "The parameter 'source' must be watch, schedule, webhook, manual or daemon"
            );
    }

    private static Parameter Source => new("source", Shapes.Source("Only events of this source."));

    private static Parameter Type => new("type", Text("Only events of this type, which may hold '*': action.*."));

    private static async ValueTask EmitAsync(ApiCall call)
    {
        var type = call.Arguments.Text("type");
        if (!EventFactory.IsType(type))
            throw new ApiException(
                ApiError.InvalidParams,
                $"The type of an event has 1 to {EventFactory.MaxTypeLength} characters without blanks and '*', for instance "
                    + "deploy.requested"
            );
        var @event = EventFactory.Create(
            call.Time.GetUtcNow(),
            EventSource.Manual,
            type,
            "",
            call.Arguments.Payload("payload") ?? "{}"u8.ToArray(),
            causedBy: call.Arguments.OptionalText("action")
        );
        await EmitAsync(call, @event);
        call.Json.WriteStartObject();
        call.Json.WriteString("id"u8, @event.Id);
        call.Json.WriteEndObject();
    }

    private static async ValueTask EmitAsync(ApiCall call, DaemonEvent @event)
    {
        using var limit = new CancellationTokenSource(BusWait, call.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Token);
        try
        {
            await call.Daemon.EmitAsync(@event, either.Token);
        }
        catch (OperationCanceledException) when (!call.Token.IsCancellationRequested)
        {
            throw new ApiException(
                ApiError.Unavailable,
                "The event bus is full, and the event was not accepted; 'aiwg-daemon status' shows its queue, try again when it is shorter"
            );
        }
    }

    private static void List(ApiCall call) =>
        call.AnswerList(
            "events",
            call.Daemon.Events(call.Limit, SourceOf(call.Arguments), call.Arguments.OptionalText("type")),
            static (json, @event) => EventJson.Write(json, @event)
        );

    private static void Search(ApiCall call)
    {
        var filter = new EventFilter(
            SourceOf(call.Arguments) is { } source ? EventJson.Word(source) : null,
            call.Arguments.OptionalText("type"),
            call.Arguments.OptionalInstant("since"),
            call.Arguments.OptionalInstant("until")
        );
        call.AnswerList(
            "events",
            EventFiles.Last(call.Daemon.Files.Events, call.Limit, filter),
            static (json, @event) => EventJson.Write(json, @event)
        );
    }

    private static void Get(ApiCall call)
    {
        var id = call.Arguments.Text("id");
        EventJson.Write(call.Json, EventFiles.Find(call.Daemon.Files.Events, id, most: 2) switch
        {
            [var one] => one,
            [] => throw new ApiException(ApiError.NotFound, $"There is no event '{id}' in the journal"),
            _ => throw new ApiException(ApiError.NotFound, $"Several events are '{id}'; write more of the id"),
        });
    }

    private static async ValueTask UnsubscribeAsync(ApiCall call) =>
        call.Answer("unsubscribed", await call.Session.UnsubscribeAsync(call.Arguments.Number("subscription", 0, int.MaxValue)));
}
