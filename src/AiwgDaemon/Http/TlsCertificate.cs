using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Http;

/// <summary>A PEM certificate with its chain and key, as they are in their files.</summary>
internal sealed class TlsCertificate
{
    // A chain of certificates has some kilobytes each.
    private const int MaxBytes = 1024 * 1024;

    private readonly byte[] _digest;

    private TlsCertificate(SslStreamCertificateContext context, byte[] digest) => (Context, _digest) = (context, digest);

    public SslStreamCertificateContext Context { get; }

    /// <summary>An <see cref="IOException"/> with both paths if they cannot be used; null: plain HTTP.</summary>
    /// <param name="options">The paths.</param>
    /// <param name="known">Is returned if the files are still the same.</param>
    public static TlsCertificate? Load(HttpOptions options, TlsCertificate? known = null)
    {
        if (options.TlsCertificate is not { } path) return null;
        try
        {
            var content = ForeignFile.ReadAll(path, MaxBytes, Links.Followed);
            var key = options.TlsKey is null ? content : ForeignFile.ReadAll(options.TlsKey, MaxBytes, Links.Followed);
            byte[] digest = [.. SHA256.HashData(content), .. SHA256.HashData(key)];
            if (known is not null && digest.AsSpan().SequenceEqual(known._digest)) return known;
            var certificate = WithKey(X509CertificateLoader.LoadCertificate(content), Encoding.UTF8.GetString(key));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(Encoding.UTF8.GetString(content));
            // Offline: a start does not wait for the servers that a certificate names.
            return new TlsCertificate(SslStreamCertificateContext.Create(certificate, chain, offline: true), digest);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or UnauthorizedAccessException or IOException)
        {
            throw new IOException(
                $"The certificate {path} with key {options.TlsKey} cannot be used: {e.Message.TrimEnd('.')}; both must be readable, PEM "
                    + "and belong together",
                e
            );
        }
    }

    // The two kinds of key that servers have. X509Certificate2.CreateFromPem would link in every algorithm that it knows.
    private static X509Certificate2 WithKey(X509Certificate2 certificate, string pem)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException(
                "the key has a passphrase, which nobody is there to type (write it without one: openssl pkey -in KEY -out PLAIN)"
            );
        if (certificate.GetRSAPublicKey() is not null)
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return certificate.CopyWithPrivateKey(rsa);
        }
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        return certificate.CopyWithPrivateKey(ecdsa);
    }
}
