using System.Security.Cryptography;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>What a signature is over: a body in pieces as it came, or what it was unpacked to.</summary>
internal interface ISignedBody
{
    public void AppendTo(IncrementalHash hash);
}
