using System.Text;
using AiwgDaemon.Api.Schema;
using AiwgDaemon.Rules;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>Rules: how they are, and what they would do.</summary>
internal static class RuleOperations
{
    public static IReadOnlyList<Operation> All =>
        [
            new("rules.list", Access.Read, "The same as automation.status.", StatusJson.WriteAutomation)
            {
                Result = static () => StatusShapes.Automation,
            },
            new("rules.test", Access.Read, "Tells for each rule what it would do with an event, and why not, without doing it.", Test)
            {
                Parameters = static () =>
                [
                    new("event", Text("The id of one of the last events, in place of all other parameters.")),
                    new("source", Shapes.Source("The event's source; watch if there is a path, else manual.")),
                    new("type", Text("The event's type; what is usual for the source if it is missing.")),
                    new("path", Text("Of source watch: the file, relative to the project.")),
                    new("job", Text("Of source schedule: the job's id.")),
                    new("endpoint", Text("Of source webhook: the endpoint's path.")),
                    new("payload", Value("The event's payload.")),
                ],
                Result = static () => Object(("rules", List(Object(
                    ("id", Text("The rule.")),
                    ("matches", Flag("The rule is for such events.")),
                    ("would_run?", Text("What would run; missing if nothing would.")),
                    ("reason?", Text("Why nothing would run, or what the run would wait for."))
                )))),
            },
            new("rules.resume", Access.Control, "Lets a rule fire again that was paused because it kept itself going.", Resume)
            {
                Parameters = static () => [new("ruleId", Text("The rule."), true)],
                Result = static () => Shapes.Done("resumed", "Always true."),
            },
        ];

    private static void Test(ApiCall call)
    {
        var id = call.Arguments.OptionalText("event");
        var @event = id is null
            ? Trial(call.Arguments)
            : call.Daemon.FindEvent(id)
                ?? throw new ApiException(
                    ApiError.NotFound,
                    $"There is no event '{id}' among the last ones; 'aiwg-daemon rules test --event' knows earlier ones"
                );
        call.AnswerList("rules", call.Daemon.TestRules(@event, id is not null), StatusJson.Write);
    }

    private static DaemonEvent Trial(Arguments arguments)
    {
        try
        {
            return TrialEvent.Create(new()
            {
                Source = EventOperations.SourceOf(arguments) is { } source ? EventJson.Word(source) : null,
                Type = arguments.OptionalText("type"),
                Path = arguments.OptionalText("path"),
                Job = arguments.OptionalText("job"),
                Endpoint = arguments.OptionalText("endpoint"),
                Payload = arguments.Payload("payload") is { } payload ? Encoding.UTF8.GetString(payload) : null,
            });
        }
        catch (FormatException e)
        {
            throw new ApiException(ApiError.InvalidParams, $"The parameter {e.Message}");
        }
    }

    private static void Resume(ApiCall call)
    {
        var id = call.Arguments.Text("ruleId");
        if (!call.Daemon.ResumeRule(id)) throw new ApiException(ApiError.NotFound, $"There is no paused rule '{id}'");
        call.Answer("resumed", true);
    }
}
