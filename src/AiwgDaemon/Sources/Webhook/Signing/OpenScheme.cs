using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary><c>signature: none</c>: whoever reaches the address may send.</summary>
internal sealed record OpenScheme(string Name) : SignatureScheme(Name)
{
    public override bool NeedsSecret => false;

    public override bool IsPlausible(byte[][] secrets, IHeaderDictionary headers) => true;

    public override bool Verifies(
        byte[][] secrets,
        IHeaderDictionary headers,
        ISignedBody body,
        DateTimeOffset now,
        TimeSpan tolerance,
        out string? signed
    )
    {
        signed = null;
        return true;
    }
}
