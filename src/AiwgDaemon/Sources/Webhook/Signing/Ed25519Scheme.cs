using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>An Ed25519 signature over the time and the body; the secret is the sender's public key. Both in hexadecimal.</summary>
/// <param name="Name">The word of the configuration.</param>
/// <param name="Signature">The header with the signature.</param>
/// <param name="Time">The header with the time, as text in front of the body.</param>
internal sealed record Ed25519Scheme(string Name, string Signature, string Time) : SignatureScheme(Name)
{
    public override string? SecretNoun => "a public key of 64 hexadecimal digits";

    public override bool Takes(byte[] secret) => Key(secret) is not null;

    public override bool IsPlausible(byte[][] secrets, IHeaderDictionary headers) => Read(headers) is not null;

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
        if (Read(headers) is not var (signature, time) || !SignedTime.IsRecent(time, tolerance, now)) return false;
        var before = Encoding.UTF8.GetBytes(time);
        foreach (var secret in secrets)
        {
            if (Key(secret) is not { } key || !Ed25519.Verifies(key, signature, before, body)) continue;
            signed = "signed:" + Convert.ToHexStringLower(signature.AsSpan(0, 16));
            return true;
        }
        return false;
    }

    private static byte[]? Key(byte[] secret) => SignatureEncoding.Hex.Decode(Encoding.UTF8.GetString(secret).Trim(), Ed25519.KeySize);

    private (byte[] Signature, string Time)? Read(IHeaderDictionary headers) =>
        One(headers, Signature) is { } text && One(headers, Time) is { } time
        && SignatureEncoding.Hex.Decode(text, Ed25519.SignatureSize) is { } signature
            ? (signature, time)
            : null;
}
