using System.Net;
using System.Net.Sockets;
using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.Sources.Webhook.Signing;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Sources.Webhook;

/// <summary>Bytes in, status line out, over real sockets: what clients of HTTP libraries cannot be made to send.</summary>
public sealed class WebhookWireTests : IAsyncDisposable
{
    private const string Body = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    private const string Chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly List<DaemonEvent> _events = [];
    private TestWebhook? _source;

    public WebhookWireTests()
    {
        _bus.Subscribe("test", new SubscriptionOptions(), (e, _) =>
        {
            lock (_events) _events.Add(e);
            return ValueTask.CompletedTask;
        });
    }

    public static TheoryData<string, string, int> Requests =>
        new()
        {
            // PORT stands for the port.
            { "good", Post("Host: 127.0.0.1:PORT"), 202 },
            { "host, any port", Post("Host: 127.0.0.1:1"), 202 },
            { "host, no port", Post("Host: 127.0.0.1"), 202 },
            { "host, other loopback address", Post("Host: 127.9.9.9"), 202 },
            { "host, IPv6 literal", Post("Host: [::1]:PORT"), 202 },
            { "host, localhost", Post("Host: localhost:PORT"), 202 },
            { "host, upper case", Post("Host: LOCALHOST"), 202 },
            { "host, allowed", Post("Host: hooks.EXAMPLE"), 202 },
            { "host, allowed with a dot", Post("Host: hooks.example."), 421 },
            { "host, loopback with a dot", Post("Host: localhost."), 421 },
            { "host, foreign", Post("Host: evil.example"), 421 },
            { "host, foreign that begins like ours", Post("Host: localhost.evil.example"), 421 },
            { "host, address of another machine", Post("Host: 192.0.2.1"), 421 },
            { "host, empty", Post("Host:"), 421 },
            { "host, missing", Post("Accept: */*"), 400 },
            { "host, two", Post("Host: localhost\r\nHost: localhost"), 400 },
            { "host, not a name", Post("Host: a b"), 400 },
            { "target with the foreign name", $"POST http://evil.example/open HTTP/1.1\r\nHost: localhost\r\n{Body}", 400 },
            { "HTTP/1.0 without host", $"POST /open HTTP/1.0\r\n{Body}", 421 },
            { "HTTP/1.0", $"POST /open HTTP/1.0\r\nHost: localhost\r\n{Body}", 202 },
            { "HTTP/1.2", $"POST /open HTTP/1.2\r\nHost: localhost\r\n{Body}", 505 },
            { "TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n", 400 },
            { "garbage", "\u0000\u0001\u0002\r\n\r\n", 400 },
            { "length and chunked", Post("Host: localhost\r\nTransfer-Encoding: chunked"), 400 },
            { "two lengths", Post("Host: localhost\r\nContent-Length: 3"), 400 },
            { "two equal lengths", Post("Host: localhost\r\nContent-Length: 2"), 400 },
            { "negative length", Length("-1"), 400 },
            // Kestrel's reading of a number; it means the same to everybody.
            { "length with a sign", Length("+2"), 202 },
            { "length that is a list", Length("2, 2"), 400 },
            { "length in hexadecimal", Length("0x2"), 400 },
            { "length past 64 bits", Length("18446744073709551618"), 400 },
            { "length over the limit", Length("1025"), 413 },
            { "length of 200 MB", Length("209715200"), 413 },
            { "chunks", Chunks("1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n"), 202 },
            { "chunks with a trailer", Chunks("2\r\n{}\r\n0\r\nX-A: b\r\n\r\n"), 202 },
            { "chunks, not hexadecimal", Chunks("x\r\n{}\r\n0\r\n\r\n"), 400 },
            { "chunks, longer than said", Chunks("1\r\n{}\r\n0\r\n\r\n"), 400 },
            { "chunks, size past 64 bits", Chunks("fffffffffffffffff\r\n{}"), 400 },
            { "chunks, over the limit", Chunks($"401\r\n\"{new string('x', 1023)}\"\r\n0\r\n\r\n"), 413 },
            {
                "chunks, coded twice",
                "POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                415
            },
            { "compressed", Post("Host: localhost\r\nContent-Encoding: br"), 415 },
            { "said to be packed", Post("Host: localhost\r\nContent-Encoding: gzip"), 400 },
            { "packed with nothing", Post("Host: localhost\r\nContent-Encoding: identity"), 202 },
            { "path in percent", Post("Host: localhost", "/%6Fpen"), 202 },
            { "path through a parent", Post("Host: localhost", "/x/../open"), 202 },
            { "path above the root", Post("Host: localhost", "/../../open"), 202 },
            { "path with a slash in percent", Post("Host: localhost", "/x%2F..%2Fopen"), 404 },
            { "path with a query", Post("Host: localhost", "/open?a=b"), 202 },
            { "path with a slash more", Post("Host: localhost", "/open/"), 404 },
            { "path in upper case", Post("Host: localhost", "/OPEN"), 404 },
            { "path with a NUL", Post("Host: localhost", "/open%00"), 400 },
            { "path that is no Unicode", Post("Host: localhost", "/%ff"), 404 },
            { "path without a slash", Post("Host: localhost", "open"), 405 },
            { "path of 5,000 characters", Post("Host: localhost", "/" + new string('a', 5000)), 414 },
            { "GET", "GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n", 405 },
            { "HEAD", "HEAD /open HTTP/1.1\r\nHost: localhost\r\n\r\n", 405 },
            { "method in lower case", Post("Host: localhost").Replace("POST", "post", StringComparison.Ordinal), 405 },
            { "OPTIONS", "OPTIONS /open HTTP/1.1\r\nHost: localhost\r\n\r\n", 405 },
            { "OPTIONS of all", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 404 },
            { "TRACE", "TRACE /open HTTP/1.1\r\nHost: localhost\r\n\r\n", 405 },
            { "CONNECT", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n", 404 },
            { "header of 9 KiB", Post("Host: localhost\r\nX-A: " + new string('a', 9 * 1024)), 431 },
            { "100 headers", Post("Host: localhost" + string.Concat(Enumerable.Range(0, 100).Select(n => $"\r\nX-{n}: a"))), 431 },
            { "header over two lines", Post("Host: localhost\r\nX-A: a\r\n b"), 400 },
            { "header without a name", Post("Host: localhost\r\n: a"), 400 },
            { "header with a space before the colon", Post("Host: localhost\r\nX-A : a"), 400 },
            {
                "body that is not UTF-8",
                "POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n\"\u00ff\"",
                400
            },
            {
                "text that is not UTF-8",
                "POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n\u00ff",
                400
            },
            {
                "half a surrogate",
                "POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n\"\\ud800\"",
                400
            },
        };

    public static TheoryData<string, int> Browsers => new()
    {
        { "Origin: https://evil.example", 403 },
        { "Origin: null", 403 },
        { "Origin: http://localhost:3000", 403 },
        { "Origin: http://localhost.evil.example", 403 },
        { "Origin: evil", 403 },
        { "Origin: http://localhost:9471\r\nOrigin: https://evil.example", 403 },
        { "Sec-Fetch-Site: cross-site", 403 },
        { "Sec-Fetch-Site: same-site", 403 },
        { "Sec-Fetch-Site: anything", 403 },
        { "Origin: http://localhost:9471\r\nSec-Fetch-Site: cross-site", 403 },
        { "Origin: http://localhost:9471\r\nSec-Fetch-Site: same-origin", 202 },
        { "Origin: https://hooks.example", 202 },
        { "Sec-Fetch-Site: none", 202 },
    };

    public async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Each_request_gets_its_status(string what, string request, int status)
    {
        await Start();
        (await Ask(request)).ShouldStartWith($"HTTP/1.1 {status} ", Case.Sensitive, what);
        await _bus.CompleteAsync(CancellationToken.None);
        _events.Count.ShouldBe(status == 202 ? 1 : 0);
    }

    [Theory]
    [MemberData(nameof(Browsers))]
    public async Task A_web_page_of_another_origin_cannot_fire_an_unsigned_endpoint(string headers, int status)
    {
        await Start();
        (await Ask(Post("Host: localhost:9471\r\n" + headers))).ShouldStartWith($"HTTP/1.1 {status} ");
        // A form needs no preflight.
        (
            await Ask($"POST /open HTTP/1.1\r\nHost: localhost:9471\r\n{headers}\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx")
        ).ShouldStartWith($"HTTP/1.1 {status} ");
        await _bus.CompleteAsync(CancellationToken.None);
        _events.Count.ShouldBe(status == 202 ? 2 : 0);
    }

    [Fact]
    public async Task A_body_that_is_not_UTF_8_is_told_so()
    {
        await Start();
        (
            await Ask("POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n\"\u00ff\"")
        ).ShouldContain("the body is not UTF-8");
    }

    [Fact]
    public async Task Who_asks_before_sending_a_body_is_told_to_go_on_only_where_it_may_be_taken()
    {
        await Start();
        using var client = Connect(IPAddress.Loopback);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            "POST /open HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"u8.ToArray()
        );
        (await Answer(stream, "\r\n\r\n")).ShouldStartWith("HTTP/1.1 100 ");
        await stream.WriteAsync("{}"u8.ToArray());
        (await Answer(stream, "\r\n\r\n")).ShouldStartWith("HTTP/1.1 202 ");
        (
            await Ask(
                "POST /open HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: "
                    + "2000\r\n\r\n"
            )
        ).ShouldStartWith("HTTP/1.1 413 ");
    }

