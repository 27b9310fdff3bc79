using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;

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
    public void A_stop_before_the_host_is_ready_is_done_at_once_and_afterwards_left_to_it()
    {
        List<string> early = [];
        var requests = new HostRequests();
        requests.BeforeReady(early.Add);
        requests.Stop("SIGTERM");
        early.ShouldBe(["SIGTERM"]);

        requests = new HostRequests();
        requests.Stop("SIGINT");
        requests.BeforeReady(early.Add);
        early.ShouldBe(["SIGTERM", "SIGINT"]);

        requests = new HostRequests();
        requests.BeforeReady(early.Add);
        requests.BeforeReady(null);
        requests.Stop("SIGTERM");
        early.Count.ShouldBe(2);
        requests.Reader.Count.ShouldBe(1);
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

    [Fact]
    public async Task A_stop_that_is_asked_for_again_hurries_but_not_where_both_are_one_wish()
    {
        var requests = new HostRequests();
        requests.Stop("SIGTERM");
        requests.Stop("SIGTERM");
        requests.Reader.Count.ShouldBe(1);
        requests.Hurry.IsCancellationRequested.ShouldBeFalse();

        await Eventually.Until(() =>
        {
            requests.Stop("SIGTERM");
            return requests.Hurry.IsCancellationRequested;
        }, "a later request to hurry");
    }
}
