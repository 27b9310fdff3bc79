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

    /// <summary>HEAD gets what GET would, without the body; 204 and 205 have none (RFC 9110, section 15.3).</summary>
    public static Task WriteAsync(HttpContext context, int status, string text, string type = "application/json")
    {
        context.Response.StatusCode = status;
        if (status is 204 or 205)
        {
            // The server has a length for 204 itself, and no other answer without a body.
            if (status == 205) context.Response.ContentLength = 0;
            return Task.CompletedTask;
        }
        context.Response.ContentType = type;
        if (!HttpMethods.IsHead(context.Request.Method)) return context.Response.WriteAsync(text);
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        return Task.CompletedTask;
    }
}
