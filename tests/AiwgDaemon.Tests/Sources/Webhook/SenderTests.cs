using System.IO.Compression;
using System.Net;
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

/// <summary>What real senders do beside signing: forms, marks, packed bodies, challenges, their own headers, and others behind the same
/// proxy.</summary>
public sealed class SenderTests : IAsyncDisposable
{
    private const string Variable = "AIWG_TEST_SENDER_SECRET",
        Secret = "a secret",
        Json = """{"ref":"refs/heads/main","note":"a & b = ü"}""";

    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly HttpClient _client = new();
    private readonly List<DaemonEvent> _events = [];
    private TestWebhook? _source;

    public SenderTests()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
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
    }

    [Theory]
    [InlineData("github", "X-Hub-Signature-256", false)]
    [InlineData("gitea", "X-Gitea-Signature", true)]
    [InlineData("gogs", "X-Gogs-Signature", true)]
    public async Task A_form_with_a_payload_is_the_JSON_in_it(string scheme, string header, bool signsJson)
    {
        await Start(Named(scheme));
        var form = "payload=" + WebUtility.UrlEncode(Json);
        var prefix = scheme == "github" ? "sha256=" : "";
        (await Send("/in", form, "application/x-www-form-urlencoded", (header, prefix + Hex(signsJson ? Json : form)))).Status.ShouldBe(
            202
        );
        (await Send("/in", form, "application/x-www-form-urlencoded", (header, prefix + Hex(signsJson ? form : Json)))).Status.ShouldBe(
            401
        );
        (await Payload()).GetProperty("body").GetProperty("note").GetString().ShouldBe("a & b = ü");
    }

    [Fact]
    public async Task A_form_of_several_fields_stays_a_form()
    {
        await Start(Named("github"));
        const string Form = "payload=%7B%7D&more=1";
        (await Send("/in", Form, "application/x-www-form-urlencoded", Signed(Form))).Status.ShouldBe(202);
        (await Payload()).GetProperty("body").GetProperty("payload").GetString().ShouldBe("{}");
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over_and_UTF_16_is_called_that()
    {
        await Start(Named("github"));
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Json)];
        (await Send("/in", marked, "application/json", Signed(marked))).Status.ShouldBe(202);
        byte[] wide = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Json)];
        var refused = await Send("/in", wide, "application/json", Signed(wide));
        refused.Status.ShouldBe(400);
        refused.Text.ShouldContain("UTF-16");
        (await Payload()).GetProperty("body").GetProperty("ref").GetString().ShouldBe("refs/heads/main");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_packed_body_may_be_signed_before_or_after_packing(bool signedPacked)
    {
        await Start(Named("github"));
        var packed = Packed(Json);
        (
            await Send(
                "/in",
                packed,
                "application/json",
                Signed(signedPacked ? packed : Encoding.UTF8.GetBytes(Json)),
                ("Content-Encoding", "gzip")
            )
        ).Status.ShouldBe(202);
        (await Payload()).GetProperty("body").GetProperty("ref").GetString().ShouldBe("refs/heads/main");
    }

    [Fact]
    public async Task A_body_that_unpacks_to_more_than_the_limit_is_refused_whoever_signed_it()
    {
        await Start(Named("github"));
        var bomb = Packed("\"" + new string('x', 4 * 1024 * 1024) + "\"");
        bomb.Length.ShouldBeLessThan(16 * 1024);
        (await Send("/in", bomb, "application/json", Signed(bomb), ("Content-Encoding", "gzip"))).Status.ShouldBe(413);
        (await Send("/in", "{}", "application/json", Signed("{}"), ("Content-Encoding", "gzip"))).Status.ShouldBe(400);
        (await Send("/in", "{}", "application/json", Signed("{}"), ("Content-Encoding", "br"))).Text.ShouldContain("content encoding");
    }

    [Fact]
    public async Task Each_kind_of_bad_body_has_its_own_words()
    {
        await Start(new WebhookEndpoint { Path = "/in", Signature = SchemeCatalogue.None });
        (string Body, string? Type, int Status, string Words)[] cases =
        [
            ("{", "application/json", 400, "line 1, byte"),
            ("""{"a":1,"a":2}""", "application/json", 400, "twice"),
            (new string('[', 60) + new string(']', 60), "application/json", 400, "deeper than 48"),
            ("""{"a":"\ud800"}""", "application/json", 400, "not Unicode"),
            ("a=%ff", "application/x-www-form-urlencoded", 400, "escapes that are not UTF-8"),
            (string.Join('&', Enumerable.Range(0, 1001).Select(n => $"f{n}=")), "application/x-www-form-urlencoded", 400, "1000 fields"),
            ("{}", null, 415, "no Content-Type"),
            ("{}", "multipart/form-data; boundary=x", 415, "multipart"),
            ("{}", "image/png", 415, "content: json"),
        ];
        foreach (var (body, type, status, words) in cases)
        {
            var answer = await Send("/in", body, type);
            answer.Status.ShouldBe(status, body);
            answer.Text.ShouldContain(words);
        }
    }

    [Fact]
    public async Task An_endpoint_says_that_its_text_is_JSON()
    {
        await Start(new WebhookEndpoint { Path = "/in", Signature = SchemeCatalogue.None, Content = BodyContent.Json });
        (await Send("/in", Json, "text/plain")).Status.ShouldBe(202);
        (await Send("/in", Json, null)).Status.ShouldBe(202);
        (await Payload()).GetProperty("body").GetProperty("ref").GetString().ShouldBe("refs/heads/main");
    }

    [Fact]
    public async Task Query_and_named_headers_are_kept_and_a_delivery_has_the_header_that_the_endpoint_names()
    {
        await Start(
            new WebhookEndpoint
            {
                Path = "/in",
                Signature = SchemeCatalogue.Token,
                Headers = ["x-event-key"],
                DeliveryHeader = "X-Id",
            }
        );
        (string, string)[] headers = [("X-Webhook-Token", Secret), ("X-Event-Key", "repo:push"), ("X-Id", "7"), ("X-Other", "no")];
        (await Send("/in?env=prod&tag=a&tag=b", "{}", "application/json", headers)).Status.ShouldBe(202);
        (await Send("/in", "{}", "application/json", headers)).Status.ShouldBe(200, "the same delivery");
        var payload = await Payload();
        payload.GetProperty("query").GetProperty("env").GetString().ShouldBe("prod");
        payload.GetProperty("query").GetProperty("tag").GetArrayLength().ShouldBe(2);
        payload.GetProperty("headers").GetProperty("x-event-key").GetString().ShouldBe("repo:push");
        payload.GetProperty("headers").TryGetProperty("x-other", out _).ShouldBeFalse();
        payload.GetProperty("delivery_id").GetString().ShouldBe("7");
    }

    [Fact]
    public async Task Slack_and_Zoom_are_answered_when_they_try_the_address_and_no_rule_sees_it()
    {
        await Start(
            Named("slack"),
            new WebhookEndpoint
            {
                Path = "/zoom",
                Signature = SchemeCatalogue.Find("zoom")!,
                SecretEnv = [Variable],
            }
        );
        var at = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        const string Ask = """{"type":"url_verification","challenge":"3eZ\"b"}""",
            Zoom = """{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}""";
        var slack = await Send(
            "/in",
            Ask,
            "application/json",
            ("X-Slack-Request-Timestamp", $"{at}"),
            ("X-Slack-Signature", "v0=" + Hex($"v0:{at}:{Ask}"))
        );
        (slack.Status, System.Text.Json.JsonDocument.Parse(slack.Text).RootElement.GetProperty("challenge").GetString()).ShouldBe(
            (200, "3eZ\"b")
        );
        var zoom = await Send(
            "/zoom",
            Zoom,
            "application/json",
            ("x-zm-request-timestamp", $"{at}"),
            ("x-zm-signature", "v0=" + Hex($"v0:{at}:{Zoom}"))
        );
        zoom.Text.ShouldBe($$"""{"plainToken":"abc","encryptedToken":"{{Hex("abc")}}"}""");
        (
            await Send("/in", Ask, "application/json", ("X-Slack-Request-Timestamp", $"{at}"), ("X-Slack-Signature", "v0=" + Hex(Ask)))
        ).Status.ShouldBe(401);
        await _bus.CompleteAsync(CancellationToken.None);
        _events.ShouldBeEmpty();
    }

    // Signed by Python's cryptography, at the time that the test says it is.
    [Theory]
    [InlineData(
        """{"id":"1","token":"t","type":1,"version":1}""",
        "caaaea4f9ee953f50de59441799b80497bdd7f5374cc892f6667530c21159badac03ff12049ea5fe9e58b0df0b4ee9251d44f3336ddc866fca565edf290ec409",
        200,
        "{\"type\":1}"
    )]
    [InlineData(
        """{"version":1,"application_id":"1","type":0}""",
        "facaa55b9bc4e883add0aa01e50c97e0602d7a5d4ff12f0d9b40df112d6d35267fc2070525791d773cf6f9345ee537ea5857180e1fcd60fdfca608d62209a90f",
        204,
        ""
    )]
    [InlineData(
        """{"version":1,"application_id":"1","type":1,"event":{"type":"ENTITLEMENT_CREATE"}}""",
        "5017c64f34ef0764cf30ed0f5debe914a8dde2e30cf85884f1abe3184019fbe6ca74837d67e6f4a8c059a8b6c2629ab90571491a2ce17dea03ca7a2b88a93e0f",
        202,
        "{\"id\":\""
    )]
    public async Task Discord_is_answered_when_it_tries_the_address_and_its_events_are_taken(
        string body, string signature, int status, string answer)
    {
        const string KeyVariable = "AIWG_TEST_DISCORD_KEY";
        Environment.SetEnvironmentVariable(KeyVariable, "a6fbf9fc39e1cd92a49b2e6860095d34a9047319ddd56904792e428da60f901b");
        _bus.Start();
        _source = TestWebhook.Create(
            Options(Named("discord") with { SecretEnv = [KeyVariable] }),
            _bus,
            new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000))
        );
        await _source.StartAsync();
        (string, string)[] headers = [("X-Signature-Timestamp", "1790000000"), ("X-Signature-Ed25519", signature)];
        var answered = await Send("/in", body, "application/json", headers);
        answered.Status.ShouldBe(status);
        answered.Text.ShouldStartWith(answer);
        (await Send("/in", body + " ", "application/json", headers)).Status.ShouldBe(401, "Discord tries that, too");
        await _bus.CompleteAsync(CancellationToken.None);
        _events.Count.ShouldBe(status == 202 ? 1 : 0);
    }

    [Fact]
    public async Task A_key_that_is_none_is_said_at_the_start()
    {
        const string KeyVariable = "AIWG_TEST_DISCORD_NO_KEY";
        Environment.SetEnvironmentVariable(KeyVariable, "a secret");
        _source = TestWebhook.Create(Options(Named("discord") with { SecretEnv = [KeyVariable] }), _bus);
        (await Should.ThrowAsync<IOException>(_source.StartAsync)).Message.ShouldStartWith(
            $"{KeyVariable} is not a public key of 64 hexadecimal digits, which the endpoint /in verifies with"
        );
    }

    [Fact]
    public async Task Dropbox_reads_its_challenge_again_as_text()
    {
        await Start(Named("dropbox"));
        using var answer = await _client.GetAsync(new Uri(Url("/in?challenge=%3Cb%3Ex")));
        (await answer.Content.ReadAsStringAsync()).ShouldBe("<b>x");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task A_signed_delivery_in_another_spelling_is_the_same()
    {
        await Start(Named("stripe"));
        const string WithoutId = """{"object":"event"}""";
        var at = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (string, string)[] headers = [("Stripe-Signature", $"t={at},v1={Hex($"{at}.{WithoutId}")}")];
        (await Send("/in", WithoutId, "application/json", headers)).Status.ShouldBe(202);
        (await Send("/%69n", WithoutId, "application/json", [.. headers, ("Idempotency-Key", "")])).Status.ShouldBe(200);
        using var lower = new HttpRequestMessage(new HttpMethod("post"), Url("/in"))
        {
            Content = new StringContent(WithoutId, Encoding.UTF8, "application/json"),
        };
        lower.Headers.TryAddWithoutValidation(headers[0].Item1, headers[0].Item2);
        using var answer = await _client.SendAsync(lower);
        ((int)answer.StatusCode).ShouldBeOneOf(200, 405);
    }

    [Fact]
    public async Task A_path_with_escapes_is_the_path_that_they_stand_for()
    {
        await Start(new WebhookEndpoint { Path = "/caf%C3%A9", Signature = SchemeCatalogue.None });
        (await Send("/caf%c3%a9", "{}", "application/json")).Status.ShouldBe(202);
        (await Payload()).GetProperty("endpoint").GetString().ShouldBe("/caf%C3%A9");
    }

    [Fact]
    public async Task A_fixed_answer_is_given_to_what_was_taken()
    {
        await Start(
            new WebhookEndpoint
            {
                Path = "/in",
                Signature = SchemeCatalogue.None,
                Answer = new(200, """{"ok":true}"""),
            },
            new()
            {
                Path = "/text",
                Signature = SchemeCatalogue.None,
                Answer = new(201, "done"),
            },
            new()
            {
                Path = "/none",
                Signature = SchemeCatalogue.None,
                Answer = new(204, ""),
            }
        );
        (await Send("/in", "{}", "application/json")).ShouldBe((200, """{"ok":true}""", "application/json"));
        (await Send("/text", "{}", "application/json")).ShouldBe((201, "done", "text/plain"));
        (await Send("/text", "{", "application/json")).Status.ShouldBe(400);
        (await Send("/none", "{}", "application/json")).ShouldBe((204, "", null));
    }

    [Fact]
    public async Task A_chat_command_is_answered_with_what_its_run_prints()
    {
        var chat = new WebhookEndpoint { Path = "/in", Signature = SchemeCatalogue.None, OutputWait = TimeSpan.FromSeconds(2) };
        var asked = new List<(Guid Id, TimeSpan Bound)>();
        var printed = new Queue<RunOutput?>([new("r-1", "completed", "deployed\n"), new("r-2", "failed", """{"text":"no"}"""), null]);
        await StartWithOutput(
            chat,
            (id, bound, _) =>
            {
                lock (_events) _events.ShouldNotContain(e => e.Id == id, "asked before the event is published, or its end may be missed");
                asked.Add((id, bound));
                return Task.FromResult(printed.Dequeue());
            }
        );
        (await Send("/in", "{}", "application/json")).ShouldBe((200, "deployed\n", "text/plain"));
        (await Send("/in", "{}", "application/json")).ShouldBe((200, """{"text":"no"}""", "application/json"));
        var late = await Send("/in", "{}", "application/json");
        late.ShouldBe((202, $"{{\"id\":\"{asked[2].Id}\"}}", "application/json"), "it goes on, and its sender is told its event");
        asked.ShouldAllBe(a => a.Bound == TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Senders_that_wait_for_a_run_hold_no_place_that_others_need_and_are_not_without_number()
    {
        var never = new TaskCompletionSource<RunOutput?>();
        await StartWithOutput(
            new WebhookEndpoint { Path = "/in", Signature = SchemeCatalogue.None, OutputWait = TimeSpan.FromSeconds(60) },
            (_, _, token) => never.Task.WaitAsync(token)
        );
        var waiting = Enumerable.Range(0, ConnectionLimit.Aside + 20).Select(_ => Send("/in", "{}", "application/json")).ToList();
        await Eventually.Until(() => waiting.Count(w => w.IsCompleted) == 20, "those for whom there is no room are told the id at once");
        (await Send("/nowhere", "{}", "application/json")).Status.ShouldBe(404, "others are answered meanwhile");
        never.SetResult(new("r-1", "completed", "done"));
        var answers = await Task.WhenAll(waiting);
        answers.Count(a => a is (200, "done", _)).ShouldBe(ConnectionLimit.Aside);
        answers.Count(a => a.Status == 202).ShouldBe(20);
    }

    [Fact]
    public async Task Strangers_behind_a_proxy_shut_out_no_sender_and_a_trusted_proxy_tells_them_apart()
    {
        await Start(o => o with { RateLimitPerMinute = 3 }, Named("github"));
        for (var i = 0; i < 8; i++) await Send("/in", "{}", "application/json", ("X-Forwarded-For", $"203.0.113.{i}"));
        (await Send("/in", "{}", "application/json")).Status.ShouldBe(429);
        (await Send("/nowhere", "{}", "application/json")).Status.ShouldBe(429);
        (await Send("/in", Json, "application/json", Signed(Json))).Status.ShouldBe(202);
        await _source!.ReloadAsync(
            Options(Named("github")) with
            {
                RateLimitPerMinute = 3,
                TrustedProxies = TestWebhookOptions.Trust(new IPNetwork(IPAddress.Loopback, 32)),
            });
        (await Send("/in", "{}", "application/json", ("X-Forwarded-For", "10.9.9.9, 203.0.113.77"))).Status.ShouldBe(
            401,
            "another client of the proxy"
        );
        for (var i = 0; i < 8; i++)
            await Send("/in", "{}", "application/json", ("X-Forwarded-For", $"10.0.0.{i}, 203.0.113.78"));
        (await Send("/in", "{}", "application/json", ("X-Forwarded-For", "10.1.1.1, 203.0.113.78"))).Status.ShouldBe(
            429,
            "what the client wrote itself does not count"
        );
    }

    [Fact]
    public async Task Health_asks_for_its_token_and_HEAD_is_GET_without_a_body()
    {
        Environment.SetEnvironmentVariable("AIWG_TEST_HEALTH_TOKEN", "let me see");
        await Start(o => o with { HealthTokenEnv = "AIWG_TEST_HEALTH_TOKEN" }, Named("github"));
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            foreach (var (token, status) in new[] { ("", 404), ("Bearer x", 404), ("Bearer let me see", 200) })
            {
                using var request = new HttpRequestMessage(method, Url("/health"));
                request.Headers.TryAddWithoutValidation("Authorization", token);
                using var answer = await _client.SendAsync(request);
                ((int)answer.StatusCode).ShouldBe(status, $"{method} {token}");
                if (method == HttpMethod.Head) (await answer.Content.ReadAsStringAsync()).ShouldBeEmpty();
                else if (status == 200) (await answer.Content.ReadAsStringAsync()).ShouldBe("{}");
            }
        }
    }

    [Fact]
    public async Task A_listener_that_the_network_reaches_shows_health_to_nobody_who_proves_nothing()
    {
        await Start(o => o with { Listen = [new("0.0.0.0", 0)] }, Named("github"));
        using var answer = await _client.GetAsync(new Uri(Url("/health")));
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await _source!.ReloadAsync(Options(Named("github")) with { Listen = [new("0.0.0.0", 0)], PublicHealth = true });
        using var open = await _client.GetAsync(new Uri(Url("/health")));
        open.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static WebhookEndpoint Named(string scheme) => new() { Path = "/in", Signature = SchemeCatalogue.Find(scheme)! };

    private static TestWebhookOptions Options(params WebhookEndpoint[] endpoints) =>
        new()
        {
            SecretEnv = [Variable],
            Endpoints = endpoints,
        };

    private static byte[] Packed(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionMode.Compress)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }

    private static (string, string) Signed(string body) => Signed(Encoding.UTF8.GetBytes(body));

    private static (string, string) Signed(byte[] body) =>
        ("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)));

    private static string Hex(string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text)));

    private Task Start(params WebhookEndpoint[] endpoints) => Start(o => o, endpoints);

    private async Task StartWithOutput(WebhookEndpoint endpoint, OutputOf outputOf)
    {
        _bus.Start();
        _source = TestWebhook.Create(Options(endpoint), _bus, outputOf: outputOf);
        await _source.StartAsync();
    }

    private async Task Start(Func<TestWebhookOptions, TestWebhookOptions> with, params WebhookEndpoint[] endpoints)
    {
        _bus.Start();
        _source = TestWebhook.Create(with(Options(endpoints)), _bus);
        await _source.StartAsync();
    }

    private async Task<System.Text.Json.JsonElement> Payload()
    {
        await _bus.CompleteAsync(CancellationToken.None);
        return _events.First().PayloadJson;
    }

    private string Url(string path) => $"http://127.0.0.1:{_source!.Port}{path}";

    private Task<(int Status, string Text, string? Type)> Send(
        string path,
        string body,
        string? type,
        params (string Name, string Value)[] headers
    ) => Send(path, Encoding.UTF8.GetBytes(body), type, headers);

    private async Task<(int Status, string Text, string? Type)> Send(
        string path,
        byte[] body,
        string? type,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = new ByteArrayContent(body) };
        if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in headers)
            if (name.StartsWith("Content-", StringComparison.Ordinal)) request.Content.Headers.TryAddWithoutValidation(name, value);
            else request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType);
    }
}
