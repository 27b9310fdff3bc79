using AiwgDaemon.Config.Description;
using AiwgDaemon.Config.Yaml;
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
        Host = webhook.Host,
        Port = webhook.Port,
        SecretEnv = webhook.SecretEnv,
        MaxBodyKb = webhook.MaxBodyKb,
        AllowedHosts = webhook.AllowedHosts,
        RateLimitPerMinute = webhook.RateLimitPerMinute,
        TrustedProxies = webhook.TrustedProxies.Select(p => TextChecks.NetworkOf(p)!.Value).ToArray(),
        PublicHealth = webhook.PublicHealth,
        HealthTokenEnv = webhook.HealthTokenEnv,
        TlsCertificate = webhook.Tls.Certificate,
        TlsKey = webhook.Tls.Key,
        Endpoints = [.. webhook.Endpoints.Select(Endpoint)],
    };

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