    [Theory]
    [InlineData("Content-Length: 2000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7d0\r\n")]
    public async Task A_body_over_the_limit_is_told_which_limit_however_it_comes(string head)
    {
        await Start();
        using var client = Connect(IPAddress.Loopback);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n{head}{new string('x', 2000)}\r\n0\r\n\r\n"
            )
        );
        (await Answer(stream, "}")).ShouldContain("the body is larger than webhook.max_body_kb");
    }

    [Fact]
    public async Task The_preface_of_HTTP_2_is_told_that_this_is_HTTP_1_1()
    {
        await Start();
        using var client = Connect(IPAddress.Loopback);
        await using var stream = client.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        // A GOAWAY frame (type 7) that ends with HTTP_1_1_REQUIRED, then the end of the connection.
        var answer = await Answer(stream, "never");
        answer[^14].ShouldBe('\u0007');
        answer[^1].ShouldBe('\u000d');
    }

    [Fact]
    public async Task Two_requests_in_one_packet_are_two()
    {
        await Start();
        using var client = Connect(IPAddress.Loopback);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Post("Host: localhost") + Post("Host: localhost", "/none")));
        var answers = "";
        while (!answers.Contains("no such endpoint", StringComparison.Ordinal)) answers += await Answer(stream, "}");
        answers.ShouldStartWith("HTTP/1.1 202 ");
        answers.ShouldContain("HTTP/1.1 404 ");
    }

    [Fact]
    public async Task A_bus_that_stays_full_is_503_with_the_time_to_come_again()
    {
        // Not started: what is in it stays.
        await using var bus = new EventBus(new BusOptions(Capacity: 1), TimeProvider.System, NullLogger.Instance);
        await bus.PublishAsync(TestEvents.Manual("first", "{}"), CancellationToken.None);
        var time = new FakeTimeProvider();
        await Start(time: time, bus: bus);
        var answer = Ask(Post("Host: localhost"));
        await Eventually.Until(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return answer.IsCompleted;
        }, "the answer");
        (await answer).ShouldStartWith("HTTP/1.1 503 ");
        (await answer).ShouldContain("\r\nRetry-After: 5\r\n");
    }

    [Fact]
    public async Task A_body_whose_time_is_over_is_no_error_of_the_server()
    {
        var log = new CollectedLog();
        using var loggers = new Loggers(log);
        var time = new FakeTimeProvider();
        await Start(time: time, loggers: loggers);
        using (var client = Connect(IPAddress.Loopback))
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(Length("100")));
            // To the end of the connection: in how many packets the answer comes is the system's affair.
            var answer = Answer(stream, "never");
            await Eventually.Until(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return answer.IsCompleted;
            }, "the answer and its end");
            (await answer).ShouldStartWith("HTTP/1.1 408 ");
            (await answer).ShouldEndWith("}\r\n0\r\n\r\n");
        }
        log.Messages.ShouldNotContain(line => line.Contains("draining", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("::1", "[::1]")]
    [InlineData("::", "[::1]")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("localhost", "127.0.0.1")]
    public async Task Loopback_is_loopback_on_either_stack(string host, string to)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6");
        await Start(host);
        (await Ask($"GET /health HTTP/1.1\r\nHost: {to}\r\n\r\n", IPAddress.Parse(to.Trim('[', ']')))).ShouldStartWith("HTTP/1.1 200 ");
    }

    private static string Post(string headers, string path = "/open") => $"POST {path} HTTP/1.1\r\n{headers}\r\n{Body}";

    private static string Length(string value) =>
        $"POST /open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {value}\r\n\r\n{{}}";

    private static string Chunks(string body) => $"POST /open HTTP/1.1\r\nHost: localhost\r\n{Chunked}{body}";

    private static async Task<string> Answer(NetworkStream stream, string until)
    {
        var (text, buffer) = ("", new byte[4096]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!text.Contains(until, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, limit.Token);
            if (read == 0) return text;
            text += Encoding.Latin1.GetString(buffer, 0, read);
        }
        return text;
    }

    private async Task Start(string host = "127.0.0.1", TimeProvider? time = null, EventBus? bus = null, ILoggerFactory? loggers = null)
    {
        _bus.Start();
        var options = new TestWebhookOptions
        {
            Listen = [new(host, 0)],
            MaxBodyKb = 1,
            RateLimitPerMinute = 0,
            AllowedHosts = ["hooks.example"],
            PublicHealth = host == "::",
            Endpoints = host == "::" ? [] : [new() { Path = "/open", Signature = SchemeCatalogue.None }],
        };
        _source = TestWebhook.Create(options, bus ?? _bus, time, loggers);
        await _source.StartAsync();
    }

    private TcpClient Connect(IPAddress address)
    {
        var client = new TcpClient(address.AddressFamily);
        client.Connect(address, _source!.Port);
        return client;
    }

    private async Task<string> Ask(string request, IPAddress? address = null)
    {
        using var client = Connect(address ?? IPAddress.Loopback);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.Replace("PORT", $"{_source!.Port}", StringComparison.Ordinal)));
        var head = await Answer(stream, "\r\n\r\n");
        return
            head.Contains("\r\nContent-Type", StringComparison.Ordinal)
            && !head.Contains('}', StringComparison.Ordinal)
            && !request.StartsWith("HEAD", StringComparison.Ordinal)
            ? head + await Answer(stream, "}")
            : head;
    }

    private sealed class Loggers(ILogger log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
