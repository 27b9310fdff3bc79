using AiwgDaemon.Http;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>How a body is to be read.</summary>
internal enum BodyKind
{
    Empty,
    Json,
    Form,
    Text,
}

/// <summary>What an endpoint says its bodies are, whatever their content type.</summary>
internal enum BodyContent
{
    Auto,
    Json,
    Text,
}

/// <summary>What the headers say about a body: its kind, and whether it is packed.</summary>
internal readonly record struct BodyFormat(BodyKind Kind, bool IsGzip)
{
    /// <summary>The format, or why a body of that kind is not taken.</summary>
    public static (BodyFormat Format, Refusal? Refusal) Of(HttpRequest request, BodyContent content)
    {
        if (!TryReadCoding(request, out var isGzip, out var refusal)) return (default, refusal);
        var type = (request.ContentType ?? "").AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        if (type.IsEmpty && request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0)
            return (new(BodyKind.Empty, false), null);
        if (content != BodyContent.Auto)
            return (new(content == BodyContent.Json ? BodyKind.Json : BodyKind.Text, isGzip), null);
        BodyKind? kind =
            Is(type, "application/json") || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase) ? BodyKind.Json
            : Is(type, "application/x-www-form-urlencoded") ? BodyKind.Form
            : type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ? BodyKind.Text
            : null;
        if (kind is { } known)
            return (new(known, isGzip), null);
        return (
            default,
            WebhookRefusal.OfType(
                type.IsEmpty ? "the request has no Content-Type; send application/json, or set content: json for the endpoint"
                : type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
                    ? "multipart forms are not taken; send JSON or application/x-www-form-urlencoded"
                : "the content type is not taken; send JSON, a form or text, or set content: json for the endpoint"
            )
        );
    }

    private static bool TryReadCoding(HttpRequest request, out bool isGzip, out Refusal? refusal)
    {
        (isGzip, refusal) = (false, null);
        // Of several codings the server takes off the last only.
        if (request.Headers.TransferEncoding is { Count: > 0 } transfer && !Is(transfer.ToString(), "chunked"))
            refusal = WebhookRefusal.OfType("the transfer encoding is not taken; send the body as it is, or chunked");
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding)
        {
            var coding = encoding.ToString().Trim();
            isGzip = Is(coding, "gzip") || Is(coding, "x-gzip");
            if (!isGzip && coding.Length > 0 && !Is(coding, "identity"))
                refusal = WebhookRefusal.OfType("the content encoding is not taken; send the body as it is, or packed with gzip");
        }
        return refusal is null;
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
