namespace AiwgDaemon.Http;

/// <summary>Where the server listens, and for whom.</summary>
internal sealed record HttpOptions
{
    public bool Enabled { get; init; }

    public IReadOnlyList<ListenAddress> Listen { get; init; } = [new("127.0.0.1", 9471)];

    /// <summary>Values of Host that are accepted besides the loopback names and the bound addresses.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Requests a minute from one address that prove nothing; zero: no limit.</summary>
    public int RateLimitPerMinute { get; init; } = 600;

    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    /// <summary>/health and /metrics answer whoever reaches them.</summary>
    public bool PublicHealth { get; init; }

    /// <summary>The environment variable with the bearer token that /health and /metrics ask for; null: none.</summary>
    public string? HealthTokenEnv { get; init; }

    /// <summary>PEM certificate and key, for the listeners with a port; null: plain HTTP.</summary>
    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>Nobody but this machine reaches any of the listeners.</summary>
    public bool IsLocal => Listen.All(l => l.IsLocal);

    /// <summary>True if a server that listens as the other says need not bind anew.</summary>
    public bool BindsAs(HttpOptions other) =>
        Listen.SequenceEqual(other.Listen) && TlsCertificate is null == other.TlsCertificate is null;

    /// <summary>With the paths of files made absolute.</summary>
    public HttpOptions Below(string project) => this with
    {
        Listen = [.. Listen.Select(l => l.Below(project))],
        TlsCertificate = TlsCertificate is null ? null : Path.GetFullPath(TlsCertificate, project),
        TlsKey = TlsKey is null ? null : Path.GetFullPath(TlsKey, project),
    };
}
