using System.Net.Sockets;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The control socket at the limits of the system.</summary>
public sealed class ControlLimitsTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_daemon_without_descriptors_left_survives_says_so_and_recovers()
    {
        _project.Configure("daemon: { heartbeat_interval_seconds: 1 }\nwatch: { enabled: false }\n");
        using var daemon = new RunningCommand(
            _project.StartOf("/bin/sh", "-c", $"ulimit -n 80; ulimit -Hn 80; exec '{DaemonBinary.Path}' start --foreground")
        );
        await Eventually.Until(
            () => File.Exists(_project.Paths.Socket) && File.Exists(_project.Paths.State),
            "the control socket and the first state"
        );
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < 120; i++) clients.Add(Connect());
            await Eventually.Until(() => Issues().Contains("control.accept"), "health to tell of it");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
        await Eventually.Until(() => !Issues().Contains("control.accept"), "health to recover");
        (await _project.Run("emit", "x")).ShouldExit(0);
        (await _project.Run("status")).ShouldExit(0).Output.ShouldStartWith("aiwg-daemon healthy");
        daemon.HasEnded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("start")]
    [InlineData("start --foreground")]
    public async Task A_start_that_may_open_too_few_files_says_so(string arguments)
    {
        foreach (var limit in new[] { 12, 16, 63 })
        {
            var start = await _project.Shell($"ulimit -n {limit}; ulimit -Hn {limit}; exec '{DaemonBinary.Path}' {arguments}");
            start
                .ShouldExit(1)
                .Error.ShouldBe(
                    $"aiwg-daemon: At most {limit} files may be open here, and the daemon needs 64: raise the limit (ulimit -n, or "
                        + "LimitNOFILE of the service)\n"
                );
        }
    }

    [Fact]
    public async Task A_thousand_clients_that_finish_no_message_hold_up_nobody()
    {
        _project.Configure("watch: { enabled: false }\n");
        (await _project.Run("start")).ShouldExit(0);
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                clients.Add(Connect());
                if (i % 3 > 0) TrySend(clients[^1], "{\"jsonrpc\":\"2.0\","u8);
                if (i % 200 == 0) (await _project.Run("emit", "x")).ShouldExit(0);
            }
            (await _project.Run("emit", "x")).ShouldExit(0);
            (await _project.Run("actions", "list")).ShouldExit(0);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
        (await _project.Run("status")).ShouldExit(0);
    }

    [Fact]
    public async Task A_project_whose_path_is_longer_than_a_socket_address_works()
    {
        using var deep = new TestProject(_project.Combine(new string('a', 100), new string('b', 100)));
        deep.Configure("watch: { enabled: false }\n");
        (await deep.Run("start")).ShouldExit(0);
        (await deep.Run("emit", "x")).ShouldExit(0);
        (await deep.Run("reload")).ShouldExit(0);
        (await deep.Run("stop")).ShouldExit(0);
        (await deep.Run("emit", "x")).ShouldExit(3);
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(_project.Paths.Socket));
        return socket;
    }

    private static void TrySend(Socket socket, ReadOnlySpan<byte> bytes)
    {
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
            // Closed to make room for the next one, as it should be.
        }
    }

    private List<string> Issues() =>
        [.. _project.State().GetProperty("health").GetProperty("issues").EnumerateArray().Select(i => i.GetProperty("key").GetString()!)];
}
