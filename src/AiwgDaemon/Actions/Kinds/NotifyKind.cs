using AiwgDaemon.Actions.Http;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions.Kinds;

/// <summary>
/// A notification: a line in the log, or the event and the message as JSON in an HTTP POST to the URL that an environment variable holds.
/// </summary>
internal sealed class NotifyKind : BuiltInKind
{
    public override ActionType Type => ActionType.Notify;

    public override string Name => "notify";

    public override string About => "a log line or an HTTP POST";

    public override IReadOnlyList<ActionKey> Keys { get; } =
    [
        new("message", KeyForm.Text, "What is said; in a POST it is text and content.")
        {
            Required = true, Example = "\"{{event.payload.path}} changed\"", IsTemplate = true,
            Getter = static a => a.Command.Length == 0 ? [] : [a.Command], Setter = static (a, value) => a with { Command = value[0] },
        },
        new("url_env", KeyForm.SecretVariable, "Environment variable with the URL to POST to; left out: the log.")
        {
            Example = "NOTIFY_URL",
            Getter = static a => a.UrlEnv is null ? [] : [a.UrlEnv],
            Setter = static (a, value) => a with { UrlEnv = value[0] },
        },
    ];

    /// <summary>A message with a gap is better than none.</summary>
    public override bool MayLackValues => true;

    public override string Describe(ActionDefinition action) => action.UrlEnv is { } name ? $"notify ${name}" : $"notify {action.Command}";

    public override async Task<ActionOutcome> RunAsync(ActionRun run, TextWriter output, TimeProvider time, ILogger logger)
    {
        var action = run.Request.Action;
        if (action.UrlEnv is { } variable)
        {
            var request = new HttpRequest { Method = "POST", Body = ActionEventDocument.Json(run.Request.Events, action.Command) };
            return await new HttpReceiver(variable, time).SendAsync(
                run,
                request,
                static status => status is >= 200 and < 300,
                HttpReceiver.UsualLimit,
                output
            );
        }
        var cause = run.Request.Events[0];
        var message = action.Command.Length > 0 ? action.Command : $"{cause.Type} {cause.Subject}".TrimEnd();
        Log.Notification(logger, run.Request.RuleId, message);
        await output.WriteLineAsync(message);
        return new(ActionStatus.Completed, ExitCode: 0);
    }
}
