using System.Security.Cryptography;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>
/// Verifies signatures of RFC 8032, section 5.1.7, which .NET cannot. Signs nothing, so that there is no secret to be given away by how
/// long it takes.
/// </summary>
internal static class Ed25519
{
    public const int KeySize = 32, SignatureSize = 64;

    // The order of the base point, 2^252 + 27742317777372353535851937790883648493, the lowest byte first.
    private static ReadOnlySpan<byte> Order =>
    [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    /// <param name="key">The public key, 32 bytes.</param>
    /// <param name="signature">64 bytes.</param>
    /// <param name="before">What is signed in front of the body.</param>
    /// <param name="body">The body.</param>
    public static bool Verifies(ReadOnlySpan<byte> key, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> before, ISignedBody body)
    {
        var r = signature[..32];
        var s = signature[32..];
        // Another number with the same remainder would be a second signature of the same message.
        if (!IsBelow(s, Order) || EdwardsPoint.Read(key) is not { } point) return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(r);
        hash.AppendData(key);
        hash.AppendData(before);
        body.AppendTo(hash);
        Span<byte> digest = stackalloc byte[64], expected = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        // [S]B - [h]A is to be R.
        var (away, sum) = (point.Negated(), EdwardsPoint.Zero);
        for (var i = (8 * digest.Length) - 1; i >= 0; i--)
        {
            sum += sum;
            if (Bit(digest, i)) sum += away;
            if (Bit(s, i)) sum += EdwardsPoint.Base;
        }
        sum.Write(expected);
        return expected.SequenceEqual(r);
    }

    private static bool Bit(ReadOnlySpan<byte> bytes, int at) => at < 8 * bytes.Length && ((bytes[at / 8] >> (at % 8)) & 1) == 1;

    private static bool IsBelow(ReadOnlySpan<byte> number, ReadOnlySpan<byte> limit)
    {
        for (var i = limit.Length - 1; i >= 0; i--)
            if (number[i] != limit[i]) return number[i] < limit[i];
        return false;
    }
}
