using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Control;

/// <summary>Every error of the control socket, as it goes over the wire: people write clients against these lines.</summary>
public sealed class ControlErrorTests : IAsyncLifetime
{
    private static readonly string[] Requests =
    [
        """{""",
        """{"jsonrpc":"2.0","method":"ping","id":1}x""",
        "\"\u00ff\"",
        """1""",
        """[]""",
        """[1]""",
        """{}""",
        """{"jsonrpc":"1.0","method":"ping","id":7}""",
        """{"jsonrpc":"2.0","method":1,"id":7}""",
        """{"jsonrpc":"2.0","method":"\ud800","id":7}""",
        """{"jsonrpc":"2.0","method":"ping","id":{}}""",
        """{"jsonrpc":"2.0","method":"ping","params":3,"id":7}""",
        """{"jsonrpc":"2.0","method":"none","id":"seven"}""",
        """{"jsonrpc":"2.0","method":"event.emit","id":7}""",
        """{"jsonrpc":"2.0","method":"event.emit","params":{"type":1},"id":7}""",
        """{"jsonrpc":"2.0","method":"event.emit","params":{"type":"deploy now"},"id":7}""",
        """{"jsonrpc":"2.0","method":"event.list","params":{"limit":-1},"id":7}""",
        """{"jsonrpc":"2.0","method":"event.list","params":{"source":"moon"},"id":7}""",
        """{"jsonrpc":"2.0","method":"event.list","params":[1],"id":7}""",
        """{"jsonrpc":"2.0","method":"deadletter.retry","params":{"all":1},"id":7}""",
        """{"jsonrpc":"2.0","method":"deadletter.clear","id":7}""",
        """{"jsonrpc":"2.0","method":"action.get","params":{"id":"x"},"id":7}""",
        """{"jsonrpc":"2.0","method":"action.cancel","params":{"id":"x"},"id":7}""",
        """{"jsonrpc":"2.0","method":"action.run","params":{"name":"none"},"id":7}""",
        """{"jsonrpc":"2.0","method":"deadletter.get","params":{"id":"x"},"id":7}""",
        """{"jsonrpc":"2.0","method":"rules.resume","params":{"ruleId":"none"},"id":7}""",
        """{"jsonrpc":"2.0","method":"daemon.reload","id":7}""",
        """{"jsonrpc":"2.0","method":"event.emit","params":{"type":"when.stopping"},"id":7}""",
        """{"jsonrpc":"2.0","method":"event.emit","params":{"type":"when.full"},"id":7}""",
    ];

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly EventBus _full = new(new BusOptions(1), TimeProvider.System, NullLogger.Instance);
    private readonly EventBus _stopping = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private ControlServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _bus.Start();
        _stopping.Start();
        await _stopping.CompleteAsync(CancellationToken.None);
        while (_full.TryPublish(TestEvents.Manual("x")))
        {
            // Nobody takes anything out of it.
        }
        var daemon = new StandInDaemon([], _bus, emit: EmitAsync);
        _server = ControlServer.Start(_directory.Combine("daemon.sock"), daemon, _time, (_, _, _) => { }, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _bus.DisposeAsync();
        await _stopping.DisposeAsync();
        _full.Start();
        await _full.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Each_code_has_its_requests_and_their_exact_answers()
    {
        var text = new StringBuilder();
        foreach (var request in Requests) Add(text, request, await AskAsync(Encoding.Latin1.GetBytes(request)));
        Add(text, "(a batch of 101 calls)", await AskAsync(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("1", 101))}]")));
        Add(text, "(a message of 1,048,577 bytes)", await AskAsync(new byte[ControlConnection.MaxMessage + 1], newline: false));
        Add(text, "(a ninth event.subscribe on one connection)", await NinthStreamAsync());
        Add(
            text,
            "(anything, from a process of user 1000 to a daemon of user 0)",
            Encoding.UTF8.GetString(ControlServer.RefusalOf(1000).Span)
        );

        var answers = text.ToString();
        foreach (var code in typeof(ApiError).GetFields(BindingFlags.Public | BindingFlags.Static))
            answers.ShouldContain(
                string.Create(CultureInfo.InvariantCulture, $"\"code\":{code.GetRawConstantValue()},"),
                customMessage: $"no request leads to {code.Name}"
            );
        answers.ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    private async ValueTask EmitAsync(DaemonEvent @event, CancellationToken token)
    {
        if (@event.Type == "when.stopping") await _stopping.PublishDurablyAsync(@event, token);
        var waiting = _full.PublishDurablyAsync(@event, token);
        _time.Advance(TimeSpan.FromSeconds(10));
        await waiting;
    }

    private static void Add(StringBuilder text, string request, string answer)
    {
        JsonDocument.Parse(answer).Dispose();
        text.Append("> ").Append(request).Append("\n< ").Append(answer.TrimEnd('\n')).Append("\n\n");
    }

    private async Task<string> NinthStreamAsync()
    {
        var call = """{"jsonrpc":"2.0","method":"event.subscribe","id":7}"""u8.ToArray();
        using var connection = new Connection(_directory.Combine("daemon.sock"));
        for (var stream = 1; stream <= ApiSession.MaxStreams; stream++) (await connection.AskAsync(call)).ShouldContain("\"result\"");
        return await connection.AskAsync(call);
    }

    private async Task<string> AskAsync(byte[] request, bool newline = true)
    {
        using var connection = new Connection(_directory.Combine("daemon.sock"));
        return await connection.AskAsync(request, newline);
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public Connection(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

        public async Task<string> AskAsync(byte[] request, bool newline = true)
        {
            using var stream = new NetworkStream(_socket);
            await stream.WriteAsync(newline ? [.. request, (byte)'\n'] : request);
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken) ?? "";
        }

        public void Dispose() => _socket.Dispose();
    }
}
