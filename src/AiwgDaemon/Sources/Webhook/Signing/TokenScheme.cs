using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>The secret itself is in a header: as it is, as a bearer token (RFC 6750) or as <c>user:password</c> of HTTP Basic (RFC
/// 7617).</summary>
/// <param name="Name">The word of the configuration.</param>
/// <param name="Places">Where it may be; the first header that is there counts.</param>
internal sealed record TokenScheme(string Name, params IReadOnlyList<TokenPlace> Places) : SignatureScheme(Name)
{
    public override bool IsPlausible(byte[][] secrets, IHeaderDictionary headers)
    {
        if (Token(headers) is not { } token) return false;
        // Digests have one length: comparing them tells nothing of the secret's.
        var given = SHA256.HashData(token);
        var matches = false;
        foreach (var secret in secrets) matches |= CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(secret));
        return matches;
    }

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
        return IsPlausible(secrets, headers);
    }

    private byte[]? Token(IHeaderDictionary headers)
    {
        foreach (var place in Places)
            if (One(headers, place.Header) is { } value && place.Read(value) is { } token) return token;
        return null;
    }
}

/// <summary>A header that holds a secret, behind <paramref name="Scheme"/> and a blank if that is not empty.</summary>
internal sealed record TokenPlace(string Header, string Scheme = "", bool IsBase64 = false)
{
    /// <summary>The token's bytes; null if the header holds something else.</summary>
    public byte[]? Read(string value)
    {
        if (Scheme.Length > 0)
        {
            if (!value.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)) return null;
            value = value[(Scheme.Length + 1)..].Trim();
        }
        if (!IsBase64) return Encoding.UTF8.GetBytes(value);
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value, bytes, out var length) ? bytes[..length] : null;
    }
}
