using AiwgDaemon.Bus;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Finds who answers a request: an endpoint of the configuration, an endpoint of the operator, or a refusal.</summary>
internal sealed class WebhookHandler
{
    private readonly AddressLimit _limit;
    private readonly WebhookAnswers _answers;
    private readonly OperatorEndpoints _operator;
    private readonly WebhookIntake _intake;

    public WebhookHandler(EventBus bus, Func<WebhookHealth> health, Action<TextWriter> metrics, TimeProvider time, ILogger logger)
    {
        _limit = new AddressLimit(time);
        _answers = new WebhookAnswers(time, logger);
        _operator = new OperatorEndpoints(_answers, health, metrics);
        _intake = new WebhookIntake(bus, _answers, time, logger);
    }

    public WebhookTable Table { get; set => Volatile.Write(ref field, value); } = WebhookTable.Empty;

    public long Received => _answers.Received;

    public long Rejected => _answers.Rejected;

    /// <inheritdoc cref="WebhookIntake.Recall"/>
    public void Recall(IEnumerable<DaemonEvent> events) => _intake.Recall(events);

    /// <inheritdoc cref="WebhookIntake.Trim"/>
    public void Trim() => _intake.Trim();

    public Task HandleAsync(HttpContext context)
    {
        var (table, request) = (Table, context.Request);
        if (!table.Allows(request.Host.Host)) return _answers.RefuseAsync(context, 421, "this host name is not served; see webhook.allowed_hosts");
        var path = request.Path.Value ?? "/";
        var routes = table.Routes[path];
        if (OperatorEndpoints.Has(path) && !routes.Any()) return _operator.AnswerAsync(context, path, table.Options.PublicHealth);
        _answers.CountRequest();
        if (!_limit.Admits(context.Connection.RemoteIpAddress, table.Options.RateLimitPerMinute))
        {
            context.Response.Headers.RetryAfter = "60";
            return _answers.RefuseAsync(context, 429, "too many requests");
        }
        if (!routes.Any()) return _answers.RefuseAsync(context, 404, "no such endpoint");
        if (routes.FirstOrDefault(r => string.Equals(r.Endpoint.Method, request.Method, StringComparison.OrdinalIgnoreCase)) is not { } route)
        {
            context.Response.Headers.Allow = string.Join(", ", routes.Select(r => r.Endpoint.Method));
            return _answers.RefuseAsync(context, 405, "the endpoint has another method");
        }
        return _intake.TakeAsync(context, route, table.Options);
    }
}
