using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiwgDaemon.Http;

/// <summary>
/// Kestrel alone, without the web host around it (a third of the binary's growth): HTTP/1.1 on some addresses, every client
/// bounded in what it may send and how slowly.
/// </summary>
internal sealed class KestrelHost : IDisposable
{
    private readonly KestrelServer _server;
    private readonly SocketListeners _listeners;
    private readonly MemoryTrim _trim;
    private readonly CertificateRenewal _certificate;
    private readonly Action<ConnectionEnd, IPAddress?> _ended;

    /// <summary>An <see cref="IOException"/> if the certificate cannot be used or an address cannot be one.</summary>
    /// <param name="options">Where it listens.</param>
    /// <param name="letGo">Gives back memory that is kept for the next burst.</param>
    /// <param name="ended">Is told why a connection was ended, and whose it was.</param>
    /// <param name="certificateIssue">Health: why a renewed certificate cannot be used.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="loggers">Of the daemon.</param>
    public KestrelHost(
        HttpOptions options,
        Action letGo,
        Action<ConnectionEnd, IPAddress?> ended,
        Action<string?> certificateIssue,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        var logger = loggers.CreateLogger("webhook");
        _ended = ended;
        _certificate = new CertificateRenewal(options, certificateIssue, time, logger);
        _trim = new MemoryTrim(time, letGo);
        var kestrel = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = new Services(loggers) };
        Bound(kestrel.Limits);
        var addresses = new Dictionary<EndPoint, ListenAddress>();
        foreach (var address in options.Listen)
        {
            var endpoint = address.EndPoint();
            // * and 0.0.0.0 are one.
            if (!addresses.TryAdd(endpoint, address)) continue;
            kestrel.Listen(endpoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(Admitted);
                if (options.TlsCertificate is not null && address.SocketPath is null) listen.Use(Encrypted);
            });
        }
        _listeners = new SocketListeners(addresses, _trim, ended, time, logger);
        _server = new KestrelServer(
            Options.Create(kestrel),
            _listeners,
            new KestrelLoggers(loggers, () => ended(ConnectionEnd.NotHttp, null))
        );
    }

    /// <summary>What is bound, with the ports that the system chose.</summary>
    public IReadOnlyList<ListenAddress> Listen => _listeners.Bound;

    /// <summary>Reads the certificate again, for new connections; an <see cref="IOException"/> if it cannot be used.</summary>
    public void Renew(HttpOptions options) => _certificate.Renew(options);

    /// <summary>An <see cref="IOException"/> with the cure if an address cannot be bound; nothing is left open then.</summary>
    public Task StartAsync(Func<HttpContext, Task> handle, CancellationToken token) => _server.StartAsync(new Application(handle), token);

    /// <summary>Lets requests finish until the token is cancelled, then ends their connections.</summary>
    public Task StopAsync(CancellationToken token) => _server.StopAsync(token);

    public void Dispose()
    {
        _server.Dispose();
        _listeners.Dispose();
        _trim.Dispose();
    }

    private ConnectionDelegate Admitted(ConnectionDelegate next) => async connection =>
    {
        using var place = connection.Features.Get<ConnectionLimit.Place>();
        await next(connection);
        _trim.Touch();
    };

    private ConnectionDelegate Encrypted(ConnectionDelegate next) => connection => TlsTransport.RunAsync(
        connection,
        _certificate.Current!,
        () => _ended(ConnectionEnd.NoHandshake, (connection.RemoteEndPoint as IPEndPoint)?.Address),
        next
    );

    private static void Bound(KestrelServerLimits limits)
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
        // Whoever reads a body says how large it may be.
        limits.MaxRequestBodySize = 1024 * 1024;
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
