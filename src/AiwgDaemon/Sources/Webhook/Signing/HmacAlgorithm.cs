using System.Security.Cryptography;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>The hash of a keyed hash. SHA-1 is safe in this use (RFC 6194, section 3.3), and some senders have nothing else.</summary>
internal enum HmacAlgorithm
{
    Sha256,
    Sha512,
    Sha1,
}

internal static class HmacAlgorithms
{
    public static HashAlgorithmName Name(this HmacAlgorithm algorithm) => algorithm switch
    {
        HmacAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        HmacAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>Length of the result in bytes.</summary>
    public static int Size(this HmacAlgorithm algorithm) => algorithm switch
    {
        HmacAlgorithm.Sha1 => 20,
        HmacAlgorithm.Sha512 => 64,
        _ => 32,
    };
}
