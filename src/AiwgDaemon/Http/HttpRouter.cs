using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>Finds who answers a request, and refuses what nobody does: counted by address and by reason, and logged at a bounded
/// rate.</summary>
internal sealed class HttpRouter(TimeProvider time, ILogger logger)
{
    private readonly FailureLimit _failures = new(time);
    private readonly RefusalLog _refusals = new("requests", time, logger);

    public HttpSite Site { get; set => Volatile.Write(ref field, value); } = HttpSite.Empty;

    /// <summary>How many were refused, by reason.</summary>
    public IReadOnlyList<(string Reason, long Count)> Refused => _refusals.Counts;

    public async Task HandleAsync(HttpContext context)
    {
        var site = Site;
        var visitor = new Visitor(context, site.Options, _failures);
        if (!site.Allows(context.Request.Host.Host))
        {
            await RefuseAsync(context, Refusal.ForeignHost, visitor);
            return;
        }
        var path = context.Request.Path.Value ?? "/";
        var routes = Find(site.Routes, path);
        var refusal = routes is null ? Refusal.NoEndpoint : await routes.AnswerAsync(context, path, visitor.Begin());
        if (refusal is null) return;
        if (refusal.CountsAsFailure && !visitor.IsCounted)
        {
            // What is proved was looked for first: strangers at the same address shut nobody out.
            if (visitor.IsLimited) refusal = Refusal.TooMany;
            else visitor.Count();
        }
        await RefuseAsync(context, refusal, visitor);
    }

    private static IHttpRoutes? Find(IReadOnlyList<IHttpRoutes> all, string path)
    {
        foreach (var routes in all)
            if (routes.Has(path)) return routes;
        return all.Count > 0 ? all[0] : null;
    }

    private Task RefuseAsync(HttpContext context, Refusal refusal, Visitor visitor)
    {
        if (_refusals.Count(refusal.Reason))
            HttpLog.Refused(logger, refusal.Status, refusal.Words, context.Request.Path.Value ?? "", visitor.Name);
        return HttpAnswers.RefuseAsync(context, refusal);
    }
}
