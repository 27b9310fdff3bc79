using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Control;

public sealed class ControlServerTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<DaemonEvent> _emitted = new();
    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly List<ControlServer> _servers = [];
    private int _stops;

    private string Path => _directory.Combine("daemon.sock");

    public ValueTask InitializeAsync()
    {
        _bus.Start();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        await _bus.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_client_calls_and_learns_errors()
    {
        Start(Path);
        using var client = Connect(Path);
        (await client.CallAsync("ping")).GetProperty("pong").GetBoolean().ShouldBeTrue();
        (await Should.ThrowAsync<ApiException>(() => client.CallAsync("none"))).Code.ShouldBe(ApiError.MethodNotFound);
        (await Should.ThrowAsync<ApiException>(() => client.CallAsync("daemon.reload"))).Details.ShouldBe(["daemon.yaml:1:1: x"]);
        var id = (await client.CallAsync("event.emit", json => json.WriteString("type", "t"))).GetProperty("id").GetGuid();
        _emitted.ShouldHaveSingleItem().Id.ShouldBe(id);
        await client.CallAsync("daemon.stop");
        await Eventually.Until(() => Volatile.Read(ref _stops) == 1, "the stop handler");
    }

    [Fact]
    public async Task The_socket_is_for_its_owner_only_and_goes_with_the_server()
    {
        var server = Start(Path);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _servers.Remove(server);
        await server.DisposeAsync();
        File.Exists(Path).ShouldBeFalse();
        ControlClient.TryConnect(Path).ShouldBeNull();
    }

    [Fact]
    public async Task What_a_killed_daemon_left_is_replaced_and_nobody_listening_means_not_running()
    {
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            var elsewhere = _directory.Combine("other.sock");
            stale.Bind(new UnixDomainSocketEndPoint(elsewhere));
            File.Move(elsewhere, Path);
        }
        File.Exists(Path).ShouldBeTrue();
        ControlClient.TryConnect(Path).ShouldBeNull();
        Start(Path);
        using var client = Connect(Path);
        await client.CallAsync("ping");
    }

    [Fact]
    public async Task A_path_longer_than_a_socket_address_works()
    {
        if (!OperatingSystem.IsLinux()) return;
        var deep = Directory.CreateDirectory(_directory.Combine(new string('a', 100), new string('b', 100))).FullName;
        var path = System.IO.Path.Combine(deep, "daemon.sock");
        Start(path);
        File.Exists(path).ShouldBeTrue();
        using var client = Connect(path);
        await client.CallAsync("ping");
    }

    [Fact]
    public async Task A_stream_gives_the_events_that_were_asked_for()
    {
        Start(Path);
        using var listener = Connect(Path);
        using var emitter = Connect(Path);
        var id = (await listener.CallAsync("event.subscribe", json => json.WriteString("type", "wanted.*")))
            .GetProperty("subscription")
            .GetInt32();
        foreach (var type in new[] { "wanted.1", "other", "wanted.2" })
            await emitter.CallAsync("event.emit", json => json.WriteString("type", type));

        var types = new List<string?>();
        await foreach (var message in listener.NotificationsAsync())
        {
            message.GetProperty("params").GetProperty("subscription").GetInt32().ShouldBe(id);
            types.Add(message.GetProperty("params").GetProperty("event").GetProperty("type").GetString());
            if (types.Count == 2) break;
        }
        types.ShouldBe(["wanted.1", "wanted.2"]);
        (await listener.CallAsync("event.unsubscribe", json => json.WriteNumber("subscription", id)))
            .GetProperty("unsubscribed")
            .GetBoolean()
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_that_falls_behind_is_told_how_many_it_missed()
    {
        Start(Path);
        using var listener = Connect(Path);
        await listener.CallAsync("event.subscribe");
        var payload = Encoding.UTF8.GetBytes($"\"{new string('x', 20_000)}\"");
        const int Count = 2000;
        for (var i = 0; i < Count; i++)
            await _bus.PublishAsync(EventFactory.Create(DateTimeOffset.UtcNow, EventSource.Manual, "t", "", payload), default);
        await Eventually.Until(() => _bus.Status.Published == Count, "the bus to carry all");
        long seen = 0, missed = 0;
        await foreach (var message in listener.NotificationsAsync())
        {
            if (message.GetProperty("method").GetString() == "event") seen++;
            else missed += message.GetProperty("params").GetProperty("missed").GetInt64();
            if (seen + missed == Count) break;
        }
        missed.ShouldBeGreaterThan(0);
        seen.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_message_past_the_limit_is_refused_and_the_connection_closed()
    {
        Start(Path);
        using var socket = Raw();
        var sending = Task.Run(() => SendQuietly(socket, new byte[ControlConnection.MaxMessage + 2]));
        (await ReadAllAsync(socket)).ShouldContain("-32600");
        await sending;
    }

    [Fact]
    public async Task Pieces_pipelining_blank_lines_and_a_missing_last_newline_are_all_fine()
    {
        Start(Path);
        using var socket = Raw();
        var text =
            "\r\n\n{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":1}\n{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":2}\r\n{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":3}";
        foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk(7))
            await socket.SendAsync(piece);
        socket.Shutdown(SocketShutdown.Send);
        var answers = (await ReadAllAsync(socket)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        answers.Select(a => JsonDocument.Parse(a).RootElement.GetProperty("id").GetInt32()).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Two_hundred_slow_clients_hold_up_nobody()
    {
        var server = Start(Path);
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var socket = Raw();
                slow.Add(socket);
                SendQuietly(socket, "{\"jsonrpc\":\"2.0\","u8.ToArray());
            }
            using var client = Connect(Path);
            await client.CallAsync("ping");
            server.Clients.ShouldBeLessThanOrEqualTo(ControlServer.MaxConnections);
        }
        finally
        {
            slow.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut_off_after_ten_seconds()
    {
        var time = new FakeTimeProvider();
        var server = Start(Path, time);
        using var socket = Raw();
        // Answers far past what a socket holds; nobody takes them.
        var call = Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\":\"{new string('x', 100_000)}\"}}\n");
        socket.Blocking = false;
        var stuck = false;
        await Eventually.Until(() =>
        {
            // Full, and still full a moment later: the server waits for us and reads no more.
            var full = !TrySend(socket, call);
            (var both, stuck) = (full && stuck, full);
            if (full && !both) Thread.Sleep(100);
            return both;
        }, "both ends to be full");
        server.Clients.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(9));
        server.Clients.ShouldBe(1);
        await Eventually.Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return server.Clients == 0;
        }, "the connection to be closed");
        using var client = Connect(Path);
        await client.CallAsync("ping");
    }

    [Fact]
    public async Task The_methods_of_the_older_daemon_answer_in_its_shapes()
    {
        Start(Path);
        using var client = Connect(Path);
        Members(await client.CallAsync("ping")).ShouldBe(["pong", "timestamp"]);
        var status = await client.CallAsync("daemon.status");
        foreach (var member in (string[])["pid", "uptime_seconds", "started_at", "health", "subsystems"])
            Members(status).ShouldContain(member);
        var automation = await client.CallAsync("automation.status");
        Members(automation).ShouldBe(["enabled", "ruleCount", "rules"]);
        foreach (var member in (string[])["id", "enabled", "action"]) Members(automation.GetProperty("rules")[0]).ShouldContain(member);
        Members(await client.CallAsync("automation.enable")).ShouldBe(["enabled"]);
        Members(await client.CallAsync("automation.disable", json => json.WriteString("ruleId", "known"))).ShouldBe(["success"]);
        (await client.CallAsync("automation.disable", json => json.WriteString("ruleId", "none")))
            .GetProperty("success")
            .GetBoolean()
            .ShouldBeFalse();
    }

    private static IEnumerable<string> Members(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private ControlServer Start(string path, TimeProvider? time = null)
    {
        var server = ControlServer.Start(
            path,
            new StandInDaemon(_emitted, _bus, () => Interlocked.Increment(ref _stops)),
            time ?? TimeProvider.System,
            (_, _, _) => { },
            NullLogger.Instance
        );
        _servers.Add(server);
        return server;
    }

    private static ControlClient Connect(string path) => ControlClient.TryConnect(path).ShouldNotBeNull();

    private Socket Raw()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Path));
        return socket;
    }

    private static bool TrySend(Socket socket, byte[] bytes)
    {
        _ = socket.Send(bytes, SocketFlags.None, out var error);
        return error == SocketError.Success;
    }

    private static void SendQuietly(Socket socket, byte[] bytes)
    {
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
            // The server may close first: that is what the caller looks at.
        }
    }

    private static async Task<string> ReadAllAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[65536];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var read) text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // A reset after the answer: bytes of ours were not read.
        }
        return text.ToString();
    }
}
