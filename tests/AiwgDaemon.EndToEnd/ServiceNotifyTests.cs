using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The program as a service manager starts it, with a socket that takes what it says.</summary>
public sealed class ServiceNotifyTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_service_manager_hears_of_start_health_reload_and_end_and_actions_do_not_speak_to_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sd_notify on Windows");
        _project.Configure("""
            watch: { paths: [ { path: src/ } ], debounce_ms: 100 }
            rules:
              - { id: names, event: { source: watch }, action: { type: shell, command: "env | grep -c -e ^NOTIFY_ -e ^WATCHDOG_ > names.txt || true" } }
            """
        );
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Eventually.Limit.TotalMilliseconds,
        };
        manager.Bind(new UnixDomainSocketEndPoint(_project.Combine("notify")));
        var start = new ProcessStartInfo(DaemonBinary.Path, ["start", "--foreground"])
        {
            WorkingDirectory = _project.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NOTIFY_SOCKET"] = _project.Combine("notify");
        start.Environment["WATCHDOG_USEC"] = "1000000";
        using var daemon = new RunningCommand(start);
        Hear(manager, "READY=1\nSTATUS=Running");
        Hear(manager, "WATCHDOG=1");
        _project.WriteFile("src/a.txt", "x");
        await _project.UntilLines("names.txt", 1);
        await _project.UntilCompleted(1);
        File.ReadAllText(_project.Combine("names.txt")).Trim().ShouldBe("0");

        (await _project.Run("reload")).ShouldExit(0);
        Hear(manager, "RELOADING=1\nMONOTONIC_USEC=");
        Hear(manager, "READY=1\nSTATUS=Running");
        _project.Configure("rules: nonsense");
        (await _project.Run("reload")).ShouldExit(5);
        Hear(manager, "READY=1\nSTATUS=Running with the configuration before: ");
        daemon.Send(ProcessSignal.Terminate);
        Hear(manager, "STOPPING=1\nEXTEND_TIMEOUT_USEC=20000000\nSTATUS=Stopping (SIGTERM)");
        (await daemon.UntilEnd()).ShouldExit(0);
    }

    // Signs of life and of health come in between.
    private static void Hear(Socket manager, string expected)
    {
        var buffer = new byte[4096];
        string said;
        do said = Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer));
        while (!said.StartsWith(expected, StringComparison.Ordinal));
    }
}
