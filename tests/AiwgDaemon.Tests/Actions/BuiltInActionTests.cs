using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Actions;

public sealed class BuiltInActionTests
{
    [Fact]
    public async Task A_notification_posts_the_event_and_never_shows_the_URL()
    {
        await using var fixture = new ExecutorFixture();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var received = Receive(listener, "HTTP/1.1 204 No Content\r\n\r\n");
        var action = Notify("AIWG_TEST_URL_OK", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hidden-token") with
        {
            Command = "build is \"red\"\n",
        };
        var id = fixture.Submit(action);
        var record = await fixture.Finished(id);
        record.Status.ShouldBe(ActionStatus.Completed, record.Error);
        record.Command.ShouldBe("notify $AIWG_TEST_URL_OK");
        var request = await received;
        using var document = JsonDocument.Parse(request[request.IndexOf("\r\n\r\n{", StringComparison.Ordinal)..]);
        document.RootElement.GetProperty("type").GetString().ShouldBe("test");
        foreach (var name in new[] { "text", "content" }) document.RootElement.GetProperty(name).GetString().ShouldBe(action.Command);
        var output = File.ReadAllText(fixture.OutputPath(id));
        output.ShouldContain("HTTP 204");
        output.ShouldNotContain("hidden-token");
    }

    [Fact]
    public async Task A_receiver_that_refuses_or_is_away_fails_the_notification_without_naming_it()
    {
        await using var fixture = new ExecutorFixture();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Receive(listener, "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n");
        (await fixture.Run(Notify("AIWG_TEST_URL_500", $"http://127.0.0.1:{port}/t"))).Error.ShouldBe(
            "the receiver at $AIWG_TEST_URL_500 answered HTTP 500"
        );
        // Another port: the client may keep the first connection for a while.
        using var away = new TcpListener(IPAddress.Loopback, 0);
        away.Start();
        var free = ((IPEndPoint)away.LocalEndpoint).Port;
        away.Stop();
        (await fixture.Run(Notify("AIWG_TEST_URL_AWAY", $"http://127.0.0.1:{free}/t"))).Error.ShouldBe(
            "the receiver at $AIWG_TEST_URL_AWAY could not be reached (ConnectionRefused)"
        );
        (await fixture.Run(Notify("AIWG_TEST_URL_NONE", ""))).Error!.ShouldContain("AIWG_TEST_URL_NONE holds no http or https URL");
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_up_after_half_a_minute()
    {
        var time = new FakeTimeProvider();
        await using var fixture = new ExecutorFixture(time: time);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var id = fixture.Submit(Notify("AIWG_TEST_URL_SLOW", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        using var connection = await listener.AcceptTcpClientAsync();
        time.Advance(TimeSpan.FromSeconds(31));
        (await fixture.Finished(id)).Error.ShouldBe("the receiver at $AIWG_TEST_URL_SLOW did not answer within 30 s");
    }

    [Fact]
    public async Task Without_a_URL_the_message_is_in_log_and_output()
    {
        await using var fixture = new ExecutorFixture();
        var id = fixture.Submit(new ActionDefinition { Name = "n", Type = ActionType.Notify, Command = "build is red" });
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Completed);
        fixture.OutputText(id).ShouldBe("build is red\n");
    }

    [Fact]
    public async Task Doctor_is_the_daemons_own_where_there_is_no_aiwg_and_can_be_cancelled()
    {
        var slow = new TaskCompletionSource();
        await using var fixture = new ExecutorFixture(
            doctor: async (output, token) =>
            {
                await output.WriteLineAsync("all well");
                slow.TrySetResult();
                await Task.Delay(Timeout.Infinite, token);
                return 0;
            }
        );
        var id = fixture.Submit(
            new ActionDefinition
            {
                Name = "doctor",
                Type = ActionType.Doctor,
                Env = new Dictionary<string, string> { ["PATH"] = "/nowhere" },
            }
        );
        await slow.Task.WaitAsync(Eventually.Limit);
        fixture.Runs.ByHand.Cancel(id).ShouldBeTrue();
        (await fixture.Finished(id)).Status.ShouldBe(ActionStatus.Cancelled);
        fixture.OutputText(id).ShouldBe("all well\n");
    }

    private static ActionDefinition Notify(string variable, string url)
    {
        Environment.SetEnvironmentVariable(variable, url);
        return new ActionDefinition { Name = "n", Type = ActionType.Notify, UrlEnv = variable };
    }

    private static async Task<string> Receive(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[4096];
        // The body ends with the event's last brace.
        while (!text.ToString().EndsWith('}'))
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0) break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        return text.ToString();
    }
}
