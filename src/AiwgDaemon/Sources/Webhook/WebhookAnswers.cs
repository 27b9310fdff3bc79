using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Writes the answers, and counts requests and refusals.</summary>
internal sealed class WebhookAnswers(RefusalLog refusals)
{
    private long _received;

    public long Received => Interlocked.Read(ref _received);

    /// <summary>How many were refused, by reason.</summary>
    public IReadOnlyList<(string Reason, long Count)> Refused => refusals.Counts;

    public long Rejected => refusals.Counts.Sum(c => c.Count);

    public void CountRequest() => Interlocked.Increment(ref _received);

    public Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        refusals.Note(refusal, context.Request.Path.Value ?? "", context.Connection.RemoteIpAddress?.ToString() ?? "");
        if (refusal.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds;
        if (refusal.EndsConnection) context.Response.Headers.Connection = "close";
        return WriteAsync(context, refusal.Status, $"{{\"error\":\"{JsonEncodedText.Encode(refusal.Words)}\"}}");
    }

    /// <summary>HEAD gets what GET would, without the body.</summary>
    public static Task WriteAsync(HttpContext context, int status, string text, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (!HttpMethods.IsHead(context.Request.Method)) return context.Response.WriteAsync(text);
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        return Task.CompletedTask;
    }
}
