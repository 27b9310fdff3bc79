using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Sources.Webhook;

/// <summary>What operators see and what keeps the endpoint up: health, metrics, limits, TLS, deliveries of an earlier run.</summary>
public sealed class WebhookOperationTests : IAsyncDisposable
{
    private const string Variable = "AIWG_TEST_WEBHOOK_OPERATION", Secret = "first", SecondVariable = "AIWG_TEST_WEBHOOK_NEXT";

    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
#pragma warning disable MA0039 // No authority vouches for a certificate that the test has made; its name tells the old one from the new
    private readonly HttpClientHandler _trusting = new()
    {
        ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
    };
#pragma warning restore MA0039
    private readonly HttpClient _client;
    private readonly List<DaemonEvent> _events = [];
    private TestWebhook? _source;
    private HealthReport _health = new(true, "{\"status\":\"healthy\"}"u8.ToArray());

    public WebhookOperationTests()
    {
        _client = new HttpClient(_trusting);
        Environment.SetEnvironmentVariable(Variable, Secret);
        Environment.SetEnvironmentVariable(SecondVariable, "second");
        _bus.Subscribe("test", new SubscriptionOptions(), (e, _) =>
        {
            lock (_events) _events.Add(e);
            return ValueTask.CompletedTask;
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
        await _bus.DisposeAsync();
        _client.Dispose();
        _trusting.Dispose();
    }

    [Fact]
    public async Task Health_is_200_while_usable_and_503_while_not()
    {
        await Start(Options());
        using var healthy = await _client.GetAsync(Url("/health"));
        healthy.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await healthy.Content.ReadAsStringAsync()).ShouldBe("{\"status\":\"healthy\"}");
        _health = new(false, "{\"status\":\"unhealthy\"}"u8.ToArray());
        using var unhealthy = await _client.GetAsync(Url("/health"));
        unhealthy.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task What_a_proxy_forwards_gets_health_only_where_it_is_public()
    {
        await Start(Options());
        (await Forwarded()).ShouldBe(HttpStatusCode.NotFound);
        await _source!.ReloadAsync(Options() with { PublicHealth = true });
        (await Forwarded()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_address_gets_so_many_requests_a_minute_and_is_told_when_to_come_again()
    {
        await Start(Options() with { RateLimitPerMinute = 3 });
        var answers = new List<HttpResponseMessage>();
        // More than twice the limit, so that a minute that turns in between does not matter.
        for (var i = 0; i < 8; i++) answers.Add(await Post("/open", "{}"));
        var limited = answers.Where(a => a.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        limited.Count.ShouldBeGreaterThanOrEqualTo(2);
        limited.ShouldAllBe(a => a.Headers.RetryAfter != null);
        answers.ForEach(a => a.Dispose());
    }

    [Fact]
    public async Task A_daemon_that_takes_no_more_events_says_when_to_come_again()
    {
        await Start(Options());
        await _bus.CompleteAsync(CancellationToken.None);
        using var response = await Post("/open", "{}");
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_disk_that_refuses_is_503_and_the_same_delivery_may_come_again()
    {
        using var directory = new TemporaryDirectory();
        var events = Path.Combine(directory.Path, "events");
        // A file where the journal's directory belongs: every write fails until it is gone.
        File.WriteAllText(events, "");
        using var journal = new EventJournal(events, new HistoryOptions(), TimeProvider.System, (_, _, _) => { }, NullLogger.Instance);
        await using var bus = new EventBus(new BusOptions(), TimeProvider.System, NullLogger.Instance, journal);
        bus.Start();
        await Start(Options(), bus);
        (await Status("/open", "{}", ("Idempotency-Key", "k"))).ShouldBe(503);
        File.Delete(events);
        (await Status("/open", "{}", ("Idempotency-Key", "k"))).ShouldBe(202);
        (await Status("/open", "{}", ("Idempotency-Key", "k"))).ShouldBe(200);

        await _source!.DisposeAsync();
        await Start(Options(), bus, () => journal.Reader.ReadTail("webhook.received", 1024 * 1024));
        (await Status("/open", "{}", ("Idempotency-Key", "k"))).ShouldBe(200, "a restart remembers what the journal has");
    }

    [Fact]
    public async Task Damaged_deliveries_of_an_earlier_run_are_passed_over()
    {
        string[] payloads =
        [
            "5",
            "[]",
            "{}",
            """{"delivery_id":1}""",
            """{"delivery_id":"k"}""",
            """{"delivery_id":"\ud800","method":"POST","endpoint":"/open"}""",
        ];
        await Start(Options(), recent: () => payloads.Select(payload => TestEvents.Manual("webhook.received", payload)));
        (await Status("/open", "{}", ("Idempotency-Key", "k"))).ShouldBe(202);
    }

    [Fact]
    public async Task Any_of_several_secrets_verifies_while_one_is_being_replaced()
    {
        await Start(Options() with { SecretEnv = [Variable, SecondVariable] });
        (await Status("/stripe", "{}", Stripe("{}", "first"))).ShouldBe(202);
        (await Status("/stripe", "{}", Stripe("{}", "second"))).ShouldBe(202);
        (await Status("/stripe", "{}", Stripe("{}", "third"))).ShouldBe(401);
    }

    [Fact]
    public async Task A_Stripe_event_is_taken_once_however_often_it_is_signed_anew()
    {
        await Start(Options());
        const string Body = """{"object":"event","data":{"id":"in_1"},"id":"evt_1NG8Du2eZvKYlo2CUI79vXWy","type":"charge.succeeded"}""";
        (await Status("/stripe", Body, Stripe(Body, Secret))).ShouldBe(202);
        (await Status("/stripe", Body, Stripe(Body, Secret, age: 30))).ShouldBe(200);
        await _bus.CompleteAsync(CancellationToken.None);
        _events.ShouldHaveSingleItem().PayloadJson.GetProperty("delivery_id").GetString().ShouldBe("evt_1NG8Du2eZvKYlo2CUI79vXWy");
    }

    [Fact]
    public async Task Forms_become_objects_and_repeated_fields_lists()
    {
        await Start(Options());
        using var form = new StringContent("a=1&b=x%20y&b=%C3%BC", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await _client.PostAsync(Url("/open"), form);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await _bus.CompleteAsync(CancellationToken.None);
        var body = _events.ShouldHaveSingleItem().PayloadJson.GetProperty("body");
        body.GetProperty("a").GetString().ShouldBe("1");
        body.GetProperty("b").EnumerateArray().Select(v => v.GetString()).ShouldBe(["x y", "ü"]);
    }

    [Fact]
    public async Task A_certificate_serves_https_and_is_read_again_at_a_reload()
    {
        using var directory = new TemporaryDirectory();
        var options = Options() with
        {
            TlsCertificate = Path.Combine(directory.Path, "cert.pem"),
            TlsKey = Path.Combine(directory.Path, "key.pem"),
        };
        await using var without = Source(options, _bus, () => []);
        (await Should.ThrowAsync<IOException>(() => without.StartAsync())).Message.ShouldContain(
            options.TlsCertificate!
        );
        WriteCertificate(options, "CN=other");
        await Start(options);
        await Should.ThrowAsync<HttpRequestException>(() => _client.GetAsync(Url("/health", "https")));
        WriteCertificate(options, "CN=localhost");
        await _source!.ReloadAsync(options);
        using var response = await _client.GetAsync(Url("/health", "https"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static TestWebhookOptions Options() =>
        new()
        {
            SecretEnv = [Variable],
            Endpoints =
            [
                new() { Path = "/open", Signature = SchemeCatalogue.None },
                new() { Path = "/stripe", Signature = SchemeCatalogue.Stripe },
            ],
        };

    private static (string, string) Stripe(string body, string secret, int age = 0)
    {
        var at = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - age;
        return (
            "Stripe-Signature",
            $"t={at},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{body}")))}"
        );
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

    private TestWebhook Source(TestWebhookOptions options, EventBus bus, Func<IEnumerable<DaemonEvent>> recent) =>
        TestWebhook.Create(options, bus, recent: recent, health: () => _health);

    private async Task Start(TestWebhookOptions options, EventBus? bus = null, Func<IEnumerable<DaemonEvent>>? recent = null)
    {
        if (bus is null) _bus.Start();
        _source = Source(options, bus ?? _bus, recent ?? (() => []));
        await _source.StartAsync();
    }

    private Uri Url(string path, string scheme = "http") => new($"{scheme}://127.0.0.1:{_source!.Port}{path}");

    private async Task<HttpStatusCode> Forwarded()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url("/health"));
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var response = await _client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<int> Status(string path, string body, params (string Name, string Value)[] headers)
    {
        using var response = await Post(path, body, headers);
        return (int)response.StatusCode;
    }

    private async Task<HttpResponseMessage> Post(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url(path));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _client.SendAsync(request);
    }
}
