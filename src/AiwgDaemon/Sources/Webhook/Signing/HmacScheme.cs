using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>A keyed hash (RFC 2104) over the body, or over a text that has the body in it.</summary>
/// <param name="Name">The word of the configuration.</param>
/// <param name="Places">The headers that hold signature, time and id; all of one place, the first whose signature is there.</param>
internal sealed record HmacScheme(string Name, params IReadOnlyList<HmacHeaders> Places) : SignatureScheme(Name)
{
    // Each candidate costs a comparison only, but a list without an end is nobody's signature.
    private const int MostSignatures = 32;

    public HmacAlgorithm Algorithm { get; init; } = HmacAlgorithm.Sha256;

    public SignatureEncoding Encoding { get; init; }

    /// <summary>What stands before each signature, for instance <c>sha256=</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What stands between several signatures, of which one must be right; null: there is one.</summary>
    public char? Separator { get; init; }

    /// <summary>The time is not in a header of its own but in the signature's, behind this prefix: <c>t=</c>.</summary>
    public string? TimePrefix { get; init; }

    /// <summary>What is signed if the time is there; <c>{timestamp}</c>, <c>{id}</c> and <c>{body}</c> are replaced.</summary>
    public string Signed { get; init; } = "{body}";

    /// <summary>A request without its time header is signed over the body alone (the sender's user chooses).</summary>
    public bool TimeIsOptional { get; init; }

    /// <summary>Secrets are written as <c>whsec_BASE64</c>, or <c>v1,whsec_BASE64</c>, and the key is what they decode to.</summary>
    public bool HasEncodedKeys { get; init; }

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
        if (Read(headers) is not var (signatures, time, id)) return false;
        if (time is not null && !SignedTime.IsRecent(time, tolerance, now)) return false;
        var text = time is null && TimeIsOptional ? "{body}" : Signed;
        var at = text.IndexOf("{body}", StringComparison.Ordinal);
        var (before, after) = (Fill(text[..at], time, id), Fill(text[(at + "{body}".Length)..], time, id));
        var matches = false;
        foreach (var secret in secrets)
        {
            using var mac = IncrementalHash.CreateHMAC(Algorithm.Name(), HasEncodedKeys ? EncodedKey.Of(secret) : secret);
            mac.AppendData(before);
            body.AppendTo(mac);
            mac.AppendData(after);
            var expected = mac.GetHashAndReset();
            foreach (var signature in signatures) matches |= CryptographicOperations.FixedTimeEquals(expected, signature);
            if (matches && time is not null) signed = "signed:" + Convert.ToHexStringLower(expected.AsSpan(0, 16));
            if (matches) break;
        }
        return matches;
    }

    public override string? DeliveryId(IHeaderDictionary headers) => Read(headers)?.Id ?? base.DeliveryId(headers);

    // A record prints its lists by their type: a reload would not see that they differ.
    public override string ToString() =>
        $"{Name} {string.Join(' ', Places)} {Algorithm} {Encoding} {Prefix} {Separator} {TimePrefix} {Signed} "
            + $"{string.Join(' ', DeliveryHeaders)}";

    /// <summary>What the headers say; null if they cannot be a right signature.</summary>
    private (List<byte[]> Signatures, string? Time, string? Id)? Read(IHeaderDictionary headers)
    {
        foreach (var place in Places)
        {
            if (One(headers, place.Signature) is not { } value) continue;
            var parts = Separator is { } separator ? value.Split(separator, MostSignatures, StringSplitOptions.TrimEntries) : [value];
            var time = place.Time is null ? null : One(headers, place.Time);
            if (TimePrefix is not null)
                foreach (var part in parts)
                    if (part.StartsWith(TimePrefix, StringComparison.Ordinal)) time = part[TimePrefix.Length..];
            var id = place.Id is null ? null : One(headers, place.Id);
            if ((place.Time ?? TimePrefix) is not null && time is null && !TimeIsOptional) return null;
            if (place.Id is not null && id is null) return null;
            var signatures = new List<byte[]>();
            foreach (var part in parts)
                if (
                    part.StartsWith(Prefix, StringComparison.Ordinal)
                    && Encoding.Decode(part.AsSpan(Prefix.Length), Algorithm.Size()) is { } signature
                )
                    signatures.Add(signature);
            return signatures.Count > 0 ? (signatures, time, id) : null;
        }
        return null;
    }

    private static byte[] Fill(string text, string? time, string? id) =>
        text.Length == 0
            ? []
            : System.Text.Encoding.UTF8.GetBytes(
                text.Replace("{timestamp}", time, StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal)
            );
}

/// <summary>The headers of one signature; null: the sender has none of that kind.</summary>
internal sealed record HmacHeaders(string Signature, string? Time = null, string? Id = null);
