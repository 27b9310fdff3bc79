using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Signed requests reach actions, and what was answered with 202 outlives a kill.</summary>
public sealed class WebhookTests : IDisposable
{
    private const string Variable = "AIWG_E2E_WEBHOOK_SECRET", Secret = "end to end";

    private const string Configuration = $$$"""
        watch: { enabled: false }
        webhook:
          enabled: true
          port: 0
          secret_env: {{{Variable}}}
          rate_limit_per_minute: 0
          endpoints:
            - { path: /ci, signature: github }
            - { path: /quiet, signature: github }
            - { path: /chat, signature: github, respond: output }
            - { path: /slow, signature: github, respond: { kind: output, wait_seconds: 0.3 } }
        rules:
          - id: ci
            event: { source: webhook, endpoint: /ci }
            action: { type: exec, argv: [sh, -c, "echo \"$1\" >> hooks.txt", hook, "{{event.payload.body.ref}}"] }
          - id: chat
            event: { source: webhook, endpoint: /chat }
            action: { type: exec, argv: [sh, -c, "echo \"# hello $1\"; exit 3", chat, "{{event.payload.body.name}}"] }
          - id: slow
            event: { source: webhook, endpoint: /slow }
            action: { type: exec, argv: [sleep, "2"] }

        """;

    private readonly TestProject _project = new();
    private readonly HttpClient _client = new();
    private int _port, _portPid;

