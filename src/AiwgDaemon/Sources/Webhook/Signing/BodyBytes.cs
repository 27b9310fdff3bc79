using System.Security.Cryptography;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>A body that is whole in memory.</summary>
internal sealed record BodyBytes(ReadOnlyMemory<byte> Bytes) : ISignedBody
{
    public void AppendTo(IncrementalHash hash) => hash.AppendData(Bytes.Span);
}
