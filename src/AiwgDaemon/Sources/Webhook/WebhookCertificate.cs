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
            var certificate = X509Certificate2.CreateFromPemFile(path, options.TlsKey);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(path);
            // Offline: a start does not wait for the servers that a certificate names.
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"The certificate {path} with key {options.TlsKey} cannot be used: {e.Message}; both must be readable, PEM and belong together", e);
        }
    }
}