    public WebhookTests()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        _project.Configure(Configuration);
    }

    public void Dispose()
    {
        _client.Dispose();
        _project.Dispose();
    }

    [Fact]
    public async Task A_signed_request_runs_the_action_once_also_when_it_is_sent_again_after_a_kill()
    {
        (await _project.Run("start")).ShouldExit(0);
        (await Send("/ci", """{"ref":"refs/heads/main; touch owned"}""", "one")).ShouldBe(HttpStatusCode.Accepted);
        await _project.UntilLines("hooks.txt", 1);
        await _project.UntilCompleted(1);
        File.ReadAllText(_project.Combine("hooks.txt")).ShouldBe("refs/heads/main; touch owned\n");

        await Kill();
        (await _project.Run("start")).ShouldExit(0);
        (await Send("/ci", """{"ref":"refs/heads/main; touch owned"}""", "one")).ShouldBe(
            HttpStatusCode.OK,
            "the repetition of a delivery"
        );
        (await Send("/ci", """{"ref":"second"}""", "two")).ShouldBe(HttpStatusCode.Accepted);
        await _project.UntilLines("hooks.txt", 2);
        await _project.UntilCompleted(2);
        File.ReadAllLines(_project.Combine("hooks.txt")).ShouldBe(["refs/heads/main; touch owned", "second"]);
        _project.State().GetProperty("monitors").GetProperty("webhook").GetProperty("enabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task None_is_lost_when_the_daemon_is_killed_after_its_answer()
    {
        (await _project.Run("start")).ShouldExit(0);
        var accepted = new ConcurrentBag<string>();
        var senders = Enumerable.Range(0, 16).Select(sender => SendUntilItFails(sender, accepted)).ToArray();
        await Eventually.Until(() => accepted.Count > 500, "500 accepted requests");
        await Kill();
        await Task.WhenAll(senders);

        // Read before the next start: what was acknowledged must be on the disk, whatever a new daemon would do about it.
        var kept = Directory
            .EnumerateFiles(_project.Paths.Events, "????-??-??.jsonl")
            .SelectMany(File.ReadLines)
            .Select(IdOf)
            .ToHashSet(StringComparer.Ordinal);
        accepted.Where(id => !kept.Contains(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_chat_command_is_answered_with_what_its_action_prints_and_a_slow_one_with_its_event()
    {
        (await _project.Run("start")).ShouldExit(0);
        using var answer = await Post("/chat", """{"name":"world"}""", "one");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("# hello world\n");
        answer.Headers.GetValues("Aiwg-Run-Status").ShouldBe(["failed"]);
        using var late = await Post("/slow", "{}", "two");
        late.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await late.Content.ReadAsStringAsync()).ShouldStartWith("{\"id\":\"");
    }

    [Fact]
    public async Task Metrics_count_requests_and_refusals_by_reason_with_help_and_type_before_each_value()
    {
        (await _project.Run("start")).ShouldExit(0);
        (await Send("/nowhere", "{}", "one")).ShouldBe(HttpStatusCode.NotFound);
        (await Send("/quiet", "{}", "two")).ShouldBe(HttpStatusCode.Accepted);
        using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{Port}/metrics"));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldContain("aiwg_daemon_webhook_requests_total 2");
        lines.ShouldContain("aiwg_daemon_webhook_rejected_total 1");
        lines.ShouldContain("aiwg_daemon_webhook_refused_total{reason=\"path\"} 1");
        lines.ShouldContain("# TYPE aiwg_daemon_http_connections_ended_total counter");
        foreach (var name in lines.Where(l => l[0] != '#').Select(l => l.Split('{', ' ')[0]))
        {
            lines.Count(l => l.StartsWith($"# HELP {name} ", StringComparison.Ordinal)).ShouldBe(1, name);
            lines.Count(l => l.StartsWith($"# TYPE {name} ", StringComparison.Ordinal)).ShouldBe(1, name);
        }
    }

    [Fact]
    public async Task It_listens_on_several_addresses_and_a_socket_and_a_reload_moves_them()
    {
        var several = Configuration.Replace("port: 0", "listen: [{ port: 0 }, \"unix:hooks.sock\"]", StringComparison.Ordinal);
        _project.Configure(several);
        (await _project.Run("start")).ShouldExit(0);
        (await Send("/quiet", "{}", "one")).ShouldBe(HttpStatusCode.Accepted);
        var socket = _project.Combine("hooks.sock");
        (await SendOver(socket, "two")).ShouldBe(HttpStatusCode.Accepted);
        _project.State().GetProperty("monitors").GetProperty("webhook").GetProperty("listen").GetArrayLength().ShouldBe(2);
        (await _project.Run("status")).ShouldExit(0).Output.ShouldContain($"unix:{socket}");

        await Kill();
        (await _project.Run("start")).ShouldExit(0);
        (await SendOver(socket, "three")).ShouldBe(HttpStatusCode.Accepted, "what a killed daemon left is no obstacle");

        _project.Configure(several.Replace("hooks.sock", "moved.sock", StringComparison.Ordinal));
        (await _project.Run("reload")).ShouldExit(0);
        (await SendOver(_project.Combine("moved.sock"), "four")).ShouldBe(HttpStatusCode.Accepted);
        File.Exists(socket).ShouldBeFalse();
    }

    [Fact]
    public async Task A_port_in_use_stops_the_start_and_is_named()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        _project.Configure(Configuration.Replace("port: 0", $"port: {port}", StringComparison.Ordinal));
        (await _project.Run("start")).ShouldExit(1).Error.ShouldContain($"127.0.0.1:{port}");
        _project.DaemonPid.ShouldBeNull();
    }

    [Fact]
    public async Task An_unsigned_endpoint_on_a_public_address_is_an_error_of_the_configuration()
    {
        _project.Configure("webhook:\n  enabled: true\n  host: 0.0.0.0\n  endpoints:\n    - { path: /open, signature: none }\n");
        (await _project.Run("start")).ShouldExit(5).Error.ShouldContain("daemon.yaml:5:");
    }

    private static string? IdOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("id").GetString();
        }
        catch (JsonException)
        {
            // The line that the kill tore: nobody was told that it was accepted.
            return null;
        }
    }

    private async Task SendUntilItFails(int sender, ConcurrentBag<string> accepted)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                using var response = await Post("/quiet", $$"""{"n":{{i}}}""", $"{sender}-{i}");
                response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
                using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                accepted.Add(answer.RootElement.GetProperty("id").GetString()!);
            }
        }
        catch (HttpRequestException)
        {
            // The daemon was killed, which is what ends the test's load.
        }
    }

    private async Task<HttpStatusCode> Send(string path, string body, string delivery)
    {
        using var response = await Post(path, body, delivery);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> SendOver(string socket, string delivery)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new System.Net.Sockets.Socket(
                    System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
                await connection.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(socket), token);
                return new System.Net.Sockets.NetworkStream(connection, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        using var request = Request("http://localhost/quiet", "{}", delivery);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> Post(string path, string body, string delivery)
    {
        using var request = Request($"http://127.0.0.1:{Port}{path}", body, delivery);
        return await _client.SendAsync(request);
    }

    private static HttpRequestMessage Request(string url, string body, string delivery)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("X-GitHub-Delivery", delivery);
        request.Headers.Add(
            "X-Hub-Signature-256",
            "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)))
        );
        return request;
    }

    // A free port is another one after each start.
    private int Port
    {
        get
        {
            var pid = _project.DaemonPid ?? _portPid;
            if (pid == _portPid) return _port;
            (_portPid, _port) = (pid, _project.State().GetProperty("monitors").GetProperty("webhook").GetProperty("port").GetInt32());
            return _port;
        }
    }

    private async Task Kill()
    {
        using (var handle = ProcessHandle.Open(ProcessIdentity.Of(_project.DaemonPid!.Value)!)) handle!.Send(ProcessSignal.Kill);
        await Eventually.Until(() => _project.DaemonPid is null, "the end of the killed daemon");
    }
}
