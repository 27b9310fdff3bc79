using AiwgDaemon.Config.Description;
using AiwgDaemon.Config.Yaml;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Sources.Webhook.Signing;

namespace AiwgDaemon.Config;

/// <summary>The options of the webhook of a file that has been found valid: no checks here.</summary>
internal static class WebhookMapping
{
    /// <summary>The signature that an endpoint describes itself, in <c>hmac:</c>.</summary>
    public const string HmacWord = "hmac";

    /// <summary>The answer that is what the run prints.</summary>
    public const string OutputWord = "output";

    public static WebhookOptions Webhook(WebhookSection webhook) => new()
    {
        Enabled = webhook.Enabled,
        SecretEnv = webhook.SecretEnv,
        MaxBodyKb = webhook.MaxBodyKb,
        Endpoints = [.. webhook.Endpoints.Select(Endpoint)],
    };

    /// <summary>What the section says of the server.</summary>
    public static HttpOptions Http(WebhookSection webhook) => new()
    {
        Enabled = webhook.Enabled,
        Listen = webhook.Listen.Count == 0
            ? [Address(webhook.Host, webhook.Port)]
            : [.. webhook.Listen.Select(l => Address(l.Host, l.Port))],
        AllowedHosts = webhook.AllowedHosts,
        RateLimitPerMinute = webhook.RateLimitPerMinute,
        TrustedProxies = new(
            [.. webhook.TrustedProxies.Where(p => p != TrustedProxies.UnixWord).Select(p => TextChecks.NetworkOf(p)!.Value)],
            webhook.TrustedProxies.Contains(TrustedProxies.UnixWord)
        ),
        PublicHealth = webhook.PublicHealth,
        HealthTokenEnv = webhook.HealthTokenEnv,
        TlsCertificate = webhook.Tls.Certificate,
        TlsKey = webhook.Tls.Key,
    };

    // A socket has no port; with none it is the same address whatever the file says.
    private static ListenAddress Address(string host, int port) =>
        new(host, host.StartsWith(ListenAddress.UnixPrefix, StringComparison.Ordinal) ? 0 : port);

    private static WebhookEndpoint Endpoint(EndpointSection endpoint) => new()
    {
        Path = endpoint.Path,
        Method = endpoint.Method,
        Signature = endpoint.Signature == HmacWord ? Hmac(endpoint.Hmac) : SchemeCatalogue.Find(endpoint.Signature)!,
        SecretEnv = endpoint.SecretEnv,
        Tolerance = TimeSpan.FromSeconds(endpoint.ToleranceSeconds),
        Content = ConfigWord.To<BodyContent>(endpoint.Content),
        Headers = [.. endpoint.Headers.Select(h => h.ToLowerInvariant())],
        DeliveryHeader = endpoint.DeliveryHeader,
        Answer = endpoint.Respond.Status is { } status ? new(status, endpoint.Respond.Body) : null,
        OutputWait = endpoint.Respond.Kind == OutputWord ? TimeSpan.FromSeconds(endpoint.Respond.WaitSeconds) : null,
    };

    private static HmacScheme Hmac(HmacSection hmac) => new(HmacWord, new HmacHeaders(hmac.Header!, hmac.TimestampHeader))
    {
        Algorithm = ConfigWord.To<HmacAlgorithm>(hmac.Algorithm),
        Encoding = ConfigWord.To<SignatureEncoding>(hmac.Encoding),
        Prefix = hmac.Prefix,
        Signed = hmac.Signed ?? (hmac.TimestampHeader is null ? "{body}" : "{timestamp}.{body}"),
    };
}
