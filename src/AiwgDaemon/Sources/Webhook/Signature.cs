using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Verifies a request against the schemes of GitHub, Gitea, GitLab, Stripe and standardwebhooks.com, or a plain token.
/// Over the raw body, in constant time, with each secret; whatever cannot be read does not verify.
/// </summary>
internal static class Signature
{
    /// <summary>False where the request cannot verify whatever its body is, so that the body need not be read.</summary>
    public static bool IsPlausible(WebhookRoute route, IHeaderDictionary headers) => route.Endpoint.Signature switch
    {
        SignatureScheme.None => true,
        SignatureScheme.GitHub => One(headers, "X-Hub-Signature-256") is { Length: 71 } value && value.StartsWith("sha256=", StringComparison.Ordinal),
        SignatureScheme.Gitea => One(headers, "X-Gitea-Signature") is { Length: 64 },
        SignatureScheme.GitLab => IsToken(route, One(headers, "X-Gitlab-Token")),
        SignatureScheme.Stripe => One(headers, "Stripe-Signature") is not null,
        SignatureScheme.Standard => One(headers, "webhook-signature") is not null && One(headers, "webhook-id") is not null,
        SignatureScheme.Token => IsToken(route, Bearer(headers)),
        _ => false,
    };

    public static bool Verifies(WebhookRoute route, IHeaderDictionary headers, RequestBody body, DateTimeOffset now)
    {
        if (!IsPlausible(route, headers)) return false;
        switch (route.Endpoint.Signature)
        {
            case SignatureScheme.GitHub: return HexMac(route, One(headers, "X-Hub-Signature-256")!["sha256=".Length..], [], body);
            case SignatureScheme.Gitea: return HexMac(route, One(headers, "X-Gitea-Signature")!, [], body);
            case SignatureScheme.Stripe: return Stripe(route, One(headers, "Stripe-Signature")!, body, now);
            case SignatureScheme.Standard: return Standard(route, headers, body, now);
            default: return true;
        }
    }

    /// <summary>The header that names this delivery, so that it is taken once; null where the sender gives none. Stripe's is in the body.</summary>
    public static string? DeliveryId(SignatureScheme scheme, IHeaderDictionary headers) => scheme switch
    {
        SignatureScheme.GitHub => One(headers, "X-GitHub-Delivery"),
        SignatureScheme.Gitea => One(headers, "X-Gitea-Delivery"),
        SignatureScheme.GitLab => One(headers, "Idempotency-Key") ?? One(headers, "X-Gitlab-Event-UUID"),
        SignatureScheme.Standard => One(headers, "webhook-id"),
        _ => One(headers, "Idempotency-Key"),
    };

    // Two headers of one name would let a proxy verify one and us another.
    private static string? One(IHeaderDictionary headers, string name) => headers[name] is [{ Length: > 0 } value] ? value : null;

    private static string? Bearer(IHeaderDictionary headers) =>
        One(headers, "Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? value["Bearer ".Length..].Trim()
            : One(headers, "X-Webhook-Token");

    private static bool IsToken(WebhookRoute route, string? token)
    {
        if (token is null) return false;
        // Digests have one length: comparing them tells nothing of the secret's.
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var matches = false;
        foreach (var secret in route.Secrets) matches |= CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(secret));
        return matches;
    }

    private static bool HexMac(WebhookRoute route, string hex, ReadOnlySpan<byte> prefix, RequestBody body)
    {
        Span<byte> given = stackalloc byte[32];
        // One form only, as all of them send it: what is not exactly that has been through other hands.
        return hex.Length == 64 && !hex.AsSpan().ContainsAnyInRange('A', 'F') && Convert.FromHexString(hex, given, out _, out _) == System.Buffers.OperationStatus.Done
            && Mac(route.Secrets, given, prefix, body);
    }

    private static bool Mac(byte[][] keys, ReadOnlySpan<byte> given, ReadOnlySpan<byte> prefix, RequestBody body)
    {
        Span<byte> expected = stackalloc byte[32];
        var matches = false;
        foreach (var key in keys)
        {
            using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            mac.AppendData(prefix);
            for (var i = 0; i < body.Pieces; i++) mac.AppendData(body.Piece(i));
            mac.GetHashAndReset(expected);
            matches |= CryptographicOperations.FixedTimeEquals(expected, given);
        }
        return matches;
    }

    private static bool Stripe(WebhookRoute route, string header, RequestBody body, DateTimeOffset now)
    {
        string? timestamp = null;
        var signatures = new List<string>();
        foreach (var part in header.Split(',', 32))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal)) timestamp = part[2..];
            else if (part.StartsWith("v1=", StringComparison.Ordinal)) signatures.Add(part[3..]);
        }
        if (!IsRecent(timestamp, route.Endpoint.Tolerance, now)) return false;
        var prefix = Encoding.UTF8.GetBytes(timestamp + ".");
        foreach (var signature in signatures)
            if (HexMac(route, signature, prefix, body)) return true;
        return false;
    }

    private static bool Standard(WebhookRoute route, IHeaderDictionary headers, RequestBody body, DateTimeOffset now)
    {
        var timestamp = One(headers, "webhook-timestamp");
        if (!IsRecent(timestamp, route.Endpoint.Tolerance, now)) return false;
        byte[][] keys = [.. route.Secrets.Select(StandardKey)];
        var prefix = Encoding.UTF8.GetBytes($"{One(headers, "webhook-id")}.{timestamp}.");
        Span<byte> given = stackalloc byte[48];
        foreach (var part in One(headers, "webhook-signature")!.Split(' ', 32))
        {
            if (part.Length == 47 && part.StartsWith("v1,", StringComparison.Ordinal)
                && Convert.TryFromBase64String(part[3..], given, out var length) && length == 32 && Mac(keys, given[..32], prefix, body)) return true;
        }
        return false;
    }

    private static byte[] StandardKey(byte[] secret)
    {
        var text = Encoding.UTF8.GetString(secret);
        var buffer = new byte[text.Length];
        return text.StartsWith("whsec_", StringComparison.Ordinal) && Convert.TryFromBase64String(text["whsec_".Length..], buffer, out var length)
            ? buffer[..length] : secret;
    }

    private static bool IsRecent(string? seconds, TimeSpan tolerance, DateTimeOffset now) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at < 253_402_300_800 && (now - DateTimeOffset.FromUnixTimeSeconds(at)).Duration() <= tolerance;
}
