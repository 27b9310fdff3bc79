using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Control;

/// <summary>One method: reads its parameters, writes exactly one JSON value.</summary>
internal delegate ValueTask ControlMethod(ControlParams parameters, Utf8JsonWriter result, ControlSession session, CancellationToken token);

/// <summary>The methods by name. <c>ping</c>, <c>daemon.status</c> and <c>automation.*</c> answer in the shapes of the Node.js daemon, and
/// add to them.</summary>
internal sealed class ControlMethods
{
    private const int MostListed = 1000;

    // Clients wait longer than this, and so learn that it was not accepted.
    private static readonly TimeSpan BusWait = TimeSpan.FromSeconds(10);

    private readonly ControlHandlers _handlers;
    private readonly TimeProvider _time;
    private readonly Func<int> _clients;
    private readonly Dictionary<string, ControlMethod> _methods;

    public ControlMethods(ControlHandlers handlers, TimeProvider time, Func<int> clients)
    {
        (_handlers, _time, _clients) = (handlers, time, clients);
        _methods = new(StringComparer.Ordinal)
        {
            ["ping"] = At(Ping),
            ["daemon.status"] = At((_, json, _) => StatusJson.Write(json, _handlers, _clients())),
            ["daemon.reload"] = ReloadAsync,
            ["daemon.stop"] = At(Stop),
            ["automation.status"] = At((_, json, _) => StatusJson.WriteAutomation(json, _handlers)),
            ["automation.enable"] = At((p, json, _) => SetAutomation(p, json, true)),
            ["automation.disable"] = At((p, json, _) => SetAutomation(p, json, false)),
            ["automation.pause"] = At(Pause),
            ["automation.resume"] = At((_, json, _) => Field(json, "resumed", _handlers.Resume())),
            ["event.emit"] = EmitAsync,
            ["event.list"] = At(ListEvents),
            ["event.subscribe"] = At(
                (p, json, session) => Field(json, "subscription", session.Subscribe(_handlers, SourceOf(p), p.OptionalText("type")))
            ),
            ["event.unsubscribe"] = async (p, json, session, _) =>
                Field(json, "unsubscribed", await session.UnsubscribeAsync(p.Number("subscription", 0, int.MaxValue))),
            ["action.list"] = At(ListActions),
            ["action.get"] = At((p, json, _) => Write(json, ActionOf(p))),
            ["action.cancel"] = CancelActionsAsync,
            ["action.retry"] = RetryActionAsync,
            ["action.hold"] = At((p, json, _) => OnAction(p, json, "held", _handlers.HoldAction)),
            ["action.release"] = At((p, json, _) => OnAction(p, json, "released", _handlers.ReleaseAction)),
            ["action.run"] = RunActionAsync,
            ["deadletter.list"] = At(ListDeadLetters),
            ["deadletter.get"] = At((p, json, _) => DeadLetterOf(p).WriteTo(json)),
            ["deadletter.retry"] = At(
                (p, json, _) =>
                    Field(json, "retried", _handlers.RetryDeadLetters(p.Flag("all") ? _handlers.DeadLetters() : [DeadLetterOf(p)]))
            ),
            ["deadletter.clear"] = At((_, json, _) => Field(json, "cleared", _handlers.ClearDeadLetters())),
            ["config.variable"] = At(HasVariable),
            ["rules.list"] = At((_, json, _) => StatusJson.WriteAutomation(json, _handlers)),
            ["rules.test"] = At(TestRules),
            ["rules.resume"] = At(ResumeRule),
        };
        foreach (var (name, method) in new TaskMethods(handlers).All) _methods.Add(name, method);
    }

    public IReadOnlyCollection<string> Names => _methods.Keys;

    public ControlMethod? Find(string name) => _methods.GetValueOrDefault(name);

    private static ControlMethod At(Action<ControlParams, Utf8JsonWriter, ControlSession> body) => (parameters, json, session, _) =>
    {
        body(parameters, json, session);
        return default;
    };

    private void Ping(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        json.WriteStartObject();
        json.WriteBoolean("pong"u8, true);
        StatusJson.WriteTime(json, "timestamp", _time.GetUtcNow());
        json.WriteEndObject();
    }

