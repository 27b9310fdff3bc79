using System.Collections.Concurrent;
using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Http;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static AiwgDaemon.Tests.Actions.ExecutorFixture;

namespace AiwgDaemon.Tests.Actions;

public sealed class JobPingTests
{
    private static int _variables;

    [Fact]
    public async Task A_run_is_told_at_its_start_and_its_end_in_this_order()
    {
        await using var server = new HttpStandIn(HttpStandIn.Ok);
        await using var fixture = new ExecutorFixture();
        var variable = Variable($"http://127.0.0.1:{server.Port}/check/?key=x");
        await fixture.Run(Shell("echo fine") with { PingUrlEnv = variable });
        await Eventually.Until(() => server.Requests.Count == 2, "both are told");
        await fixture.Run(Shell("echo the cause; exit 3") with { PingUrlEnv = variable });
        await Eventually.Until(() => server.Requests.Count == 4, "both are told");
        var requests = server.Requests.ToArray();
        requests
            .Select(r => r[..r.IndexOf(" HTTP", StringComparison.Ordinal)])
            .ShouldBe(["POST /check/start?key=x", "POST /check/?key=x", "POST /check/start?key=x", "POST /check/fail?key=x"]);
        requests[1].ShouldEndWith("\r\n\r\n");
        requests[3].ShouldContain("\nthe cause\n# failed, exit code 3");
    }

    [Fact]
    public async Task What_cannot_be_started_is_told_as_a_failure_with_the_reason()
    {
        await using var server = new HttpStandIn(HttpStandIn.Ok);
        await using var fixture = new ExecutorFixture();
        await fixture.Run(Exec("no-such-program") with { PingUrlEnv = Variable($"http://127.0.0.1:{server.Port}/c") });
        await Eventually.Until(() => server.Requests.Count == 2, "both are told");
        server.Requests.Last().ShouldStartWith("POST /c/fail ");
        server.Requests.Last().ShouldContain("no-such-program cannot be run");
    }

    [Fact]
    public async Task A_watcher_that_does_not_answer_holds_up_no_run()
    {
        await using var server = new HttpStandIn(_ => "");
        await using var fixture = new ExecutorFixture();
        var action = Shell("true") with { PingUrlEnv = Variable($"http://127.0.0.1:{server.Port}/c") };
        for (var i = 0; i < 3; i++) await fixture.Run(action).WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_cannot_be_delivered_is_an_issue_until_it_can_and_shows_no_URL()
    {
        var status = 500;
        await using var server = new HttpStandIn(_ => $"HTTP/1.1 {status} Words");
        var issues = new ConcurrentQueue<string?>();
        var variable = Variable($"http://127.0.0.1:{server.Port}/hidden");
        var request = new ActionRequest
        {
            Id = ActionId.New(DateTimeOffset.UtcNow),
            RuleId = "job:nightly",
            Action = Shell("true") with { PingUrlEnv = variable },
            Events = [Event()],
            QueuedAt = DateTimeOffset.UtcNow,
        };
        var ping = JobPing.Begin(
            request,
            (key, message, _) => issues.Enqueue($"{key} {message}"),
            TimeProvider.System,
            NullLogger.Instance
        )!;
        await Eventually.Until(() => issues.Count == 1, "the start has failed");
        status = 200;
        await ping.EndAsync(ActionOutcome.Failure("x"), null);
        issues.ShouldBe([
            $"ping.job:nightly Nobody was told of a run of job:nightly: the receiver at ${variable} answered HTTP 500; its watcher will "
                + "miss it",
            "ping.job:nightly ",
        ]);
    }

    private static string Variable(string value)
    {
        var name = $"AIWG_TEST_PING_{Interlocked.Increment(ref _variables)}";
        Environment.SetEnvironmentVariable(name, value);
        return name;
    }
}
