using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Publishes what signed HTTP requests bring. Kestrel is loaded only where the section is enabled. An
/// <see cref="IOException"/> where it cannot listen or a secret is missing; its message is for the person who configured it.
/// </summary>
internal sealed class WebhookSource(
    WebhookOptions options,
    EventBus bus,
    Func<IEnumerable<DaemonEvent>> recent,
    OutputOf outputOf,
    Func<WebhookHealth> health,
    Action<TextWriter> metrics,
    TimeProvider time,
    ILoggerFactory loggers
) : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger("webhook");
    private readonly WebhookHandler _handler = new(bus, outputOf, health, metrics, time, loggers.CreateLogger("webhook"));
    private WebhookOptions _options = options;
    private WebhookListener? _server;
    private bool _recalled;

    public WebhookStatus Status =>
        new(_server is not null, _options.Host, _server?.Port ?? _options.Port, _handler.Received, _handler.Rejected);

    public async Task StartAsync(CancellationToken token)
    {
        if (!_options.Enabled) return;
        _handler.Table = WebhookTable.Create(_options);
        await ListenAsync(_options, token);
    }

    /// <summary>Endpoints, secrets and limits change under open connections; only another address binds anew. A renewed certificate is read
    /// again.</summary>
    public async Task ReloadAsync(WebhookOptions options, CancellationToken token)
    {
        if (!options.Enabled)
        {
            await StopAsync();
            _options = options;
            return;
        }
        var table = WebhookTable.Create(options);
        var (before, tableBefore, server) = (_options, _handler.Table, _server);
        // Before anything changes: a certificate that cannot be read refuses the whole configuration.
        if (server is not null && SameBinding(before, options)) server.Renew(options);
        else
        {
            // One port cannot be bound twice: where it stays, the old listener goes first and comes back on failure.
            await StopAsync();
            try
            {
                _handler.Table = table;
                await ListenAsync(options, token);
            }
            catch (IOException)
            {
                _handler.Table = tableBefore;
                if (server is not null) await ListenAsync(before, token);
                throw;
            }
        }
        _handler.Table = table;
        _options = options;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static bool SameBinding(WebhookOptions a, WebhookOptions b) =>
        (a.Host, a.Port, a.TlsCertificate is null) == (b.Host, b.Port, b.TlsCertificate is null);

    private async Task ListenAsync(WebhookOptions options, CancellationToken token)
    {
        if (!_recalled) _handler.Recall(recent());
        _recalled = true;
        var listener = WebhookListener.Create(options, _handler.Trim, time, loggers);
        try
        {
            await listener.StartAsync(_handler.HandleAsync, token);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            listener.Dispose();
            throw new IOException(
                $"The webhook cannot listen on {options.Host}:{options.Port}: {e.Message}; end what uses the port, or write another "
                    + "webhook.port",
                e
            );
        }
        _server = listener;
        WebhookLog.Listening(_logger, options.Host, listener.Port, options.Endpoints.Count);
    }

    private async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is not { } server) return;
        using var limit = new CancellationTokenSource(StopLimit, time);
        await server.StopAsync(limit.Token);
        server.Dispose();
    }
}

/// <summary>For state.json; the port is the one that is bound.</summary>
internal sealed record WebhookStatus(bool Enabled, string Host, int Port, long RequestsReceived, long Rejected);

/// <summary>What /health answers: 200 or 503, and a JSON document.</summary>
internal sealed record WebhookHealth(bool IsUsable, ReadOnlyMemory<byte> Document);
