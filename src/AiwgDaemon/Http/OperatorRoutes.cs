using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Http;

/// <summary>
/// /health and /metrics, for whoever runs the daemon: everybody if they are public, who knows the token, else this machine alone. A
/// listener that the network reaches answers nobody otherwise: a proxy on this machine makes every request look local, and a
/// header that proxies set is missing from a plain <c>proxy_pass</c>. Neither does a Unix socket, which is there for proxies.
/// </summary>
/// <param name="isPublic">Whoever reaches them may ask.</param>
/// <param name="token">What a request has to know; null: no token.</param>
/// <param name="health">What /health answers.</param>
/// <param name="metrics">Writes what /metrics answers, in Prometheus' text format.</param>
internal sealed class OperatorRoutes(bool isPublic, byte[]? token, Func<HealthReport> health, Action<TextWriter> metrics) : IHttpRoutes
{
    private const string Bearer = "Bearer ";

    /// <summary>An <see cref="IOException"/> if the variable with the token is not set.</summary>
    public static OperatorRoutes Create(HttpOptions options, Func<HealthReport> health, Action<TextWriter> metrics) =>
        new(options.PublicHealth, options.HealthTokenEnv is { } variable ? Token(variable) : null, health, metrics);

    /// <summary>An <see cref="IOException"/> as of <see cref="Create"/>.</summary>
    public static void CheckToken(HttpOptions options)
    {
        if (options.HealthTokenEnv is { } variable) Token(variable);
    }

    public bool Has(string path) => path is "/health" or "/metrics";

    public async Task<Refusal?> AnswerAsync(HttpContext context, string path, Visitor visitor)
    {
        if (!isPublic && !IsOperator(context)) return Refusal.NoEndpoint;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Refusal.OtherMethod;
        }
        if (path == "/metrics")
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
            metrics(text);
            await HttpAnswers.WriteAsync(context, 200, text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
            return null;
        }
        var report = health();
        await HttpAnswers.WriteAsync(context, report.IsUsable ? 200 : 503, Encoding.UTF8.GetString(report.Document.Span));
        return null;
    }

    private bool IsOperator(HttpContext context)
    {
        if (token is not null) return IsRight(context.Request.Headers.Authorization);
        return context.Features.Get<ListenAddress>() is { SocketPath: null, IsLocal: true }
            && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
    }

    // Digests have one length: comparing them tells nothing of the token's.
    private bool IsRight(Microsoft.Extensions.Primitives.StringValues authorization) =>
        authorization is [{ } value]
        && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(value[Bearer.Length..].Trim())),
            SHA256.HashData(token!)
        );

    private static byte[] Token(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? Encoding.UTF8.GetBytes(value)
            : throw new IOException(
                $"{variable} is not set, and webhook.health_token_env names it; set the variable before the daemon starts"
            );
}

/// <summary>What /health answers: 200 or 503, and a JSON document.</summary>
internal sealed record HealthReport(bool IsUsable, ReadOnlyMemory<byte> Document);
