using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class HostRequestsTests
{
    [Fact]
    public void A_storm_of_hangups_costs_one_waiting_reload()
    {
        var requests = new HostRequests();
        for (var i = 0; i < 1000; i++) requests.Reload("SIGHUP");
        requests.Reader.Count.ShouldBe(1);

        requests.BeginReload();
        requests.Reload("SIGHUP");
        requests.Reader.Count.ShouldBe(2);
    }

    [Fact]
    public void Requests_keep_their_order()
    {
        var requests = new HostRequests();
        requests.Reload("SIGHUP");
        requests.Stop("SIGTERM");

        requests.Reader.TryRead(out var first).ShouldBeTrue();
        requests.Reader.TryRead(out var second).ShouldBeTrue();
        first.Reload.ShouldNotBeNull();
        second.Reload.ShouldBeNull();
    }
}