    private void Stop(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        session.AfterAnswer(_handlers.Stop);
        Field(json, "stopping", true);
    }

    private async ValueTask ReloadAsync(ControlParams parameters, Utf8JsonWriter json, ControlSession session, CancellationToken token)
    {
        var changes = await _handlers.Reload(token);
        json.WriteStartObject();
        json.WriteStartArray("changes"u8);
        foreach (var change in changes) json.WriteStringValue(change);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Whether the daemon's environment has a variable, never its value: a shell cannot see it otherwise.</summary>
    private void HasVariable(ControlParams parameters, Utf8JsonWriter json, ControlSession session) =>
        Field(json, "set", !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(parameters.Text("name"))));

    private void SetAutomation(ControlParams parameters, Utf8JsonWriter json, bool enabled)
    {
        if (parameters.OptionalText("ruleId") is { } rule)
        {
            Field(json, "success", _handlers.EnableRule(rule, enabled));
            return;
        }
        _handlers.EnableAutomation(enabled);
        Field(json, "enabled", enabled);
    }

    private async ValueTask EmitAsync(ControlParams parameters, Utf8JsonWriter json, ControlSession session, CancellationToken token)
    {
        var type = parameters.Text("type");
        if (!EventFactory.IsType(type))
            throw new ControlException(
                ControlError.InvalidParams,
                $"The type of an event has 1 to {EventFactory.MaxTypeLength} characters without blanks and '*', for instance "
                    + "deploy.requested"
            );
        var @event = EventFactory.Create(
            _time.GetUtcNow(),
            EventSource.Manual,
            type,
            "",
            parameters.Payload("payload") ?? "{}"u8.ToArray(),
            causedBy: parameters.OptionalText("action")
        );
        await EmitAsync(@event, token);
        json.WriteStartObject();
        json.WriteString("id"u8, @event.Id);
        json.WriteEndObject();
    }

