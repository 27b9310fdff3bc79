using AiwgDaemon.Bus;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Finds who answers a request: an endpoint of the configuration, an endpoint of the operator, or a refusal.</summary>
internal sealed class WebhookHandler
{
    private readonly FailureLimit _limit;
    private readonly WebhookAnswers _answers;
    private readonly OperatorEndpoints _operator;
    private readonly WebhookIntake _intake;

    public WebhookHandler(
        EventBus bus,
        OutputOf outputOf,
        Func<WebhookHealth> health,
        Action<TextWriter> metrics,
        TimeProvider time,
        ILogger logger
    )
    {
        _limit = new FailureLimit(time);
        _answers = new WebhookAnswers(new RefusalLog(time, logger));
        _operator = new OperatorEndpoints(_answers, health, metrics);
        _intake = new WebhookIntake(bus, outputOf, time, logger);
    }

    public WebhookTable Table { get; set => Volatile.Write(ref field, value); } = WebhookTable.Empty;

    public long Received => _answers.Received;

    public long Rejected => _answers.Rejected;

    /// <inheritdoc cref="WebhookIntake.Recall"/>
    public void Recall(IEnumerable<DaemonEvent> events) => _intake.Recall(events);

    /// <inheritdoc cref="WebhookIntake.Trim"/>
    public void Trim() => _intake.Trim();

    public async Task HandleAsync(HttpContext context)
    {
        var (table, request) = (Table, context.Request);
        if (!table.Allows(request.Host.Host))
        {
            await _answers.RefuseAsync(context, Refusal.ForeignHost);
            return;
        }
        var path = request.Path.Value ?? "/";
        var routes = table.Routes[path];
        if (OperatorEndpoints.Has(path) && !routes.Any())
        {
            await _operator.AnswerAsync(context, path, table);
            return;
        }
        _answers.CountRequest();
        var client = ClientAddress.Of(context, table.Options.TrustedProxies);
        if (Echo(request, routes) is { } echo)
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await WebhookAnswers.WriteAsync(context, 200, echo, "text/plain; charset=utf-8");
            return;
        }
        var (route, refusal) = Route(context, routes);
        var isLimited = !_limit.Admits(client, table.Options.RateLimitPerMinute);
        // Without a signature nobody proves anything: each request counts.
        if (route is { Endpoint.Signature.NeedsSecret: false })
        {
            if (isLimited) refusal = Refusal.TooMany;
            else _limit.Count(client);
        }
        refusal ??= await _intake.TakeAsync(context, route!, table.Options);
        if (refusal is null) return;
        if (refusal.CountsAsFailure && route is not { Endpoint.Signature.NeedsSecret: false })
        {
            // A right signature was looked for first: strangers at the same address shut nobody out.
            if (isLimited) refusal = Refusal.TooMany;
            else _limit.Count(client);
        }
        await _answers.RefuseAsync(context, refusal);
    }

    /// <summary>What a sender that tries the address wants to read again; null for any other request.</summary>
    private static string? Echo(HttpRequest request, IEnumerable<WebhookRoute> routes) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && routes.FirstOrDefault(r => r.Endpoint.Signature.EchoedQuery is not null) is { } route
        && request.Query[route.Endpoint.Signature.EchoedQuery!] is [{ Length: > 0 and <= 512 } value] ? value : null;

    /// <summary>The route or the refusal.</summary>
    private static (WebhookRoute? Route, Refusal? Refusal) Route(HttpContext context, IEnumerable<WebhookRoute> routes)
    {
        if (!routes.Any()) return (null, Refusal.NoEndpoint);
        // Methods are case-sensitive (RFC 9110, section 9.1): another spelling would be another request to a proxy.
        if (routes.FirstOrDefault(r => r.Endpoint.Method == context.Request.Method) is { } route) return (route, null);
        context.Response.Headers.Allow = string.Join(", ", routes.Select(r => r.Endpoint.Method));
        return (null, Refusal.OtherMethod);
    }
}
