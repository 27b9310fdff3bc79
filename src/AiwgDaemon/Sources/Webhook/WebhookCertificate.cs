using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Reads a PEM certificate with its chain and key. An <see cref="IOException"/> with both paths where they cannot be used.</summary>
internal static class WebhookCertificate
{
    public static SslStreamCertificateContext? Load(WebhookOptions options)
    {
        if (options.TlsCertificate is not { } path) return null;
        try
        {
            var certificate = WithKey(X509CertificateLoader.LoadCertificateFromFile(path), File.ReadAllText(options.TlsKey ?? path));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(path);
            // Offline: a start does not wait for the servers that a certificate names.
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"The certificate {path} with key {options.TlsKey} cannot be used: {e.Message.TrimEnd('.')}; both must be readable, PEM and belong together", e);
        }
    }

    // The two kinds of key that servers have. X509Certificate2.CreateFromPem would link in every algorithm that it knows.
    private static X509Certificate2 WithKey(X509Certificate2 certificate, string pem)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException("the key has a passphrase, which nobody is there to type (write it without one: openssl pkey -in KEY -out PLAIN)");
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
