using AiwgDaemon.Sources.Webhook.Signing;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>One entry of <c>webhook.endpoints</c>.</summary>
internal sealed record WebhookEndpoint
{
    public required string Path { get; init; }

    public string Method { get; init; } = "POST";

    public SignatureScheme Signature { get; init; } = SchemeCatalogue.GitHub;

    /// <summary>Empty: those of the section.</summary>
    public IReadOnlyList<string> SecretEnv { get; init; } = [];

    /// <summary>How far a signed timestamp may be from now.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    public BodyContent Content { get; init; }

    /// <summary>Further headers that events keep, in lower case.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The header that names a delivery, instead of the scheme's; null: the scheme's.</summary>
    public string? DeliveryHeader { get; init; }

    /// <summary>Null: 202 with the event's id.</summary>
    public WebhookAnswer? Answer { get; init; }

    /// <summary>The answer is what the event's run prints, if it ends within this time; null: nobody waits for it.</summary>
    public TimeSpan? OutputWait { get; init; }

    /// <summary>All headers that events of this endpoint keep, in lower case.</summary>
    public IReadOnlyList<string> KeptHeaders => field ??= [.. SchemeCatalogue.CommonHeaders.Union(Signature.Headers).Union(Headers)];
}
