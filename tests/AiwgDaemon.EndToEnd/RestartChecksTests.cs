using System.Net;
using System.Net.Sockets;
using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>A restart that cannot succeed costs nothing; a start that fails says why in the log, too.</summary>
public sealed class RestartChecksTests : IDisposable
{
    private readonly TestProject _project = new();
    private readonly Socket _taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RestartChecksTests()
    {
        _taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _taken.Listen();
    }

    private int Port => ((IPEndPoint)_taken.LocalEndPoint!).Port;

    public void Dispose()
    {
        _taken.Dispose();
        _project.Dispose();
    }

    [Theory]
    [InlineData("port: {0}", "{0}")]
    [InlineData("port: 0, host: 192.0.2.1", "no interface of this machine has that address")]
    [InlineData("port: 0, tls: { certificate: missing.pem, key: missing.key }", "missing.pem")]
    public async Task A_restart_that_cannot_succeed_leaves_the_daemon_running(string listener, string named)
    {
        _project.Configure("watch: { enabled: false }\nschedule: { enabled: false }\n");
        (await _project.Run("start")).ShouldExit(0);
        var pid = _project.DaemonPid;
        Configure(listener.Replace("{0}", $"{Port}", StringComparison.Ordinal));
        var refused = await _project.Run("restart");
        refused.ExitCode.ShouldBeOneOf(1, 5);
        refused.Error.ShouldContain(named.Replace("{0}", $"{Port}", StringComparison.Ordinal));
        refused.Error.ShouldContain("the running daemon was not stopped");
        _project.DaemonPid.ShouldNotBeNull().ShouldBe(pid!.Value);
        (await _project.Run("status")).ShouldExit(0);
    }

    [Fact]
    public async Task A_port_of_its_own_is_no_obstacle_to_a_restart()
    {
        var port = Port;
        _taken.Dispose();
        Configure($"port: {port}");
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Run("restart")).ShouldExit(0);
        _project.State().GetProperty("monitors").GetProperty("webhook").GetProperty("port").GetInt32().ShouldBe(port);
    }

    [Fact]
    public async Task A_failed_start_leaves_its_reason_in_the_log()
    {
        Configure($"port: {Port}");
        (await _project.Run("start")).ShouldExit(1).Error.ShouldContain($"{Port}");
        (await _project.Run("logs")).Output.ShouldContain($"The daemon could not start: The webhook cannot listen on 127.0.0.1:{Port}");
        _project.Configure("nonsense: 1\n");
        (await _project.Run("start")).ShouldExit(5);
        (await _project.Run("logs", "--lines", "1")).Output.ShouldContain("nonsense: is not a known key");
    }

    private void Configure(string listener) => _project.Configure($"""
        watch: {"{"} enabled: false {"}"}
        schedule: {"{"} enabled: false {"}"}
        webhook: {"{"} enabled: true, {listener}, secret_env: HOME, endpoints: [ {"{"} path: /in, signature: token {"}"} ] {"}"}

        """);
}
