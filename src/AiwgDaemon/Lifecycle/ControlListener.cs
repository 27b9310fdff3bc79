using AiwgDaemon.Api;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Keeps the control socket open for the daemon's life: if it cannot be opened, or somebody removes it, health says so
/// and the next beat tries again. A project on a filesystem without sockets still gets everything else.
/// </summary>
internal sealed class ControlListener(string path, IDaemon daemon, TimeProvider time, IssueReport report, ILogger logger)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ControlServer? _server;
    private volatile bool _disposed;

    public void Start()
    {
        try
        {
            _server = ControlServer.Start(path, daemon, time, report, logger);
            report(IssueKeys.Control, null);
        }
        catch (IOException e)
        {
            report(IssueKeys.Control, e.Message);
        }
    }

    /// <summary>Opens it anew if it is gone. Returns at once: ending the old one takes its time.</summary>
    public void Restore()
    {
        if (_server?.IsIntact == true || !_gate.Wait(0)) return;
        _ = Task.Run(async () =>
        {
            try
            {
                if (_disposed || _server?.IsIntact == true) return;
                if (_server is not null) await _server.DisposeAsync();
                _server = null;
                Start();
            }
            finally
            {
                _gate.Release();
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        // Not given back: nothing is mended from here on.
        await _gate.WaitAsync();
        if (_server is not null) await _server.DisposeAsync();
    }
}
