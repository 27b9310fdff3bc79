using AiwgDaemon.Api.Schema;
using AiwgDaemon.Bus;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>Events that a part of the daemon could not handle.</summary>
internal static class DeadLetterOperations
{
    public static IReadOnlyList<Operation> All =>
        [
            new("deadletter.list", Access.Read, "Lists the newest dead letters, oldest first.", List)
            {
                Parameters = static () => [Shapes.Limit],
                Result = static () => Object(
                    ("count", Integer("How many there are.")),
                    ("dead_letters", JsonSchema.List(Shapes.DeadLetter))
                ),
            },
            new("deadletter.get", Access.Read, "Gives one dead letter with its event.", call => Letter(call).WriteTo(call.Json))
            {
                Parameters = static () => [Shapes.Id("The dead letter's id.")],
                Result = static () => Shapes.DeadLetter,
            },
            new("deadletter.retry", Access.Control, "Delivers a dead letter again, or all of them.",
                call => call.Answer("retried", call.Daemon.RetryDeadLetters(Letters(call))))
            {
                Parameters = static () =>
                [
                    Shapes.Id("The dead letter's id.") with { IsRequired = false },
                    new("all", Flag("All of them instead.")),
                ],
                Result = static () => Object(("retried", Integer("How many were taken."))),
            },
            new("deadletter.clear", Access.Control, "Throws all dead letters away.",
                call => call.Answer("cleared", call.Daemon.ClearDeadLetters()))
            {
                Result = static () => Object(("cleared", Integer("How many there were."))),
            },
        ];

    private static void List(ApiCall call)
    {
        var letters = call.Daemon.DeadLetters();
        call.Json.WriteStartObject();
        call.Json.WriteNumber("count"u8, letters.Count);
        call.List("dead_letters", letters.TakeLast(call.Limit), static (json, letter) => letter.WriteTo(json));
        call.Json.WriteEndObject();
    }

    private static IReadOnlyList<DeadLetter> Letters(ApiCall call) =>
        call.Arguments.Flag("all") ? call.Daemon.DeadLetters() : [Letter(call)];

    private static DeadLetter Letter(ApiCall call)
    {
        var id = call.Arguments.Text("id");
        return call.Daemon.FindDeadLetter(id) ?? throw new ApiException(ApiError.NotFound, $"There is no dead letter '{id}'");
    }
}
