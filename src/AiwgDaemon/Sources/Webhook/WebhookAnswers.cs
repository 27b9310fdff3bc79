using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Writes the answers, and counts requests; refusals are logged once in ten seconds, whatever comes.</summary>
internal sealed class WebhookAnswers(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private long _received;
    private long _rejected;
    private long _logged = long.MinValue;

    public long Received => Interlocked.Read(ref _received);

    public long Rejected => Interlocked.Read(ref _rejected);

    public void CountRequest() => Interlocked.Increment(ref _received);

    public Task UnavailableAsync(HttpContext context, string reason)
    {
        context.Response.Headers.RetryAfter = "5";
        return RefuseAsync(context, 503, reason);
    }

    public Task RefuseAsync(HttpContext context, int status, string reason)
    {
        Interlocked.Increment(ref _rejected);
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _logged);
        if ((last == long.MinValue || time.GetElapsedTime(last, now) > LogInterval) && Interlocked.CompareExchange(ref _logged, now, last) == last)
            WebhookLog.Refused(logger, status, reason, context.Request.Path.Value ?? "", context.Connection.RemoteIpAddress?.ToString() ?? "");
        // What was not read of the body is not worth reading.
        if (status is 401 or 403 or 408 or 413 or 415) context.Response.Headers.Connection = "close";
        return WriteAsync(context, status, $"{{\"error\":\"{reason}\"}}");
    }

    public static Task WriteAsync(HttpContext context, int status, string text, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }
}
