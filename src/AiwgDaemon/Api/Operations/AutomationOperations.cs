using AiwgDaemon.Api.Schema;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>Whether events lead to runs, and whether these start.</summary>
internal static class AutomationOperations
{
    public static IReadOnlyList<Operation> All =>
        [
            new("automation.status", Access.Read, "Tells whether rules fire, and how each of them is.", StatusJson.WriteAutomation)
            {
                Result = static () => StatusShapes.Automation,
            },
            new("automation.enable", Access.Control, "Lets all rules fire, or one.", call => Set(call, true))
            {
                Parameters = static () => [Rule],
                Result = static () => Switched,
            },
            new("automation.disable", Access.Control, "Keeps all rules from firing, or one. Kept over a restart.",
                call => Set(call, false))
            {
                Parameters = static () => [Rule],
                Result = static () => Switched,
            },
            new("automation.pause", Access.Control, "Starts no run from now on: what is decided meanwhile waits. Kept over a restart.",
                Pause)
            {
                Parameters = static () => [new("seconds", Integer("For so long; until somebody resumes if it is 0 or missing."))],
                Result = static () => Shapes.Done("paused", "Always true."),
            },
            new("automation.resume", Access.Control, "Ends a pause.", call => call.Answer("resumed", call.Daemon.Resume()))
            {
                Result = static () => Object(("resumed", Flag("False if it was not paused."))),
            },
        ];

    private static Parameter Rule => new("ruleId", Text("One rule; all of them if it is missing."));

    private static JsonSchema Switched => Object(
        ("enabled?", Flag("Whether rules fire now, if no rule was named.")),
        ("success?", Flag("False if there is no rule of that name."))
    );

    private static void Set(ApiCall call, bool enabled)
    {
        if (call.Arguments.OptionalText("ruleId") is { } rule)
        {
            call.Answer("success", call.Daemon.EnableRule(rule, enabled));
            return;
        }
        call.Daemon.EnableAutomation(enabled);
        call.Answer("enabled", enabled);
    }

    private static void Pause(ApiCall call)
    {
        var seconds = call.Arguments.Number("seconds", 0, int.MaxValue);
        call.Daemon.Pause(seconds > 0 ? TimeSpan.FromSeconds(seconds) : null);
        call.Answer("paused", true);
    }
}
