using System.Net;
using System.Net.Sockets;
using AiwgDaemon.Lifecycle.Doctor;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle.Doctor;

public sealed class WebhookCheckTests
{
    [Fact]
    public void A_port_that_another_program_has_needs_attention_where_no_daemon_runs()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var webhook = new WebhookOptions { Enabled = true, Port = ((IPEndPoint)other.LocalEndpoint).Port };

        var finding = WebhookCheck.Run(webhook, running: false).ShouldHaveSingleItem();
        finding.Attention.ShouldBeTrue();
        finding.Message.ShouldContain($"127.0.0.1:{webhook.Port} cannot be listened on");

        WebhookCheck.Run(webhook, running: true).ShouldHaveSingleItem().Attention.ShouldBeFalse("it is the daemon that has it");
    }

    [Fact]
    public void A_port_that_is_free_stays_free()
    {
        var webhook = new WebhookOptions { Enabled = true, Port = 0 };
        for (var i = 0; i < 3; i++) WebhookCheck.Run(webhook, running: false).ShouldHaveSingleItem().Attention.ShouldBeFalse();
        WebhookCheck.Run(webhook with { Enabled = false }, running: false).ShouldBeEmpty();
    }

    [Fact]
    public void A_certificate_that_is_none_needs_attention_while_the_daemon_runs_too()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "tls.pem");
        File.WriteAllText(file, "no certificate");
        var webhook = new WebhookOptions { Enabled = true, Port = 0, TlsCertificate = file, TlsKey = file };

        var finding = WebhookCheck.Run(webhook, running: true).ShouldHaveSingleItem();
        finding.Attention.ShouldBeTrue();
        finding.Message.ShouldContain(file);
    }
}
