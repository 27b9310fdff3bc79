using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Http;

/// <summary>The server as its clients see it: several addresses, Unix sockets, certificates that are renewed, connections that are
/// ended.</summary>
public sealed class HttpServerTests : IAsyncDisposable
{
    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly TemporaryDirectory _directory = new();
    private TestWebhook? _webhook;

    public HttpServerTests() => _bus.Start();

    private string SocketPath => _directory.Combine("hooks.sock");

    public async ValueTask DisposeAsync()
    {
        if (_webhook is not null) await _webhook.DisposeAsync();
        await _bus.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_listens_on_several_addresses_and_a_socket_at_once()
    {
        await Start(Options(new("127.0.0.1", 0), new("::1", 0), new("unix:" + SocketPath, 0)));
        _webhook!.Listen.Count.ShouldBe(3);
        (await Ask(Tcp(_webhook.Listen[0]), "POST /open")).ShouldBe(202);
        (await Ask(Tcp(_webhook.Listen[1]), "POST /open")).ShouldBe(202);
        (await Ask(new UnixDomainSocketEndPoint(SocketPath), "POST /open")).ShouldBe(202);
        await _webhook.DisposeAsync();
        File.Exists(SocketPath).ShouldBeFalse("a socket that nobody listens on is not left behind");
    }

    [Fact]
    public async Task Health_is_for_the_loopback_address_and_not_for_who_comes_through_a_socket_or_from_the_network()
    {
        await Start(Options(new("127.0.0.1", 0), new("0.0.0.0", 0), new("unix:" + SocketPath, 0)) with { Endpoints = [] });
        (await Ask(Tcp(_webhook!.Listen[0]), "GET /health")).ShouldBe(200);
        (await Ask(new IPEndPoint(IPAddress.Loopback, _webhook.Listen[1].Port), "GET /health")).ShouldBe(404);
        (await Ask(new UnixDomainSocketEndPoint(SocketPath), "GET /health")).ShouldBe(404, "a proxy is there for everybody");
    }

    [Fact]
    public async Task A_socket_that_a_killed_daemon_left_is_replaced_and_neither_another_program_s_nor_a_file()
    {
        var address = new UnixDomainSocketEndPoint(SocketPath);
        using (var abandoned = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Bound under another name, so that its end does not remove this one.
            abandoned.Bind(new UnixDomainSocketEndPoint(SocketPath + ".old"));
            File.Move(SocketPath + ".old", SocketPath);
        }
        await Start(Options(new ListenAddress("unix:" + SocketPath, 0)));
        (await Ask(address, "POST /open")).ShouldBe(202);

        await using (var second = TestWebhook.Create(Options(new ListenAddress("unix:" + SocketPath, 0)), _bus))
            (await Should.ThrowAsync<IOException>(second.StartAsync)).Message.ShouldContain($"cannot listen on unix:{SocketPath}");
        (await Ask(address, "POST /open")).ShouldBe(202, "the one that listens is not disturbed");

        var file = _directory.Combine("notes.txt");
        File.WriteAllText(file, "mine");
        await using (var third = TestWebhook.Create(Options(new ListenAddress("unix:" + file, 0)), _bus))
            (await Should.ThrowAsync<IOException>(third.StartAsync)).Message.ShouldContain("something else is there");
        File.ReadAllText(file).ShouldBe("mine");
    }

    [Fact]
    public async Task A_proxy_of_another_user_may_connect_to_the_socket()
    {
        await Start(Options(new ListenAddress("unix:" + SocketPath, 0)));
        File.GetUnixFileMode(SocketPath).HasFlag(UnixFileMode.OtherWrite).ShouldBeTrue();
    }

    [Fact]
    public async Task Behind_a_socket_clients_are_told_apart_only_if_it_is_trusted()
    {
        var options = Options(new ListenAddress("unix:" + SocketPath, 0)) with { RateLimitPerMinute = 2 };
        var address = new UnixDomainSocketEndPoint(SocketPath);
        await Start(options);
        for (var i = 0; i < 6; i++) await Ask(address, "POST /nowhere", $"X-Forwarded-For: 192.0.2.{i}");
        (await Ask(address, "POST /nowhere", "X-Forwarded-For: 192.0.2.9")).ShouldBe(429, "anybody can write that header");
        await _webhook!.ReloadAsync(options with { TrustedProxies = new([], Unix: true) });
        (await Ask(address, "POST /nowhere", "X-Forwarded-For: 192.0.2.9")).ShouldBe(404);
        for (var i = 0; i < 6; i++) await Ask(address, "POST /nowhere", "X-Forwarded-For: 192.0.2.10");
        (await Ask(address, "POST /nowhere", "X-Forwarded-For: 192.0.2.10")).ShouldBe(429);
        (await Ask(address, "POST /nowhere", "X-Forwarded-For: 192.0.2.11")).ShouldBe(404);
    }

    [Fact]
    public async Task One_address_that_is_taken_leaves_none_open_and_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        _webhook = TestWebhook.Create(Options(new("unix:" + SocketPath, 0), new("127.0.0.1", port)), _bus);
        (await Should.ThrowAsync<IOException>(_webhook.StartAsync)).Message.ShouldContain($"cannot listen on 127.0.0.1:{port}: ");
        File.Exists(SocketPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_renewed_certificate_is_found_by_the_next_client_and_half_of_one_leaves_the_old_in_use()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = Options(new ListenAddress("127.0.0.1", 0)) with
        {
            TlsCertificate = _directory.Combine("cert.pem"),
            TlsKey = _directory.Combine("key.pem"),
        };
        WriteCertificate(options, "CN=first");
        await Start(options, time);
        (await Subject()).ShouldBe("CN=first");
        File.WriteAllText(options.TlsCertificate!, "half");
        time.Advance(TimeSpan.FromSeconds(61));
        (await Subject()).ShouldBe("CN=first");
        _webhook!.CertificateIssue.ShouldNotBeNull().ShouldContain("cert.pem");
        WriteCertificate(options, "CN=second");
        (await Subject()).ShouldBe("CN=first", "once a minute is enough");
        time.Advance(TimeSpan.FromSeconds(61));
        (await Subject()).ShouldBe("CN=second");
        _webhook.CertificateIssue.ShouldBeNull();
    }

    [Fact]
    public async Task Connections_that_are_no_request_are_counted_by_reason()
    {
        var options = Options(new ListenAddress("127.0.0.1", 0)) with
        {
            TlsCertificate = _directory.Combine("cert.pem"),
            TlsKey = _directory.Combine("key.pem"),
        };
        WriteCertificate(options, "CN=localhost");
        await Start(options);
        using (var plain = new TcpClient())
        {
            await plain.ConnectAsync(IPAddress.Loopback, _webhook!.Port);
            await plain.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await Eventually.Until(() => _webhook.Ended.Contains(("tls", 1L)), "a handshake that is none");
        }
        await _webhook.DisposeAsync();
        await Start(Options(new ListenAddress("127.0.0.1", 0)));
        (await Ask(Tcp(_webhook!.Listen[0]), "NO REQUEST AT ALL")).ShouldBe(400);
        await Eventually.Until(() => _webhook.Ended.Contains(("http", 1L)), "a request that is none");
    }

    private static TestWebhookOptions Options(params ListenAddress[] listen) =>
        new() { Listen = listen, Endpoints = [new() { Path = "/open", Signature = SchemeCatalogue.None }] };

    private static IPEndPoint Tcp(ListenAddress address) => new(address.Address, address.Port);

    private static async Task<int> Ask(EndPoint endpoint, string request, params string[] headers)
    {
        var isUnix = endpoint is UnixDomainSocketEndPoint;
        using var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint);
        var lines = string.Concat(headers.Select(h => h + "\r\n"));
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n{lines}\r\n"
            )
        );
        using var reader = new StreamReader(new NetworkStream(socket));
        var status = await reader.ReadLineAsync();
        return int.Parse(status.ShouldNotBeNull().Split(' ')[1]);
    }

    private static void WriteCertificate(TestWebhookOptions options, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        File.WriteAllText(options.TlsCertificate!, certificate.ExportCertificatePem());
        File.WriteAllText(options.TlsKey!, key.ExportPkcs8PrivateKeyPem());
    }

    private async Task<string> Subject()
    {
        string? subject = null;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _webhook!.Port);
#pragma warning disable CA5359, MA0039 // No authority vouches for a certificate that the test has made; whose it is is the question
        await using var stream = new System.Net.Security.SslStream(client.GetStream(), leaveInnerStreamOpen: true, (_, certificate, _, _) =>
        {
            subject = certificate?.Subject;
            return true;
        });
#pragma warning restore CA5359, MA0039
        await stream.AuthenticateAsClientAsync("localhost");
        return subject.ShouldNotBeNull();
    }

    private Task Start(TestWebhookOptions options, TimeProvider? time = null)
    {
        _webhook = TestWebhook.Create(options, _bus, time);
        return _webhook.StartAsync();
    }
}
