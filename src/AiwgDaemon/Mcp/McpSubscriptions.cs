using System.Security.Cryptography;
using System.Text;

namespace AiwgDaemon.Mcp;

/// <summary>
/// Tells the client when a resource that it subscribed to has changed. Looks every two seconds as long as there is a subscription, and
/// not at all otherwise.
/// </summary>
internal sealed class McpSubscriptions(McpResources resources, McpOutput output, TimeProvider time, CancellationToken token)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _seen = new(StringComparer.Ordinal);
    private bool _isLooking;

    /// <summary>From now on; an <see cref="McpException"/> if there is no such resource.</summary>
    public async Task AddAsync(string uri)
    {
        var mark = await MarkAsync(uri);
        lock (_gate)
        {
            _seen[uri] = mark;
            if (_isLooking) return;
            _isLooking = true;
        }
        _ = LookAsync();
    }

    public void Remove(string uri)
    {
        lock (_gate) _seen.Remove(uri);
    }

    private async Task LookAsync()
    {
        while (!token.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            KeyValuePair<string, byte[]>[] seen;
            lock (_gate)
            {
                seen = [.. _seen];
                if (seen.Length == 0) _isLooking = false;
            }
            if (seen.Length == 0) return;
            foreach (var (uri, mark) in seen) await LookAsync(uri, mark);
        }
    }

    private async Task LookAsync(string uri, byte[] before)
    {
        byte[] mark;
        try
        {
            mark = await MarkAsync(uri);
        }
        catch (Exception e) when (e is McpException or OperationCanceledException)
        {
            // It is gone, which is a change; if it comes back, that is another one.
            mark = [];
        }
        lock (_gate)
        {
            if (mark.AsSpan().SequenceEqual(before) || !_seen.ContainsKey(uri)) return;
            _seen[uri] = mark;
        }
        if (!token.IsCancellationRequested) output.Notify("notifications/resources/updated", json => json.WriteString("uri"u8, uri));
    }

    private async Task<byte[]> MarkAsync(string uri) =>
        SHA256.HashData(Encoding.UTF8.GetBytes((await resources.ReadAsync(uri, token)).Text));
}
