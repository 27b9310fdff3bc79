using System.Net;
using System.Security.Cryptography;
using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Sources.Webhook;

public sealed class WebhookSourceTests : IAsyncDisposable
{
    private const string Variable = "AIWG_TEST_WEBHOOK_SECRET", Secret = "It's a Secret to Everybody";

    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly HttpClient _client = new();
    private readonly TestWebhook _source;
    private readonly List<DaemonEvent> _events = [];

    public WebhookSourceTests()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        _source = Source(Options());
        _bus.Subscribe("test", new SubscriptionOptions(), (e, _) =>
        {
            lock (_events) _events.Add(e);
            return ValueTask.CompletedTask;
        });
        _bus.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _bus.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task The_vector_that_GitHub_publishes_is_accepted_and_becomes_an_event()
    {
        await _source.StartAsync();
        using var response = await Send(
            "/github",
            "Hello, World!",
            "text/plain",
            ("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
            ("X-GitHub-Delivery", "d1")
        );
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.Contains("Server").ShouldBeFalse();
        await _bus.CompleteAsync(CancellationToken.None);
        var payload = _events.ShouldHaveSingleItem().PayloadJson;
        payload.GetProperty("body").GetString().ShouldBe("Hello, World!");
        payload.GetProperty("endpoint").GetString().ShouldBe("/github");
        payload.GetProperty("delivery_id").GetString().ShouldBe("d1");
        payload.GetProperty("headers").TryGetProperty("x-hub-signature-256", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Each_scheme_accepts_its_own_signature_and_refuses_it_for_any_other_body()
    {
        await _source.StartAsync();
        const string Body = """{"ref":"refs/heads/main"}""";
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (string Path, (string, string)[] Headers)[] requests =
        [
            ("/github", [("X-Hub-Signature-256", "sha256=" + Hex(Body))]),
            ("/gitea", [("X-Gitea-Signature", Hex(Body))]),
            ("/stripe", [("Stripe-Signature", $"t={now},v1={Hex($"{now}.{Body}")},v0=00")]),
            (
                "/standard",
                [
                    ("webhook-id", "m1"),
                    ("webhook-timestamp", $"{now}"),
                    ("webhook-signature", "v1," + Convert.ToBase64String(Mac($"m1.{now}.{Body}"))),
                ]
            ),
        ];
        foreach (var (path, headers) in requests)
        {
            (await Status(path, Body + " ", headers)).ShouldBe(401, path);
            (await Status(path, Body, [])).ShouldBe(401, path);
            (await Status(path, Body, headers)).ShouldBe(202, path);
        }
        var old = now - 301;
        (await Status("/stripe", Body, ("Stripe-Signature", $"t={old},v1={Hex($"{old}.{Body}")}"))).ShouldBe(401);
        (await Status("/gitlab", Body, ("X-Gitlab-Token", Secret))).ShouldBe(202);
        (await Status("/gitlab", Body, ("X-Gitlab-Token", Secret + "x"))).ShouldBe(401);
        (await Status("/token", Body, ("Authorization", "Bearer " + Secret))).ShouldBe(202);
        (await Status("/token", Body, ("X-Webhook-Token", "x"))).ShouldBe(401);
    }

    [Fact]
    public async Task A_repeated_delivery_is_answered_and_not_published_again()
    {
        await _source.StartAsync();
        (string, string)[] headers = [("X-Hub-Signature-256", "sha256=" + Hex("{}")), ("X-GitHub-Delivery", "same")];
        (await Status("/github", "{}", headers)).ShouldBe(202);
        (await Status("/github", "{}", headers)).ShouldBe(200);
        await _bus.CompleteAsync(CancellationToken.None);
        _events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_refused_with_the_status_that_says_why()
    {
        await _source.StartAsync();
        (await Status("/nowhere", "{}")).ShouldBe(404);
        (await Status("/open", "{")).ShouldBe(400);
        (await Status("/open", """{"a":1,"a":2}""")).ShouldBe(400);
        (await Status("/open", new string('[', 60) + new string(']', 60))).ShouldBe(400);
        (await Status("/open", "\"" + new string('x', 2048) + "\"")).ShouldBe(413);
        (await Status("/open", "{}", ("Host", "evil.example"))).ShouldBe(421);
        using var wrongType = await Send("/open", "x", "image/png");
        wrongType.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using var wrongMethod = await _client.GetAsync(new Uri($"http://127.0.0.1:{_source.Port}/open"));
        wrongMethod.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        wrongMethod.Content.Headers.Allow.ShouldBe(["POST"]);
        _source.Refused.Sum(r => r.Count).ShouldBe(8);
    }

    [Theory]
    [InlineData("application/json", "\"\\ud800\"")]
    [InlineData("application/json", "{\"\\udc00\": 1}")]
    [InlineData("application/json", "{\"a\": [{\"b\": 1, \"\\u0062\": 1}]}")]
    [InlineData("application/x-www-form-urlencoded", "a=%ff")]
    [InlineData("application/x-www-form-urlencoded", "%c3=a")]
    [InlineData("application/x-www-form-urlencoded", "a=%ed%a0%80")]
    public async Task What_is_no_text_or_not_the_same_to_every_reader_is_refused(string type, string body)
    {
        await _source.StartAsync();
        using var answer = await Send("/open", body, type);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_escapes_of_a_form_are_UTF8()
    {
        await _source.StartAsync();
        using (var answer = await Send("/open", "a+b=%C3%A9+x%2B&%e2%82%ac=%&c=%4", "application/x-www-form-urlencoded"))
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await _bus.CompleteAsync(CancellationToken.None);
        _events
            .ShouldHaveSingleItem()
            .PayloadJson.GetProperty("body")
            .GetRawText()
            .ShouldBe("""{"a b":"\u00E9 x\u002B","\u20AC":"%","c":"%4"}""");
    }

    [Fact]
    public async Task A_port_in_use_is_named_and_a_reload_changes_the_endpoints()
    {
        await _source.StartAsync();
        await using var second = Source(Options() with { Listen = [new("127.0.0.1", _source.Port)] });
        (await Should.ThrowAsync<IOException>(() => second.StartAsync())).Message.ShouldContain(
            $"127.0.0.1:{_source.Port}"
        );
        await _source.ReloadAsync(
            Options() with
            {
                Endpoints = [new() { Path = "/new", Signature = SchemeCatalogue.None }],
            });
        (await Status("/open", "{}")).ShouldBe(404);
        (await Status("/new", "{}")).ShouldBe(202);
    }

    [Fact]
    public async Task An_unsigned_endpoint_for_everybody_and_a_missing_secret_are_refused()
    {
        await using var open = Source(Options() with { Listen = [new("0.0.0.0", 0)] });
        (await Should.ThrowAsync<IOException>(() => open.StartAsync())).Message.ShouldContain("/open");
        await using var bare = Source(Options() with { SecretEnv = ["AIWG_TEST_NOT_SET"] });
        (await Should.ThrowAsync<IOException>(() => bare.StartAsync())).Message.ShouldContain("AIWG_TEST_NOT_SET");
    }

    private static TestWebhookOptions Options() =>
        new()
        {
            SecretEnv = [Variable],
            MaxBodyKb = 1,
            Endpoints =
            [
                .. new[]
                {
                    SchemeCatalogue.GitHub,
                    SchemeCatalogue.Gitea,
                    SchemeCatalogue.GitLab,
                    SchemeCatalogue.Stripe,
                    SchemeCatalogue.Standard,
                    SchemeCatalogue.Token,
                }.Select(s => new WebhookEndpoint { Path = "/" + s.Name, Signature = s }),
                new() { Path = "/open", Signature = SchemeCatalogue.None },
            ],
        };

    private static byte[] Mac(string text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text));

    private static string Hex(string text) => Convert.ToHexStringLower(Mac(text));

    private TestWebhook Source(TestWebhookOptions options) =>
        TestWebhook.Create(options, _bus);

    private async Task<int> Status(string path, string body, params (string Name, string Value)[] headers)
    {
        using var response = await Send(path, body, "application/json", headers);
        return (int)response.StatusCode;
    }

    private async Task<HttpResponseMessage> Send(string path, string body, string type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_source.Port}{path}");
        request.Content = new StringContent(body, Encoding.UTF8, type);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _client.SendAsync(request);
    }
}
