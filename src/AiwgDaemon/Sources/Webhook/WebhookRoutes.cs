using AiwgDaemon.Http;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>The endpoints of one configuration.</summary>
internal sealed class WebhookRoutes(WebhookTable table, WebhookIntake intake, Action received) : IHttpRoutes
{
    public bool Has(string path) => table.Routes.Contains(path);

    public async Task<Refusal?> AnswerAsync(HttpContext context, string path, Visitor visitor)
    {
        received();
        var routes = table.Routes[path];
        if (Echo(context.Request, routes) is { } echo)
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await HttpAnswers.WriteAsync(context, 200, echo, "text/plain; charset=utf-8");
            return null;
        }
        var (route, refusal) = Route(context, routes);
        // Without a signature nobody proves anything: each request counts.
        if (route is { Endpoint.Signature.NeedsSecret: false })
        {
            if (visitor.IsLimited) return Refusal.TooMany;
            visitor.Count();
        }
        return refusal ?? await intake.TakeAsync(context, route!, table.Options, visitor);
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
