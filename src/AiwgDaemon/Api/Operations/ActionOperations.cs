using System.Text.Json;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Api.Schema;
using AiwgDaemon.Runs;
using AiwgDaemon.State;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>Runs of actions: what there is, and what a person may do with one.</summary>
internal static class ActionOperations
{
    private const int UsualOutput = 8000;
    // A character fits.
    private const int LeastOutput = 4;
    private const int MostOutput = 64 * 1024;

    public static IReadOnlyList<Operation> All =>
        [
            new("action.list", Access.Read, "Lists waiting, queued, running and ended runs, newest first.", List)
            {
                Parameters = static () =>
                [
                    Shapes.Limit,
                    new("status", Text("Only runs of this status, or 'waiting' for what has not started.")),
                    new("rule", Text("Only runs of this rule.")),
                    new("since", Instant("Leaves out what ended before.")),
                    new("before", Text("Only runs that were decided on before the one with this id: the next page.")),
                ],
                Result = static () => Object(
                    ("actions", JsonSchema.List(Shapes.Action)),
                    ("in_journal", Integer("How many events wait in the journal for rules that are full."))
                ),
            },
            new("action.get", Access.Read, "Gives the record of one run.", call => Write(call.Json, ActionOf(call)))
            {
                Parameters = static () => [Id],
                Result = static () => Shapes.Action,
            },
            new("action.log", Access.Read, "Gives a part of what a run printed: the end, or what begins at a place.", Log)
            {
                Parameters = static () =>
                [
                    Id,
                    new("from", Integer("Where to begin, in bytes; what fits before the end if it is missing.")),
                    new("limit", Integer($"At most so many bytes, up to {MostOutput}; {UsualOutput} if it is missing.")),
                ],
                Result = static () => Object(
                    ("id", Text("The run's id.")),
                    ("status", Text("How the run stands.")),
                    ("text", Text("What it printed there, in whole characters.")),
                    ("from", Integer("Where the text begins.")),
                    ("to", Integer("Where it ends, and the next part begins.")),
                    ("size", Integer("How long the whole is now; it may grow while the run is not ended."))
                ),
            },
            new("action.cancel", Access.Control, "Cancels a run in any state, or all that are of a rule, wait, or are there.", CancelAsync)
            {
                Parameters = static () =>
                [
                    Id with { IsRequired = false },
                    new("rule", Text("All runs of this rule instead.")),
                    new("waiting", Flag("All runs that have not started instead.")),
                    new("all", Flag("All runs instead.")),
                ],
                Result = static () => Object(("cancelled", new()
                {
                    Any =
                    [
                        Flag("Of one run: false if it had ended already."),
                        Integer("Otherwise how many."),
                    ],
                })),
            },
            new("action.retry", Access.Control, "Runs an ended run's action again, as it is configured now, with the same events.",
                RetryAsync)
            {
                Parameters = static () => [Id],
                Result = static () => NewRun,
            },
            new("action.hold", Access.Control, "Keeps a waiting run back.", call => On(call, "held", call.Daemon.HoldAction))
            {
                Parameters = static () => [Id],
                Result = static () => Shapes.Done("held", "Always true."),
            },
            new("action.release", Access.Control, "Lets a held run go.", call => On(call, "released", call.Daemon.ReleaseAction))
            {
                Parameters = static () => [Id],
                Result = static () => Shapes.Done("released", "Always true."),
            },
            new("action.run", Access.Control, "Runs an action of the configuration by its name.", RunAsync)
            {
                Parameters = static () =>
                [
                    new("name", Text("The action's name."), true),
                    new("payload", Value("What the action gets as its event's payload; {} if it is missing.")),
                    new("action", Text("The run that asks for it (AIWG_ACTION_ID), so that one that runs itself without end is stopped.")),
                ],
                Result = static () => NewRun,
            },
        ];

    private static Parameter Id => Shapes.Id("The run's id, or what begins or ends it alone.");

    private static JsonSchema NewRun => Object(("id", Text("The new run's id.")));

    private static void List(ApiCall call)
    {
        var filter = new RunFilter
        {
            Limit = call.Limit,
            Status = call.Arguments.OptionalText("status"),
            Rule = call.Arguments.OptionalText("rule"),
            Since = call.Arguments.OptionalInstant("since"),
            Before = call.Arguments.OptionalText("before"),
        };
        call.Json.WriteStartObject();
        call.List("actions", call.Daemon.Actions(filter), Write);
        call.Json.WriteNumber("in_journal"u8, call.Daemon.WaitingInJournal);
        call.Json.WriteEndObject();
    }

    private static void Log(ApiCall call)
    {
        var from = call.Arguments.Number("from", -1, int.MaxValue);
        var limit = Math.Max(call.Arguments.Number("limit", UsualOutput, MostOutput), LeastOutput);
        var run = ActionOf(call);
        var page = OutputPage.Read(call.Daemon.Files, run, from < 0 ? null : from, limit)
            ?? throw new ApiException(
                ApiError.NotFound,
                run.HasEnded
                    ? $"Action {run.Id} has no output: {run.Error ?? "daemon.history.actions_kept says how many are kept"}"
                    : $"Action {run.Id} has printed nothing yet{(run.Reason is { } reason ? $": it waits for {reason}" : "")}"
            );
        call.Json.WriteStartObject();
        call.Json.WriteString("id"u8, run.Id);
        call.Json.WriteString("status"u8, ActionEvents.Word(run.Status));
        call.Json.WriteString("text"u8, page.Text);
        call.Json.WriteNumber("from"u8, page.From);
        call.Json.WriteNumber("to"u8, page.To);
        call.Json.WriteNumber("size"u8, page.Size);
        call.Json.WriteEndObject();
    }

    private static async ValueTask CancelAsync(ApiCall call)
    {
        var rule = call.Arguments.OptionalText("rule");
        var (waiting, all) = (call.Arguments.Flag("waiting"), call.Arguments.Flag("all"));
        if (rule is null && !waiting && !all) call.Answer("cancelled", call.Daemon.CancelAction(ActionOf(call).Id));
        else call.Answer("cancelled", await call.Daemon.CancelActionsAsync(rule, !waiting));
    }

    private static async ValueTask RetryAsync(ApiCall call) =>
        call.Answer("id", await call.Daemon.RetryActionAsync(ActionOf(call).Id, call.Token));

    private static async ValueTask RunAsync(ApiCall call)
    {
        var name = call.Arguments.Text("name");
        // Converted by hand: an array that is null would become empty memory, which is no JSON.
        var payload = call.Arguments.Payload("payload") is { } raw ? raw : (ReadOnlyMemory<byte>?)null;
        var id = await call.Daemon.RunActionAsync(name, payload, call.Arguments.OptionalText("action"), call.Token)
            ?? throw new ApiException(ApiError.NotFound, $"The configuration has no action '{name}'");
        call.Answer("id", id);
    }

    private static void On(ApiCall call, string done, Action<string> act)
    {
        act(ActionOf(call).Id);
        call.Answer(done, true);
    }

    private static ActionRecord ActionOf(ApiCall call)
    {
        var id = call.Arguments.Text("id");
        return call.Daemon.FindAction(id) ?? throw new ApiException(ApiError.NotFound, $"There is no action '{id}'");
    }

    private static void Write(Utf8JsonWriter json, ActionRecord action) =>
        JsonSerializer.Serialize(json, action, StateJsonContext.Default.ActionRecord);
}
