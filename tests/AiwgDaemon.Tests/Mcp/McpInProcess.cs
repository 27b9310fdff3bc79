using System.IO.Pipelines;
using AiwgDaemon.Api;
using AiwgDaemon.Cli;
using AiwgDaemon.Lifecycle;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiwgDaemon.Tests.Mcp;

/// <summary>The server of a project on two pipes, and the official SDK's client on their other ends.</summary>
internal sealed class McpInProcess : IAsyncDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly Task _server;

    private McpInProcess(ProjectPaths paths, Access allowed) =>
        _server = Task.Factory.StartNew(
            () => McpCommand.Serve(paths, allowed, _toServer.Reader.AsStream(), _toClient.Writer.AsStream()),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    public McpClient Client { get; private set; } = null!;

    public static async Task<McpInProcess> StartAsync(ProjectPaths paths, Access allowed = Access.Control, string? version = null)
    {
        var mcp = new McpInProcess(paths, allowed);
        mcp.Client = await McpClient.CreateAsync(
            new StreamClientTransport(mcp._toServer.Writer.AsStream(), mcp._toClient.Reader.AsStream()),
            new McpClientOptions { ProtocolVersion = version },
            cancellationToken: TestContext.Current.CancellationToken
        );
        return mcp;
    }

    /// <summary>The server ends with its client.</summary>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _toServer.Writer.CompleteAsync();
        await _server.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
