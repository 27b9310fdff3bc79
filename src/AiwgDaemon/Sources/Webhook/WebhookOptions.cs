namespace AiwgDaemon.Sources.Webhook;

internal enum SignatureScheme
{
    None,
    GitHub,
    Gitea,
    GitLab,
    Stripe,
    Standard,
    Token,
}

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

    /// <summary>Requests per minute from one address; zero: no limit.</summary>
    public int RateLimitPerMinute { get; init; } = 600;

    /// <summary>/health and /metrics answer other addresses than loopback too.</summary>
    public bool PublicHealth { get; init; }

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

/// <summary>One entry of <c>webhook.endpoints</c>.</summary>
internal sealed record WebhookEndpoint
{
    public required string Path { get; init; }

    public string Method { get; init; } = "POST";

    public SignatureScheme Signature { get; init; } = SignatureScheme.GitHub;

    /// <summary>Empty: those of the section.</summary>
    public IReadOnlyList<string> SecretEnv { get; init; } = [];

    /// <summary>How far a signed timestamp may be from now.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);
}
