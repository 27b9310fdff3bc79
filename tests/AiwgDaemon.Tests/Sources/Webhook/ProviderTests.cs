using System.Security.Cryptography;
using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Sources.Webhook;

/// <summary>
/// Deliveries as GitHub, Gitea, GitLab, Stripe and senders of Standard Webhooks make them (bodies in <c>Payloads/</c>, after their public
/// documentation): each is taken once, and nothing that was changed on the way is.
/// </summary>
public sealed class ProviderTests : IAsyncDisposable
{
    private const string Variable = "AIWG_TEST_PROVIDER_SECRET",
        NextVariable = "AIWG_TEST_PROVIDER_NEXT",
        StandardVariable = "AIWG_TEST_PROVIDER_STANDARD";
    private const string Secret = "It's a Secret to Everybody",
        Next = "the next one",
        StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    // The time of the vector that Standard Webhooks publishes.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1614265330));
    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly HttpClient _client = new();
    private readonly TestWebhook _source;
    private readonly List<DaemonEvent> _events = [];

    public ProviderTests()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        Environment.SetEnvironmentVariable(NextVariable, Next);
        Environment.SetEnvironmentVariable(StandardVariable, StandardSecret);
        var options = new TestWebhookOptions
        {
            SecretEnv = [Variable, NextVariable],
            RateLimitPerMinute = 0,
            Endpoints =
            [
                .. new[] { SchemeCatalogue.GitHub, SchemeCatalogue.Gitea, SchemeCatalogue.GitLab, SchemeCatalogue.Stripe }
                    .Select(s => new WebhookEndpoint { Path = "/" + s.Name, Signature = s }),
                new() { Path = "/standard", Signature = SchemeCatalogue.Standard, SecretEnv = [StandardVariable] },
            ],
        };
        _source = TestWebhook.Create(options, _bus, _time);
        _bus.Subscribe("test", new SubscriptionOptions(), (e, _) =>
        {
            lock (_events) _events.Add(e);
            return ValueTask.CompletedTask;
        });
        _bus.Start();
    }

    public static TheoryData<string, string> Deliveries => new()
    {
        { "github", "github-push" }, { "github", "github-pull-request" }, { "gitea", "gitea-push" }, { "gitlab", "gitlab-push" },
        { "stripe", "stripe-event" }, { "standard", "standard" },
    };

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _bus.DisposeAsync();
        _client.Dispose();
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task A_delivery_is_taken_once_with_either_secret(string provider, string payload)
    {
        await _source.StartAsync();
        var body = Body(payload);
        (await Send(provider, body, Headers(provider, body))).ShouldBe(202);
        (await Send(provider, body, Headers(provider, body))).ShouldBe(200, "the same delivery again");
        if (provider is "standard") return;
        // The secret that is being introduced; a delivery of its own, so that it is not a repetition.
        var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("evt_1NG8", "evt_2NG8", StringComparison.Ordinal));
        (await Send(provider, other, Headers(provider, other, Next, delivery: "second"))).ShouldBe(202);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task Nothing_that_was_changed_is_taken(string provider, string payload)
    {
        await _source.StartAsync();
        var body = Body(payload);
        var headers = Headers(provider, body);
        var (name, signature) = headers[0];
        var changes = new Dictionary<string, (byte[] Body, (string Name, string Value)[] Headers)>(StringComparer.Ordinal)
        {
            ["no signature"] = (body, headers[1..]),
            ["empty signature"] = (body, Changed("")),
            ["cut signature"] = (body, Changed(signature[..^1])),
            ["longer signature"] = (body, Changed(signature + "0")),
            ["last letter of the signature"] = (body, Changed(signature[..^2] + (signature[^2] == 'a' ? "bb" : "aa"))),
            ["upper case"] = (body, Changed(signature.ToUpperInvariant())),
            ["other secret"] = (body, Headers(provider, body, "another", standard: "whsec_" + Convert.ToBase64String("another"u8))),
        };
        // The other two may be lists, and one right signature is enough.
        if (provider is not ("stripe" or "standard")) changes["two signatures"] = (body, [.. headers, (name, signature)]);
        if (provider is not "gitlab")
        {
            foreach (var at in new[] { 0, body.Length / 2, body.Length - 1 }) changes[$"byte {at}"] = (Flipped(body, at), headers);
            changes["a byte less"] = (body[..^1], headers);
            changes["a byte more"] = ([.. body, (byte)' '], headers);
            changes["an empty body"] = ([], headers);
            changes["signature of another body"] = (body, Headers(provider, "{}"u8.ToArray()));
        }
        if (provider is "stripe" or "standard")
        {
            changes["too old"] = (body, Headers(provider, body, age: 301));
            changes["of the future"] = (body, Headers(provider, body, age: -301));
        }
        if (provider is "gitea")
            changes["hash without a key"] = (body, Changed(Convert.ToHexStringLower(SHA256.HashData(body))));
        if (provider is "github")
            changes["upper-case digits"] = (body, Changed("sha256=" + signature["sha256=".Length..].ToUpperInvariant()));
        if (provider is "github")
            changes["other algorithm"] = (body, Changed(signature.Replace("sha256=", "sha1=", StringComparison.Ordinal)));
        if (provider is "stripe")
            changes["only the test scheme"] = (body, Changed(signature.Replace("v1=", "v0=", StringComparison.Ordinal)));
        if (provider is "stripe")
            changes["time that was not signed"] = (
                body,
                Changed(signature.Replace("t=1614265330", "t=1614265331", StringComparison.Ordinal))
            );
        if (provider is "standard")
            changes["id that was not signed"] = (body, [.. headers.Where(h => h.Name != "webhook-id"), ("webhook-id", "other")]);
        foreach (var (what, (changedBody, changedHeaders)) in changes)
            (await Send(provider, changedBody, changedHeaders)).ShouldBe(401, what);
        foreach (var other in Deliveries.Select(d => d.Data.Item1).Distinct(StringComparer.Ordinal).Where(o => o != provider))
            (await Send(other, body, headers)).ShouldBe(401, $"at the endpoint of {other}");
        await _bus.CompleteAsync(CancellationToken.None);
        _events.ShouldBeEmpty();

        (string, string)[] Changed(string value) => [(name, value), .. headers[1..]];
    }

    [Fact]
    public async Task The_vector_that_Standard_Webhooks_publishes_is_accepted()
    {
        await _source.StartAsync();
        (string, string)[] headers =
        [
            (
                "webhook-signature",
                "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,unknown v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
            ),
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
        ];
        (await Send("standard", """{"test": 2432232314}"""u8.ToArray(), headers)).ShouldBe(202);
    }

    [Fact]
    public async Task One_right_signature_of_several_is_enough_for_Stripe()
    {
        await _source.StartAsync();
        var body = Body("stripe-event");
        var right = Headers("stripe", body)[0].Value["t=1614265330,".Length..];
        (await Send("stripe", body, [("Stripe-Signature", $"t=1614265330,v1={new string('0', 64)},v0=x,{right}")])).ShouldBe(202);
    }

    private static byte[] Body(string payload) =>
        File.ReadAllBytes(Path.Combine(Repository.Root, "tests/AiwgDaemon.Tests/Sources/Webhook/Payloads", payload + ".json"));

    private static byte[] Flipped(byte[] body, int at)
    {
        var flipped = (byte[])body.Clone();
        flipped[at] ^= 1;
        return flipped;
    }

    // The signature first, then what else the provider sends with it.
    private static (string Name, string Value)[] Headers(
        string provider,
        byte[] body,
        string secret = Secret,
        int age = 0,
        string delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        string standard = StandardSecret
    )
    {
        var at = 1614265330 - age;
        return provider switch
        {
            "github" =>
            [
                ("X-Hub-Signature-256", "sha256=" + Hex(secret, "", body)),
                ("X-GitHub-Delivery", delivery),
                ("X-GitHub-Event", "push"),
                ("X-GitHub-Hook-ID", "292430182"),
                ("X-Hub-Signature", "sha1=7d38cdd689735b008b3c702edd92eea23791c5f6"),
                ("User-Agent", "GitHub-Hookshot/044aadd"),
            ],
            "gitea" => [("X-Gitea-Signature", Hex(secret, "", body)), ("X-Gitea-Delivery", delivery), ("X-Gitea-Event", "push")],
            "gitlab" =>
            [
                ("X-Gitlab-Token", secret),
                ("Idempotency-Key", delivery),
                ("X-Gitlab-Event", "Push Hook"),
                ("X-Gitlab-Event-UUID", "13792a34-cac6-4fda-95a8-c58e00a3954e"),
            ],
            "stripe" =>
            [
                ("Stripe-Signature", $"t={at},v1={Hex(secret, $"{at}.", body)}"),
                ("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
            ],
            _ =>
            [
                (
                    "webhook-signature",
                    "v1," + Convert.ToBase64String(Mac(Convert.FromBase64String(standard[6..]), $"{delivery}.{at}.", body))
                ),
                ("webhook-id", delivery),
                ("webhook-timestamp", $"{at}"),
            ],
        };
    }

    private static string Hex(string secret, string prefix, byte[] body) =>
        Convert.ToHexStringLower(Mac(Encoding.UTF8.GetBytes(secret), prefix, body));

    private static byte[] Mac(byte[] key, string prefix, byte[] body) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes(prefix), .. body]);

    private async Task<int> Send(string provider, byte[] body, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_source.Port}/{provider}");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-8");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
