using System.Net.Sockets;
using System.Text;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Lifecycle;

/// <summary>Against a socket that stands for the service manager's, of both kinds that systemd makes.</summary>
public sealed class ServiceNotifyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };

    public static TheoryData<bool> Kinds => OperatingSystem.IsLinux() ? [false, true] : [false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_life_of_a_daemon_is_told_in_order(bool isAbstract)
    {
        using var notify = Listen(isAbstract);
        notify.Ready("Running");
        notify.Status("Running, degraded: the disk\nis full");
        notify.Reloading();
        notify.Ready("Running");
        notify.Stopping("SIGTERM", TimeSpan.FromSeconds(20));
        notify.Status("too late to matter");

        Receive().ShouldBe("READY=1\nSTATUS=Running");
        Receive().ShouldBe("STATUS=Running, degraded: the disk is full");
        Receive().ShouldMatch(@"^RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=.+$");
        Receive().ShouldBe("READY=1\nSTATUS=Running");
        Receive().ShouldBe("STOPPING=1\nEXTEND_TIMEOUT_USEC=20000000\nSTATUS=Stopping (SIGTERM)");
        _manager.Available.ShouldBe(0);
    }

    [Fact]
    public void The_watchdog_gets_a_sign_of_life_twice_an_interval()
    {
        using var notify = Listen(isAbstract: false, watchdog: "30000000");
        var time = new FakeTimeProvider();
        notify.WatchdogInterval.ShouldBe(TimeSpan.FromSeconds(30));
        notify.StartWatchdog(time);
        time.Advance(TimeSpan.FromSeconds(14));
        _manager.Available.ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(16));
        Receive().ShouldBe("WATCHDOG=1");
        Receive().ShouldBe("WATCHDOG=1");
        _manager.Available.ShouldBe(0);
    }

    [Fact]
    public void A_watchdog_that_is_meant_for_another_process_is_left_alone() =>
        Listen(isAbstract: false, watchdog: "30000000", process: "1").WatchdogInterval.ShouldBeNull();

    [Fact]
    public void The_variables_are_gone_afterwards_so_that_no_action_inherits_them()
    {
        using var notify = Listen(isAbstract: false, watchdog: "1000000");
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET").ShouldBeNull();
        Environment.GetEnvironmentVariable("WATCHDOG_USEC").ShouldBeNull();
        Environment.GetEnvironmentVariable("WATCHDOG_PID").ShouldBeNull();
    }

    [Fact]
    public void A_manager_that_went_away_is_reported_and_the_daemon_lives_on()
    {
        using var notify = Listen(isAbstract: false);
        string? reported = null;
        notify.ReportTo(message => reported = message);
        _manager.Dispose();
        notify.Ready("Running");
        reported.ShouldNotBeNull().ShouldContain("cannot be told");
    }

    [Fact]
    public void Without_a_manager_nothing_happens()
    {
        using var notify = ServiceNotify.FromEnvironment();
        var reports = 0;
        notify.ReportTo(_ => reports++);
        notify.Ready("Running");
        notify.StartWatchdog(new FakeTimeProvider());
        reports.ShouldBe(0);
    }

    public void Dispose()
    {
        _manager.Dispose();
        _directory.Dispose();
    }

    private ServiceNotify Listen(bool isAbstract, string? watchdog = null, string? process = null)
    {
        var name = isAbstract ? $"@aiwg-test-{Guid.NewGuid():N}" : _directory.Combine("notify");
        _manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name[1..] : name));
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", name);
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", watchdog);
        Environment.SetEnvironmentVariable("WATCHDOG_PID", process);
        return ServiceNotify.FromEnvironment();
    }

    private string Receive()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
