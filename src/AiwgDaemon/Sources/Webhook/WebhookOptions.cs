namespace AiwgDaemon.Sources.Webhook;

/// <summary>Section <c>webhook</c>, but for what is the server's.</summary>
internal sealed record WebhookOptions
{
    public bool Enabled { get; init; }

    /// <summary>Environment variables that hold secrets; any of them verifies, so that one can be replaced while in use.</summary>
    public IReadOnlyList<string> SecretEnv { get; init; } = ["AIWG_WEBHOOK_SECRET"];

    public int MaxBodyKb { get; init; } = 1024;

    public IReadOnlyList<WebhookEndpoint> Endpoints { get; init; } = [];
}
