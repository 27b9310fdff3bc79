using AiwgDaemon.Api.Schema;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>The daemon itself: whether it is there, how it is, its end.</summary>
internal static class DaemonOperations
{
    public static IReadOnlyList<Operation> All =>
        [
            new("ping", Access.Read, "Tells that the daemon is there.", Ping)
            {
                Result = static () => Object(("pong", Flag("Always true.")), ("timestamp", Instant("The daemon's clock."))),
            },
            new("daemon.status", Access.Read, "Tells how the daemon is, with the document of state.json in it.", StatusJson.Write)
            {
                Result = static () => StatusShapes.Status,
            },
            new("daemon.summary", Access.Read, "Tells in short how the daemon is, what runs, what waits and what failed.",
                SummaryJson.Write)
            {
                Result = static () => ProjectShapes.Summary,
            },
            new("daemon.reload", Access.Control, "Applies the configuration file anew. If it is not valid, the one before stays in force.",
                ReloadAsync)
            {
                Result = static () => Object(("changes", List(Text("One change."), "A line for each change; empty if there is none."))),
            },
            new("daemon.stop", Access.Control, "Ends the daemon. It answers first.", Stop)
            {
                Result = static () => Shapes.Done("stopping", "Always true."),
            },
            new("config.variable", Access.Read, "Tells whether the daemon's environment has a variable, never its value.",
                call => call.Answer("set", HasVariable(call.Arguments.Text("name"))))
            {
                Parameters = static () => [new("name", Text("The variable's name."), IsRequired: true)],
                Result = static () => Object(("set", Flag("False if it is missing or empty."))),
            },
        ];

    private static void Ping(ApiCall call)
    {
        call.Json.WriteStartObject();
        call.Json.WriteBoolean("pong"u8, true);
        StatusJson.WriteTime(call.Json, "timestamp", call.Time.GetUtcNow());
        call.Json.WriteEndObject();
    }

    private static async ValueTask ReloadAsync(ApiCall call) =>
        call.AnswerList("changes", await call.Daemon.ReloadAsync(call.Token), static (json, change) => json.WriteStringValue(change));

    private static void Stop(ApiCall call)
    {
        call.Session.AfterAnswer(call.Daemon.Stop);
        call.Answer("stopping", true);
    }

    // A shell cannot see it otherwise.
    private static bool HasVariable(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
}
