using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AiwgDaemon.Http;
using AiwgDaemon.Lifecycle.Doctor;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle.Doctor;

public sealed class WebhookCheckTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void A_port_that_another_program_has_needs_attention_where_no_daemon_runs()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var webhook = Options(((IPEndPoint)other.LocalEndpoint).Port);

        var finding = WebhookCheck.Run(webhook, running: false, Now).ShouldHaveSingleItem();
        finding.Attention.ShouldBeTrue();
        finding.Message.ShouldContain($"cannot listen on 127.0.0.1:{webhook.Listen[0].Port}");

        WebhookCheck.Run(webhook, running: true, Now).ShouldHaveSingleItem().Attention.ShouldBeFalse("it is the daemon that has it");
    }

    [Fact]
    public void A_port_that_is_free_stays_free()
    {
        var webhook = Options();
        for (var i = 0; i < 3; i++) WebhookCheck.Run(webhook, running: false, Now).ShouldHaveSingleItem().Attention.ShouldBeFalse();
        WebhookCheck.Run(webhook with { Enabled = false }, running: false, Now).ShouldBeEmpty();
    }

    [Fact]
    public void A_certificate_that_is_none_needs_attention_while_the_daemon_runs_too()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "tls.pem");
        File.WriteAllText(file, "no certificate");
        var webhook = Options() with { TlsCertificate = file, TlsKey = file };

        var finding = WebhookCheck.Run(webhook, running: true, Now).ShouldHaveSingleItem();
        finding.Attention.ShouldBeTrue();
        finding.Message.ShouldContain(file);
    }

    [Theory]
    [InlineData(-20, -1, "expired on")]
    [InlineData(2, 90, "is not valid before")]
    [InlineData(-20, 10, "expires on")]
    [InlineData(-20, 90, null)]
    public void A_certificate_that_clients_refuse_or_soon_will_needs_attention(int from, int until, string? fault)
    {
        using var directory = new TemporaryDirectory();
        var webhook = WithCertificate(directory.Path, Now.AddDays(from), Now.AddDays(until), key => key.ExportPkcs8PrivateKeyPem());

        var finding = WebhookCheck.Run(webhook, running: true, Now).ShouldHaveSingleItem();
        finding.Attention.ShouldBe(fault is not null);
        if (fault is not null)
            finding.Message.ShouldContain($"{webhook.TlsCertificate} {fault} {Now.AddDays(from > 0 ? from : until):yyyy-MM-dd}");
    }

    [Fact]
    public void A_key_with_a_passphrase_is_called_that()
    {
        using var directory = new TemporaryDirectory();
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var webhook = WithCertificate(directory.Path, Now.AddDays(-1), Now.AddDays(90), key =>
            key.ExportEncryptedPkcs8PrivateKeyPem("secret", parameters)
        );

        WebhookCheck.Run(webhook, running: true, Now).ShouldHaveSingleItem().Message.ShouldContain("has a passphrase");
    }

    private static HttpOptions Options(int port = 0) => new() { Enabled = true, Listen = [new("127.0.0.1", port)] };

    private static HttpOptions WithCertificate(string directory, DateTimeOffset from, DateTimeOffset until, Func<ECDsa, string> write)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, until);
        var (file, keyFile) = (Path.Combine(directory, "tls.pem"), Path.Combine(directory, "tls.key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, write(key));
        return Options() with { TlsCertificate = file, TlsKey = keyFile };
    }
}
