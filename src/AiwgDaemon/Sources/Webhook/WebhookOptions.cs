using System.Net;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Section <c>webhook</c>.</summary>
internal sealed record WebhookOptions
{
    public bool Enabled { get; init; }

    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 9471;

    /// <summary>Environment variables that hold secrets; any of them verifies, so that one can be replaced while in use.</summary>
    public IReadOnlyList<string> SecretEnv { get; init; } = ["AIWG_WEBHOOK_SECRET"];

    public int MaxBodyKb { get; init; } = 1024;

    /// <summary>Values of Host that are accepted besides the loopback names and the bound address.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Requests a minute from one address that prove nothing; zero: no limit.</summary>
    public int RateLimitPerMinute { get; init; } = 600;

    /// <summary>Proxies whose <c>X-Forwarded-For</c> is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>/health and /metrics answer whoever reaches them.</summary>
    public bool PublicHealth { get; init; }

    /// <summary>The environment variable with the bearer token that /health and /metrics ask for; null: none.</summary>
    public string? HealthTokenEnv { get; init; }

    /// <summary>PEM certificate and key; null: plain HTTP.</summary>
    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    public IReadOnlyList<WebhookEndpoint> Endpoints { get; init; } = [];

    /// <summary>With the paths of files made absolute.</summary>
    public WebhookOptions Below(string project) => this with
    {
        TlsCertificate = TlsCertificate is null ? null : Path.GetFullPath(TlsCertificate, project),
        TlsKey = TlsKey is null ? null : Path.GetFullPath(TlsKey, project),
    };
}
