using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Http;

/// <summary>Writes the answers.</summary>
internal static class HttpAnswers
{
    public static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
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
