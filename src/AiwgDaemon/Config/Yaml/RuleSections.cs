namespace AiwgDaemon.Config.Yaml;

internal sealed class WebhookSection
{
    public bool Enabled { get; set; }
    public string Host { get; set; } = "";
    public int Port { get; set; }
    public List<ListenSection> Listen { get; set; } = [];
    public List<string> SecretEnv { get; set; } = [];
    public int MaxBodyKb { get; set; }
    public List<string> AllowedHosts { get; set; } = [];
    public int RateLimitPerMinute { get; set; }
    public List<string> TrustedProxies { get; set; } = [];
    public bool PublicHealth { get; set; }
    public string? HealthTokenEnv { get; set; }
    public TlsSection Tls { get; set; } = new();
    public List<EndpointSection> Endpoints { get; set; } = [];
}

internal sealed class ListenSection
{
    public string Host { get; set; } = "";
    public int Port { get; set; }
}

internal sealed class TlsSection
{
    public string? Certificate { get; set; }
    public string? Key { get; set; }
}

internal sealed class EndpointSection
{
    public string Path { get; set; } = "";
    public string Method { get; set; } = "";
    public string Signature { get; set; } = "";
    public List<string> SecretEnv { get; set; } = [];
    public double ToleranceSeconds { get; set; }
    public HmacSection Hmac { get; set; } = new();
    public string Content { get; set; } = "";
    public List<string> Headers { get; set; } = [];
    public string? DeliveryHeader { get; set; }
    public RespondSection Respond { get; set; } = new();
}

/// <summary>The keyed hash of an endpoint with <c>signature: hmac</c>.</summary>
internal sealed class HmacSection
{
    public string? Header { get; set; }
    public string Algorithm { get; set; } = "";
    public string Encoding { get; set; } = "";
    public string Prefix { get; set; } = "";
    public string? TimestampHeader { get; set; }
    public string? Signed { get; set; }
}

/// <summary>What an endpoint answers; fixed without a status: 202 and the event's id.</summary>
internal sealed class RespondSection
{
    public string Kind { get; set; } = "";
    public double WaitSeconds { get; set; }
    public int? Status { get; set; }
    public string Body { get; set; } = "";
}

/// <summary>An action; <see cref="Ref"/> alone if it is only named.</summary>
internal sealed class ActionSection
{
    public string? Ref { get; set; }
    public string Type { get; set; } = "";

    /// <summary>The keys of its kind: see <see cref="ActionFields"/>.</summary>
    public Dictionary<string, List<string>> Fields { get; set; } = [];
    public double? TimeoutMinutes { get; set; }
    public Dictionary<string, string> Env { get; set; } = [];
    public List<string> PassEnv { get; set; } = [];
    public string? Group { get; set; }
    public string Cwd { get; set; } = ".";
    public string? EnvFile { get; set; }
    public List<string> OnlyIf { get; set; } = [];
    public List<int> SuccessExitCodes { get; set; } = [];
    public string Stdin { get; set; } = "event";
    public int? Nice { get; set; }
    public int Priority { get; set; }
}

internal sealed class RuleSection
{
    public string Id { get; set; } = "";
    public bool Enabled { get; set; }
    public EventSection Event { get; set; } = new();
    public ActionSection Action { get; set; } = new();
    public double CooldownMinutes { get; set; }
    public int SettleMs { get; set; }
    public string OnBusy { get; set; } = "";
    public int Retries { get; set; }
    public double? RetrySeconds { get; set; }
    public string OnLost { get; set; } = "";
    public bool IgnoreOwnChanges { get; set; }
}

internal sealed class EventSection
{
    public string? Source { get; set; }
    public string? Type { get; set; }
    public List<string> PathPattern { get; set; } = [];
    public string? Endpoint { get; set; }
    public string? JobId { get; set; }

    /// <summary>Each value a JSON text; a comparison has its operator first.</summary>
    public Dictionary<string, List<string>> Match { get; set; } = [];
}
