using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Kestrel alone, without the web host around it (a third of the binary's growth): HTTP/1.1 on one address, every client
/// bounded in what it may send and how slowly.
/// </summary>
internal sealed class WebhookListener : IDisposable
{
    private readonly KestrelServer _server;
    private readonly MemoryTrim _trim;
    private volatile SslStreamCertificateContext? _certificate;

    private WebhookListener(WebhookOptions options, Action letGo, TimeProvider time, ILoggerFactory loggers)
    {
        _trim = new MemoryTrim(time, letGo);
        _certificate = WebhookCertificate.Load(options);
        var kestrel = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = new Services(loggers) };
        Bound(kestrel.Limits, options);
        kestrel.Listen(WebhookTable.Address(options.Host), options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(Admitted);
            if (_certificate is not null) listen.Use(next => connection => TlsTransport.RunAsync(connection, _certificate, next));
        });
        _server = new KestrelServer(
            Options.Create(kestrel),
            new SocketListener(_trim, time, loggers.CreateLogger("webhook")),
            new KestrelLoggers(loggers)
        );
    }

    /// <summary>The port that is bound, where the configuration says 0 too.</summary>
    public int Port { get; private set; }

    /// <summary>An <see cref="IOException"/> where the certificate cannot be used.</summary>
    public static WebhookListener Create(WebhookOptions options, Action letGo, TimeProvider time, ILoggerFactory loggers) =>
        new(options, letGo, time, loggers);

    /// <summary>Reads the certificate again, for new connections.</summary>
    public void Renew(WebhookOptions options) => _certificate = WebhookCertificate.Load(options);

    /// <summary>An <see cref="IOException"/> or socket exception where the address cannot be bound; nothing is left open then.</summary>
    public async Task StartAsync(Func<HttpContext, Task> handle, CancellationToken token)
    {
        await _server.StartAsync(new Application(handle), token);
        var address = _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Port = new Uri(address).Port;
    }

    /// <summary>Lets requests finish until the token is cancelled, then ends their connections.</summary>
    public Task StopAsync(CancellationToken token) => _server.StopAsync(token);

    public void Dispose()
    {
        _server.Dispose();
        _trim.Dispose();
    }

    private ConnectionDelegate Admitted(ConnectionDelegate next) => async connection =>
    {
        using var place = connection.Features.Get<ConnectionLimit.Place>();
        await next(connection);
        _trim.Touch();
    };

    private static void Bound(KestrelServerLimits limits, WebhookOptions options)
    {
        // Those that have just lost their place are still there.
        limits.MaxConcurrentConnections = (2 * ConnectionLimit.Speaking) + ConnectionLimit.Aside;
        limits.MaxRequestHeadersTotalSize = 8 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4096;
        limits.MaxRequestBufferSize = 16 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        limits.MaxRequestBodySize = options.MaxBodyKb * 1024L;
    }

    private sealed class Application(Func<HttpContext, Task> handle) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handle(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // Kestrel owns and reuses what the context stands on; an exception it has logged itself.
        }
    }

    // All that Kestrel asks a container for where nothing is configured through one.
    private sealed class Services(ILoggerFactory loggers) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? loggers : null;
    }
}
