using System.Net;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Support;

/// <summary>A webhook on a server of its own, with what a test does not care about left out.</summary>
internal sealed class TestWebhook : IAsyncDisposable
{
    private readonly WebhookSource _source;
    private readonly HttpServer _server;
    private readonly TestWebhookOptions _options;
    private readonly Func<HealthReport> _health;

    private TestWebhook(TestWebhookOptions options, WebhookSource source, HttpServer server, Func<HealthReport> health) =>
        (_options, _source, _server, _health) = (options, source, server, health);

    public int Port => _server.Listen[0].Port;

    public IReadOnlyList<ListenAddress> Listen => _server.Listen;

    public long Received => _source.Received;

    public IReadOnlyList<(string Reason, long Count)> Refused => _server.Refused;

    public IReadOnlyList<(string Reason, long Count)> Ended => _server.Ended;

    /// <summary>What health was told of the certificate last.</summary>
    public string? CertificateIssue { get; private set; }

    public static TestWebhook Create(
        TestWebhookOptions options,
        EventBus bus,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null,
        Func<IEnumerable<DaemonEvent>>? recent = null,
        OutputOf? outputOf = null,
        Func<HealthReport>? health = null
    )
    {
        TestWebhook? webhook = null;
        var source = new WebhookSource(
            bus,
            recent ?? (() => []),
            outputOf ?? ((_, _, _) => Task.FromResult<RunOutput?>(null)),
            time ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance
        );
        var server = new HttpServer(
            source.Trim,
            message => webhook!.CertificateIssue = message,
            time ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance
        );
        return webhook = new(options, source, server, health ?? (() => new HealthReport(true, "{}"u8.ToArray())));
    }

    public Task StartAsync() => _server.StartAsync(Site(_options), CancellationToken.None);

    public Task ReloadAsync(TestWebhookOptions options) => _server.ReloadAsync(Site(options), CancellationToken.None);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private HttpSite Site(TestWebhookOptions options)
    {
        var http = options.Http();
        return new HttpSite(
            http,
            [
                _source.Routes(
                    new WebhookOptions
                    {
                        Enabled = true,
                        SecretEnv = options.SecretEnv,
                        MaxBodyKb = options.MaxBodyKb,
                        Endpoints = options.Endpoints,
                    },
                    http.IsLocal
                ),
                OperatorRoutes.Create(http, _health, text => text.Write("# metrics\n")),
            ]
        );
    }
}

/// <summary>What a test says of a webhook and its server; a free port of loopback if it says nothing.</summary>
internal sealed record TestWebhookOptions
{
    public IReadOnlyList<ListenAddress> Listen { get; init; } = [new("127.0.0.1", 0)];

    public IReadOnlyList<string> SecretEnv { get; init; } = [];

    public int MaxBodyKb { get; init; } = 1024;

    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    public int RateLimitPerMinute { get; init; } = 600;

    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    public bool PublicHealth { get; init; }

    public string? HealthTokenEnv { get; init; }

    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    public IReadOnlyList<WebhookEndpoint> Endpoints { get; init; } = [];

    public static TrustedProxies Trust(params IPNetwork[] networks) => new(networks, Unix: false);

    public HttpOptions Http() => new()
    {
        Enabled = true,
        Listen = Listen,
        AllowedHosts = AllowedHosts,
        RateLimitPerMinute = RateLimitPerMinute,
        TrustedProxies = TrustedProxies,
        PublicHealth = PublicHealth,
        HealthTokenEnv = HealthTokenEnv,
        TlsCertificate = TlsCertificate,
        TlsKey = TlsKey,
    };
}
