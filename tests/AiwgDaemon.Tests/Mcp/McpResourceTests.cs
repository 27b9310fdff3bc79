using AiwgDaemon.Tests.Lifecycle;
using AiwgDaemon.Tests.Support;
using ModelContextProtocol.Protocol;

namespace AiwgDaemon.Tests.Mcp;

/// <summary>Resources beside a running daemon, read by the client of the official SDK, in both versions of the protocol.</summary>
public sealed class McpResourceTests : IAsyncLifetime
{
    private readonly DaemonInProcess _daemon = new();

    public async ValueTask InitializeAsync()
    {
        _daemon.Make("""
            watch: { enabled: false }
            agents: { default: local, providers: { local: { type: command, argv: [sh, -c, "echo done"] } } }
            actions: { greet: { type: shell, command: "echo hello" } }
            """);
        await _daemon.StartAsync();
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task Each_resource_is_listed_page_by_page_and_can_be_read(string version)
    {
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths, version: version);
        mcp.Client.NegotiatedProtocolVersion.ShouldBe(version);
        for (var i = 0; i < 60; i++)
            await mcp.Client.CallToolAsync("action_run", new Dictionary<string, object?> { ["name"] = "greet" });
        await mcp.Client.CallToolAsync("task_submit", new Dictionary<string, object?> { ["prompt"] = "x" });
        await Eventually.Until(() => _daemon.Parts.Runs.Listing.Recent.Count >= 50, "the runs to end");
        await Eventually.Until(() => _daemon.Parts.Tasks.List("completed", 1).Count == 1, "the task to complete");

        var resources = await mcp.Client.ListResourcesAsync();
        resources.Count.ShouldBeGreaterThan(50, "more than a page");
        resources.Select(r => r.Uri).ShouldBeUnique();
        foreach (var resource in resources)
        {
            var text = (await mcp.Client.ReadResourceAsync(resource.Uri)).Contents.ShouldHaveSingleItem();
            text.ShouldBeOfType<TextResourceContents>().Text.ShouldNotBeEmpty(resource.Uri);
        }
        (await mcp.Client.ListResourceTemplatesAsync()).Select(t => t.UriTemplate).ShouldBe(["aiwg://tasks/{id}", "aiwg://runs/{id}/log"]);
        var completion = await mcp.Client.CompleteAsync(new ResourceTemplateReference { Uri = "aiwg://tasks/{id}" }, "id", "task-");
        completion.Completion.Values.ShouldBe(["task-0001"]);
    }

    [Fact]
    public async Task A_change_of_a_resource_is_told_to_who_subscribed_to_it()
    {
        await using var mcp = await McpInProcess.StartAsync(_daemon.Paths);
        var told = new TaskCompletionSource<string>();
        await using var subscription = await mcp.Client.SubscribeToResourceAsync(
            "aiwg://status",
            (update, _) =>
            {
                told.TrySetResult(update.Uri);
                return default;
            }
        );
        _daemon.Parts.Switch.Pause(null);
        (await told.Task.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken)).ShouldBe("aiwg://status");
    }
}
