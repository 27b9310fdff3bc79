using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Rules;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using static AiwgDaemon.Tests.Actions.ExecutorFixture;

namespace AiwgDaemon.Tests.Actions;

public sealed class HttpActionTests
{
    private static int _variables;

    [Fact]
    public async Task A_request_has_its_method_headers_and_body_and_no_secret_is_left_anywhere()
    {
        await using var server = new HttpStandIn(HttpStandIn.Ok);
        await using var fixture = new ExecutorFixture();
        var token = Variable("Bearer hunter2");
        var action = Http(
            server,
            "/hidden?key=hidden2",
            ("method", ["PUT"]),
            ("headers", ["X-Ref", "main", "X-Empty", ""]),
            ("headers_env", ["Authorization", token]),
            ("body", ["{\"a\": 1}"])
        );
        var id = fixture.Submit(action);
        var record = await fixture.Finished(id);
        record.Status.ShouldBe(ActionStatus.Completed, record.Error);
        record.Command.ShouldBe($"PUT ${action.UrlEnv}");
        var request = server.Requests.ShouldHaveSingleItem();
        request.ShouldStartWith($"PUT /hidden?key=hidden2 HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n");
        foreach (
            var line in (string[])
                [
                    "X-Ref: main",
                    "X-Empty: ",
                    "Authorization: Bearer hunter2",
                    "Content-Type: application/json",
                    "Content-Length: 8",
                    "Connection: close",
                ]
        )
            request.ShouldContain($"\r\n{line}\r\n");
        request.ShouldEndWith("\r\n\r\n{\"a\": 1}");
        foreach (var file in Directory.EnumerateFiles(fixture.Project, "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            foreach (var secret in (string[])["hidden", "hunter2", "127.0.0.1", $"{server.Port}"])
                text.ShouldNotContain(secret, Case.Sensitive, file);
        }
        fixture.OutputText(id).ShouldBe("HTTP 200\n");
    }

    [Fact]
    public async Task Without_a_body_a_POST_has_the_event_and_a_GET_has_none()
    {
        await using var server = new HttpStandIn(HttpStandIn.Ok);
        await using var fixture = new ExecutorFixture();
        (await fixture.Run(Http(server, "/"), Event("{\"x\": 1}"))).Status.ShouldBe(ActionStatus.Completed);
        (await fixture.Run(Http(server, "/", ("method", ["GET"])))).Status.ShouldBe(ActionStatus.Completed);
        var (post, get) = (server.Requests.First(), server.Requests.Last());
        using var document = JsonDocument.Parse(post[post.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
        document.RootElement.GetProperty("payload").GetProperty("x").GetInt32().ShouldBe(1);
        get.ShouldEndWith("\r\n\r\n");
        get.ShouldNotContain("Content-Length");
    }

    [Theory]
    [InlineData(200, "", true)]
    [InlineData(204, "", true)]
    [InlineData(299, "", true)]
    [InlineData(302, "", false)]
    [InlineData(404, "", false)]
    [InlineData(503, "", false)]
    [InlineData(200, "201 404", false)]
    [InlineData(404, "201 404", true)]
    [InlineData(302, "302", true)]
    public async Task The_status_decides(int status, string expected, bool success)
    {
        await using var server = new HttpStandIn(_ => $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 {status} Words hidden\r\nX: y");
        await using var fixture = new ExecutorFixture();
        var record = await fixture.Run(
            expected.Length == 0 ? Http(server, "/") : Http(server, "/", ("expected_status", expected.Split(' ')))
        );
        record.Status.ShouldBe(success ? ActionStatus.Completed : ActionStatus.Failed);
        if (!success) record.Error.ShouldBe($"the receiver at {record.Command.Split(' ')[1]} answered HTTP {status}");
    }

    [Fact]
    public async Task A_redirect_within_the_host_is_followed_with_everything_and_to_another_host_never()
    {
        await using var foreign = new HttpStandIn(HttpStandIn.Ok);
        await using var server = new HttpStandIn(request => request.Split(' ')[1] switch
        {
            "/here" => "HTTP/1.1 307 Temporary Redirect\r\nLocation: /there?x=1",
            "/away" => $"HTTP/1.1 308 Permanent Redirect\r\nlocation: http://127.0.0.1:{foreign.Port}/hidden",
            "/other" => "HTTP/1.1 302 Found\r\nLocation: /there",
            "/round" => "HTTP/1.1 307 Temporary Redirect\r\nLocation: /round",
            _ => "HTTP/1.1 200 OK",
        });
        await using var fixture = new ExecutorFixture();
        var secret = ("headers_env", (string[])["Authorization", Variable("hunter2")]);
        (await fixture.Run(Http(server, "/here", secret, ("body", ["text"])))).Status.ShouldBe(ActionStatus.Completed);
        var second = server.Requests.Last();
        second.ShouldStartWith("POST /there?x=1 HTTP/1.1");
        second.ShouldContain("Authorization: hunter2");
        second.ShouldEndWith("\r\n\r\ntext");

        var away = (await fixture.Run(Http(server, "/away", secret))).Error!;
        away.ShouldContain("redirects to another host (HTTP 308), which is not followed, for it would get the secrets; set ");
        away.ShouldNotContain("hidden");
        foreign.Requests.ShouldBeEmpty();
        (await fixture.Run(Http(server, "/other"))).Error!.ShouldContain("would turn a POST into a GET and is not followed");
        (await fixture.Run(Http(server, "/other", ("method", ["GET"])))).Status.ShouldBe(ActionStatus.Completed);
        (await fixture.Run(Http(server, "/round"))).Error!.ShouldContain("redirects in circles (HTTP 307)");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_trusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        await using var server = new HttpStandIn(HttpStandIn.Ok, certificate);
        await using var fixture = new ExecutorFixture();
        var action = Http(server, "/") with { UrlEnv = Variable($"https://localhost:{server.Port}/hidden") };
        (await fixture.Run(action)).Error.ShouldBe(
            $"the receiver at ${action.UrlEnv} could not be reached (its certificate is not trusted, or it speaks no TLS)"
        );
        // With TLS 1.3 the server hears of the refusal after its part of the handshake; not a byte of the request has come.
        server.Requests.ShouldAllBe(request => request.Length == 0);
    }

    [Fact]
    public async Task A_variable_that_is_not_set_and_a_header_with_a_line_break_fail_the_run()
    {
        await using var server = new HttpStandIn(HttpStandIn.Ok);
        await using var fixture = new ExecutorFixture();
        (await fixture.Run(Http(server, "/", ("headers_env", ["Authorization", "AIWG_TEST_NOT_SET"])))).Error.ShouldBe(
            "the environment variable AIWG_TEST_NOT_SET, for the header Authorization, is not set; set it where the daemon is started"
        );
        (await fixture.Run(Http(server, "/", ("headers", ["X-Ref", "a\r\nX-Forged: 1"])))).Error.ShouldBe(
            "the value of the header X-Ref has a line break or another control character"
        );
        (await fixture.Run(Http(server, "/") with { UrlEnv = "AIWG_TEST_NOT_SET" })).Error!.ShouldContain(
            "AIWG_TEST_NOT_SET holds no http or https URL"
        );
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_at_the_timeout_and_by_a_cancel()
    {
        await using var server = new HttpStandIn(_ => "");
        await using var fixture = new ExecutorFixture();
        (await fixture.Run(Http(server, "/") with { Timeout = TimeSpan.FromMilliseconds(100) })).Status.ShouldBe(ActionStatus.Timeout);
        var id = fixture.Submit(Http(server, "/"));
        await Eventually.Until(() => server.Requests.Count == 2, "it is asked");
        fixture.Runs.ByHand.Cancel(id).ShouldBeTrue();
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Cancelled);
    }

    [Theory]
    [InlineData("", "{\"a\": \"{{event.payload.text}}\"}", "{\"a\": \"say \\u0022hi\\u0022\\n\"}")]
    [InlineData(
        "",
        "{\"{{event.type}}\\\"\": {{event.payload.text}}, \"n\": {{event.payload.number}}, \"o\": {{event.payload.list}}}",
        "{\"test\\\"\": \"say \\u0022hi\\u0022\\n\", \"n\": 5, \"o\": [1,\"x\"]}"
    )]
    [InlineData("", "[{{event.payload.none?}}, \"{{event.payload.none?}}\", {{event.type}}]", "[null, \"\", \"test\"]")]
    [InlineData("application/x-www-form-urlencoded", "t={{event.payload.text}}&n={{event.payload.number}}", "t=say%20%22hi%22%0A&n=5")]
    [InlineData("text/plain", "<{{event.payload.text}}>", "<say \"hi\"\n>")]
    public void A_value_stays_a_value_in_the_body(string type, string body, string expected)
    {
        var action = new ActionDefinition { Name = "h", Type = ActionType.Http, UrlEnv = "X", Fields = Fields(("body", [body])) };
        if (type.Length > 0) action = action with { Fields = Fields(("body", [body]), ("headers", ["content-type", type])) };
        var expanded = Templates.Expand(action, Event("{\"text\": \"say \\\"hi\\\"\\n\", \"number\": 5, \"list\": [1,\"x\"]}"), out _);
        expanded.Field("body").ShouldBe([expected]);
        if (type.Length > 0) return;
        using var document = JsonDocument.Parse(expected);
    }

    private static ActionDefinition Http(HttpStandIn server, string path, params (string Key, string[] Value)[] fields) =>
        new() { Name = "h", Type = ActionType.Http, UrlEnv = Variable($"http://127.0.0.1:{server.Port}{path}"), Fields = Fields(fields) };

    private static Dictionary<string, IReadOnlyList<string>> Fields(params (string Key, string[] Value)[] fields) =>
        fields.ToDictionary(f => f.Key, IReadOnlyList<string> (f) => f.Value, StringComparer.Ordinal);

    private static string Variable(string value)
    {
        var name = $"AIWG_TEST_HTTP_{Interlocked.Increment(ref _variables)}";
        Environment.SetEnvironmentVariable(name, value);
        return name;
    }
}
