using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>/health and /metrics: for whoever runs the daemon, so from this machine only unless they are made public.</summary>
internal sealed class OperatorEndpoints(WebhookAnswers answers, Func<WebhookHealth> health, Action<TextWriter> metrics)
{
    public static bool Has(string path) => path is "/health" or "/metrics";

    public Task AnswerAsync(HttpContext context, string path, bool isPublic)
    {
        // What a proxy on this machine forwards is not local.
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
        if (!isLocal && !isPublic) return answers.RefuseAsync(context, 404, "no such endpoint");
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET";
            return answers.RefuseAsync(context, 405, "the endpoint has another method");
        }
        if (path == "/metrics") return WebhookAnswers.WriteAsync(context, 200, Metrics(), "text/plain; version=0.0.4; charset=utf-8");
        var report = health();
        return WebhookAnswers.WriteAsync(context, report.IsUsable ? 200 : 503, Encoding.UTF8.GetString(report.Document.Span));
    }

    private string Metrics()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        metrics(text);
        text.Write("# HELP aiwg_daemon_webhook_requests_total Webhook requests received.\n# TYPE aiwg_daemon_webhook_requests_total counter\n");
        text.Write($"aiwg_daemon_webhook_requests_total {answers.Received}\n");
        text.Write("# HELP aiwg_daemon_webhook_rejected_total Webhook requests refused.\n# TYPE aiwg_daemon_webhook_rejected_total counter\n");
        text.Write($"aiwg_daemon_webhook_rejected_total {answers.Rejected}\n");
        return text.ToString();
    }
}
