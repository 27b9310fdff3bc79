using System.Globalization;
using System.Text;
using AiwgDaemon.Actions.Http;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions.Kinds;

/// <summary>An HTTP request to the URL that an environment variable holds. The URL and the headers of <c>headers_env</c> are secrets: they
/// are in no message.</summary>
internal sealed class HttpKind : BuiltInKind
{
    private const string ContentType = "Content-Type", Json = "application/json";

    public override ActionType Type => ActionType.Http;

    public override string Name => "http";

    public override string About => "an HTTP request";

    public override IReadOnlyList<ActionKey> Keys { get; } =
    [
        new("url_env", KeyForm.SecretVariable, "Environment variable with the URL.")
        {
            Required = true,
            Example = "DEPLOY_URL",
            Getter = static a => a.UrlEnv is null ? [] : [a.UrlEnv],
            Setter = static (a, value) => a with { UrlEnv = value[0] },
        },
        new("method", KeyForm.Choice, "HTTP method.") { Choices = ["POST", "PUT", "PATCH", "GET", "HEAD", "DELETE"], Default = "POST" },
        new("headers", KeyForm.Headers, "Headers of the request; {{event.payload.x}} is replaced.")
        {
            Default = "{}",
            Example = "{X-Ref: \"{{event.payload.body.ref?}}\"}",
            IsTemplate = true,
        },
        new("headers_env", KeyForm.SecretHeaders, "Headers whose values are secrets: header and environment variable.")
        {
            Default = "{}",
            Example = "{Authorization: DEPLOY_TOKEN}",
        },
        new(
            "body",
            KeyForm.Document,
            "Body; in JSON, which it is if headers have no other Content-Type, a value inside of quotes is escaped and any other is "
                + "written as JSON."
        )
        {
            DefaultWords = "the event as JSON; none for GET, HEAD and DELETE",
            Example = "'{\"ref\": \"{{event.payload.body.ref}}\"}'",
            IsTemplate = true,
            Values = FormOf,
        },
        new("expected_status", KeyForm.Numbers, "Statuses that mean success.")
        {
            Least = 100,
            Most = 599,
            DefaultWords = "200 to 299",
            Example = "[200, 204]",
        },
    ];

    /// <summary>A request with a gap is not what somebody asked for.</summary>
    public override bool MayLackValues => false;

    public override string Describe(ActionDefinition action) => $"{Method(action)} ${action.UrlEnv}";

    public override async Task<ActionOutcome> RunAsync(ActionRun run, TextWriter output, TimeProvider time, ILogger logger)
    {
        var action = run.Request.Action;
        var headers = Pairs(action.Field("headers"));
        foreach (var (name, variable) in Pairs(action.Field("headers_env")))
        {
            if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } value)
                return ActionOutcome.Failure(
                    $"the environment variable {variable}, for the header {name}, is not set; set it where the daemon is started"
                );
            headers.Add((name, value));
        }
        foreach (var (name, value) in headers)
            if (value.Any(char.IsControl))
                return ActionOutcome.Failure($"the value of the header {name} has a line break or another control character");
        if (!headers.Exists(header => header.Name.Equals(ContentType, StringComparison.OrdinalIgnoreCase)))
            headers.Add((ContentType, Json));
        var method = Method(action);
        ReadOnlyMemory<byte>? body = action.Field("body") is [var text] ? Encoding.UTF8.GetBytes(text)
            : method is "GET" or "HEAD" or "DELETE" ? default(ReadOnlyMemory<byte>?) : ActionEventDocument.Json(run.Request.Events);
        var expected = action.Field("expected_status").Select(status => int.Parse(status, CultureInfo.InvariantCulture)).ToList();
        return await new HttpReceiver(action.UrlEnv!, time).SendAsync(
            run,
            new HttpRequest
            {
                Method = method,
                Headers = headers,
                Body = body,
            },
            status => expected.Count == 0 ? status is >= 200 and < 300 : expected.Contains(status),
            action.Timeout is null ? HttpReceiver.UsualLimit : Timeout.InfiniteTimeSpan,
            output
        );
    }

    private static string Method(ActionDefinition action) => action.Field("method") is [var method] ? method : "POST";

    private static ValueForm FormOf(ActionDefinition action)
    {
        var type = Pairs(action.Field("headers")).Find(header => header.Name.Equals(ContentType, StringComparison.OrdinalIgnoreCase)).Value
            ?? Json;
        return type.Contains("json", StringComparison.OrdinalIgnoreCase) ? ValueForm.Json
            : type.Contains("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? ValueForm.Percent : ValueForm.Plain;
    }

    private static List<(string Name, string Value)> Pairs(IReadOnlyList<string> field)
    {
        var pairs = new List<(string, string)>();
        for (var i = 0; i + 1 < field.Count; i += 2) pairs.Add((field[i], field[i + 1]));
        return pairs;
    }
}