    private async ValueTask EmitAsync(DaemonEvent @event, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(BusWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
        try
        {
            await _handlers.Emit(@event, either.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new ControlException(
                ControlError.Unavailable,
                "The event bus is full, and the event was not accepted; 'aiwg-daemon status' shows its queue, try again when it is shorter"
            );
        }
    }

    private void ListEvents(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        json.WriteStartObject();
        json.WriteStartArray("events"u8);
        foreach (
            var @event in _handlers.Events(
                parameters.Number("limit", 50, MostListed),
                SourceOf(parameters),
                parameters.OptionalText("type")
            )
        )
            EventJson.Write(json, @event);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void ListActions(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        var filter = new RunFilter
        {
            Limit = parameters.Number("limit", 50, MostListed),
            Status = parameters.OptionalText("status"),
            Rule = parameters.OptionalText("rule"),
            Since = parameters.OptionalInstant("since"),
            Before = parameters.OptionalText("before"),
        };
        json.WriteStartObject();
        json.WriteStartArray("actions"u8);
        foreach (var action in _handlers.Actions(filter)) Write(json, action);
        json.WriteEndArray();
        json.WriteNumber("in_journal"u8, _handlers.WaitingInJournal());
        json.WriteEndObject();
    }

    private async ValueTask CancelActionsAsync(
        ControlParams parameters,
        Utf8JsonWriter json,
        ControlSession session,
        CancellationToken token
    )
    {
        var rule = parameters.OptionalText("rule");
        var (waiting, all) = (parameters.Flag("waiting"), parameters.Flag("all"));
        if (rule is null && !waiting && !all) Field(json, "cancelled", _handlers.CancelAction(ActionOf(parameters).Id));
        else Field(json, "cancelled", await _handlers.CancelActions(rule, !waiting));
    }

    private async ValueTask RetryActionAsync(ControlParams parameters, Utf8JsonWriter json, ControlSession session, CancellationToken token)
    {
        var id = await _handlers.RetryAction(ActionOf(parameters).Id, token);
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteEndObject();
    }

    private void OnAction(ControlParams parameters, Utf8JsonWriter json, string done, Action<string> act)
    {
        act(ActionOf(parameters).Id);
        Field(json, done, true);
    }

    private void Pause(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        var seconds = parameters.Number("seconds", 0, int.MaxValue);
        _handlers.Pause(seconds > 0 ? TimeSpan.FromSeconds(seconds) : null);
        Field(json, "paused", true);
    }

    private async ValueTask RunActionAsync(ControlParams parameters, Utf8JsonWriter json, ControlSession session, CancellationToken token)
    {
        var name = parameters.Text("name");
        // Converted by hand: an array that is null would become empty memory, which is no JSON.
        var payload = parameters.Payload("payload") is { } raw ? raw : (ReadOnlyMemory<byte>?)null;
        var id = await _handlers.RunAction(name, payload, token)
            ?? throw new ControlException(ControlError.NotFound, $"The configuration has no action '{name}'");
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteEndObject();
    }

    private void ListDeadLetters(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        var letters = _handlers.DeadLetters();
        json.WriteStartObject();
        json.WriteNumber("count"u8, letters.Count);
        json.WriteStartArray("dead_letters"u8);
        foreach (var letter in letters.TakeLast(parameters.Number("limit", 50, MostListed))) letter.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void TestRules(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        var id = parameters.OptionalText("event");
        var @event = id is null
            ? Trial(parameters)
            : _handlers.FindEvent(id)
                ?? throw new ControlException(
                    ControlError.NotFound,
                    $"There is no event '{id}' among the last ones; 'aiwg-daemon rules test --event' knows earlier ones"
                );
        json.WriteStartObject();
        json.WriteStartArray("rules"u8);
        foreach (var trial in _handlers.TestRules(@event, id is not null)) StatusJson.Write(json, trial);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static DaemonEvent Trial(ControlParams parameters)
    {
        try
        {
            return TrialEvent.Create(new()
            {
                Source = SourceOf(parameters) is { } source ? EventJson.Word(source) : null,
                Type = parameters.OptionalText("type"),
                Path = parameters.OptionalText("path"),
                Job = parameters.OptionalText("job"),
                Endpoint = parameters.OptionalText("endpoint"),
                Payload = parameters.Payload("payload") is { } payload ? Encoding.UTF8.GetString(payload) : null,
            });
        }
        catch (FormatException e)
        {
            throw new ControlException(ControlError.InvalidParams, $"The parameter {e.Message}");
        }
    }

    private void ResumeRule(ControlParams parameters, Utf8JsonWriter json, ControlSession session)
    {
        var id = parameters.Text("ruleId");
        if (!_handlers.ResumeRule(id)) throw new ControlException(ControlError.NotFound, $"There is no paused rule '{id}'");
        Field(json, "resumed", true);
    }

    private ActionRecord ActionOf(ControlParams parameters)
    {
        var id = parameters.Text("id");
        return _handlers.FindAction(id) ?? throw new ControlException(ControlError.NotFound, $"There is no action '{id}'");
    }

    private DeadLetter DeadLetterOf(ControlParams parameters)
    {
        var id = parameters.Text("id");
        return _handlers.FindDeadLetter(id) ?? throw new ControlException(ControlError.NotFound, $"There is no dead letter '{id}'");
    }

    private static EventSource? SourceOf(ControlParams parameters)
    {
        if (parameters.OptionalText("source") is not { } word) return null;
        return EventJson.TryParseSource(word, out var source)
            ? source
            : throw new ControlException(
                ControlError.InvalidParams,
                "The parameter 'source' must be watch, schedule, webhook, manual or daemon"
            );
    }

    private static void Write(Utf8JsonWriter json, ActionRecord action) =>
        JsonSerializer.Serialize(json, action, StateJsonContext.Default.ActionRecord);

    private static void Field(Utf8JsonWriter json, string name, bool value)
    {
        json.WriteStartObject();
        json.WriteBoolean(name, value);
        json.WriteEndObject();
    }

    private static void Field(Utf8JsonWriter json, string name, int value)
    {
        json.WriteStartObject();
        json.WriteNumber(name, value);
        json.WriteEndObject();
    }
}
