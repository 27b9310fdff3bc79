using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Reads a PEM certificate with its chain and key. An <see cref="IOException"/> with both paths where they cannot be
/// used.</summary>
internal static class WebhookCertificate
{
    // A chain of certificates has some kilobytes each.
    private const int MaxBytes = 1024 * 1024;

    public static SslStreamCertificateContext? Load(WebhookOptions options)
    {
        if (options.TlsCertificate is not { } path) return null;
        try
        {
            var content = ForeignFile.ReadAll(path, MaxBytes, Links.Followed);
            var key = options.TlsKey is null ? content : ForeignFile.ReadAll(options.TlsKey, MaxBytes, Links.Followed);
            var certificate = WithKey(X509CertificateLoader.LoadCertificate(content), Encoding.UTF8.GetString(key));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(Encoding.UTF8.GetString(content));
            // Offline: a start does not wait for the servers that a certificate names.
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
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
