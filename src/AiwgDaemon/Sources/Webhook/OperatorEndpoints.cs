using System.Globalization;
using System.Net;
using System.Text;
using AiwgDaemon.Sources.Webhook.Signing;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// /health and /metrics, for whoever runs the daemon: everybody if they are public, who knows the token, else this machine alone. A
/// listener that the network reaches answers nobody otherwise: a proxy on this machine makes every request look local, and a
/// header that proxies set is missing from a plain <c>proxy_pass</c>.
/// </summary>
internal sealed class OperatorEndpoints(WebhookAnswers answers, Func<WebhookHealth> health, Action<TextWriter> metrics)
{
    private static readonly TokenScheme Bearer = new("health", new TokenPlace("Authorization", "Bearer"));

    public static bool Has(string path) => path is "/health" or "/metrics";

    public Task AnswerAsync(HttpContext context, string path, WebhookTable table)
    {
        if (!table.Options.PublicHealth && !IsOperator(context, table)) return answers.RefuseAsync(context, Refusal.NoEndpoint);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return answers.RefuseAsync(context, Refusal.OtherMethod);
        }
        if (path == "/metrics") return WebhookAnswers.WriteAsync(context, 200, Metrics(), "text/plain; version=0.0.4; charset=utf-8");
        var report = health();
        return WebhookAnswers.WriteAsync(context, report.IsUsable ? 200 : 503, Encoding.UTF8.GetString(report.Document.Span));
    }

    private static bool IsOperator(HttpContext context, WebhookTable table)
    {
        if (table.HealthToken is { } token) return Bearer.IsPlausible([token], context.Request.Headers);
        return table.IsLoopbackOnly && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
    }

    private string Metrics()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        metrics(text);
        text.Write(
            "# HELP aiwg_daemon_webhook_requests_total Webhook requests received.\n# TYPE aiwg_daemon_webhook_requests_total counter\n"
        );
        text.Write($"aiwg_daemon_webhook_requests_total {answers.Received}\n");
        text.Write(
            "# HELP aiwg_daemon_webhook_rejected_total Webhook requests refused.\n# TYPE aiwg_daemon_webhook_rejected_total counter\n"
        );
        text.Write($"aiwg_daemon_webhook_rejected_total {answers.Rejected}\n");
        text.Write(
            "# HELP aiwg_daemon_webhook_refused_total Webhook requests refused, by reason.\n# TYPE aiwg_daemon_webhook_refused_total "
                + "counter\n"
        );
        foreach (var (reason, count) in answers.Refused)
            text.Write($"aiwg_daemon_webhook_refused_total{{reason=\"{reason}\"}} {count}\n");
        return text.ToString();
    }
}
