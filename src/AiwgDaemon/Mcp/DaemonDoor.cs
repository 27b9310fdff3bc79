using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Control;

namespace AiwgDaemon.Mcp;

/// <summary>
/// Calls operations: of the daemon over its socket if it runs, else of what its files remember. What files answer is answered here in
/// any case. Each call has a connection of its own, so that many may be under way.
/// </summary>
/// <param name="socket">The daemon's socket.</param>
/// <param name="files">The operations without a daemon.</param>
/// <param name="log">Is told that no daemon runs.</param>
internal sealed class DaemonDoor(string socket, DaemonApi files, McpLog log)
{
    // Longer than any operation waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(65);

    /// <summary>An <see cref="ApiException"/> says why it is not done.</summary>
    public async Task<JsonElement> CallAsync(Operation operation, JsonElement arguments, CancellationToken token)
    {
        try
        {
            using var daemon = operation.FromFiles ? null : ControlClient.TryConnect(socket);
            if (daemon is null && !operation.FromFiles) log.Say("notice", "No daemon is running; its files answer");
            return daemon is null
                ? await CallFilesAsync(operation, arguments, token)
                : await daemon.CallAsync(operation.Name, json => WriteMembers(json, arguments), Patience, token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw new ApiException(ApiError.Unavailable, e.Message);
        }
    }

    private async Task<JsonElement> CallFilesAsync(Operation operation, JsonElement arguments, CancellationToken token)
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer, McpJson.Format))
        await using (var session = new ApiSession(static (_, _) => Task.CompletedTask, static () => 0))
            await files.InvokeAsync(operation.Name, new Arguments(arguments), json, session, token);
        using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        return document.RootElement.Clone();
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonElement members)
    {
        foreach (var member in members.EnumerateObject()) member.WriteTo(json);
    }
}
