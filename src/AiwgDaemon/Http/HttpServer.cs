using System.Net;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>
/// The daemon's one HTTP server: whoever has something to answer gives it routes. Kestrel is loaded only if it is enabled. An
/// <see cref="IOException"/> if it cannot listen or a certificate cannot be used; its message is for the person who configured it.
/// </summary>
/// <param name="letGo">Gives back memory that is kept for the next burst.</param>
/// <param name="certificateIssue">Health: why a renewed certificate cannot be used.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="loggers">Of the daemon.</param>
internal sealed class HttpServer(Action letGo, Action<string?> certificateIssue, TimeProvider time, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger("webhook");
    private readonly HttpRouter _router = new(time, loggers.CreateLogger("webhook"));
    private readonly RefusalLog _ends = new("connections", time, loggers.CreateLogger("webhook"));
    private KestrelHost? _host;

    public bool IsListening => _host is not null;

    /// <summary>What is bound; empty if nothing is.</summary>
    public IReadOnlyList<ListenAddress> Listen => _host?.Listen ?? [];

    /// <summary>How many requests were refused, by reason.</summary>
    public IReadOnlyList<(string Reason, long Count)> Refused => _router.Refused;

    /// <summary>How many connections were ended without an answer, by reason.</summary>
    public IReadOnlyList<(string Reason, long Count)> Ended => _ends.Counts;

    public async Task StartAsync(HttpSite site, CancellationToken token)
    {
        _router.Site = site;
        if (site.Options.Enabled) await ListenAsync(site.Options, token);
    }

    /// <summary>Routes, secrets and limits change under open connections; only other addresses bind anew. A renewed certificate is read
    /// again.</summary>
    public async Task ReloadAsync(HttpSite site, CancellationToken token)
    {
        var (before, host, options) = (_router.Site, _host, site.Options);
        if (!options.Enabled) await StopAsync();
        // Before anything changes: a certificate that cannot be read refuses the whole configuration.
        else if (host is not null && before.Options.BindsAs(options)) host.Renew(options);
        else
        {
            // One port cannot be bound twice: if it stays, the old listener goes first and comes back on failure.
            await StopAsync();
            try
            {
                _router.Site = site;
                await ListenAsync(options, token);
            }
            catch (IOException)
            {
                _router.Site = before;
                if (host is not null) await ListenAsync(before.Options, token);
                throw;
            }
        }
        _router.Site = site;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ListenAsync(HttpOptions options, CancellationToken token)
    {
        var host = new KestrelHost(options, letGo, NoteEnd, certificateIssue, time, loggers);
        try
        {
            await host.StartAsync(_router.HandleAsync, token);
        }
        catch
        {
            host.Dispose();
            throw;
        }
        _host = host;
        HttpLog.Listening(_logger, string.Join(", ", host.Listen));
    }

    private void NoteEnd(ConnectionEnd end, IPAddress? address)
    {
        if (_ends.Count(end.Reason)) HttpLog.Ended(_logger, end.Words, address?.ToString() ?? "an unknown address");
    }

    private async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is not { } host) return;
        using var limit = new CancellationTokenSource(StopLimit, time);
        await host.StopAsync(limit.Token);
        host.Dispose();
    }
}
