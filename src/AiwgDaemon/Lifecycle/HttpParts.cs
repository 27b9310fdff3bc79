using System.Text.Json;
using AiwgDaemon.Agents;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Http;
using AiwgDaemon.Runs;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The HTTP server with all that answers on it: the webhook, and /health and /metrics from the state document. An
/// <see cref="IOException"/> of a start or reload says what is in the way, and leaves what was there.
/// </summary>
internal sealed class HttpParts : IAsyncDisposable
{
    private readonly string _project;
    private readonly Func<DaemonState> _state;
    private readonly EndWaiters _ends;
    private readonly TimeProvider _time;
    private readonly WebhookSource _webhook;
    private readonly HttpServer _server;

    /// <param name="project">The project's directory.</param>
    /// <param name="bus">Carries the events.</param>
    /// <param name="recent">Webhook events of an earlier run.</param>
    /// <param name="ends">Tells how a run ended.</param>
    /// <param name="state">The state document as it is now.</param>
    /// <param name="report">Health.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="loggers">Of the daemon.</param>
    public HttpParts(
        string project,
        EventBus bus,
        Func<IEnumerable<DaemonEvent>> recent,
        EndWaiters ends,
        Func<DaemonState> state,
        IssueReport report,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        (_project, _state, _ends, _time) = (project, state, ends, time);
        _webhook = new WebhookSource(bus, recent, OutputAsync, time, loggers);
        _server = new HttpServer(_webhook.Trim, message => report(IssueKeys.Certificate, message), time, loggers);
    }

    public WebhookState Status
    {
        get
        {
            var listen = _server.Listen;
            return !_server.IsListening
                ? new WebhookState { Enabled = false }
                : new WebhookState
                {
                    Enabled = true,
                    Host = listen[0].Host,
                    Port = listen[0].Port,
                    Listen = listen.Count > 1 ? [.. listen.Select(l => l.ToString())] : null,
                    RequestsReceived = _webhook.Received,
                    Rejected = Rejected,
                };
        }
    }

    private long Rejected => _server.Refused.Sum(c => c.Count);

    public Task StartAsync(DaemonConfiguration configuration) => _server.StartAsync(Site(configuration), CancellationToken.None);

    public Task ReloadAsync(DaemonConfiguration configuration) => _server.ReloadAsync(Site(configuration), CancellationToken.None);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private HttpSite Site(DaemonConfiguration configuration)
    {
        var options = configuration.Http.Below(_project);
        if (!options.Enabled) return HttpSite.Empty with { Options = options };
        return new HttpSite(
            options,
            [_webhook.Routes(configuration.Webhook, options.IsLocal), OperatorRoutes.Create(options, Health, Metrics)]
        );
    }

    /// <summary>What the event's run printed, without the daemon's own lines around it.</summary>
    private async Task<RunOutput?> OutputAsync(Guid eventId, TimeSpan bound, CancellationToken token)
    {
        if (await _ends.FirstAsync(eventId, bound, _time, token) is not { } run) return null;
        var text = run.OutputPath is { } path ? TaskResult.Read(Path.Combine(_project, path)) : null;
        return new RunOutput(run.Id, ActionEvents.Word(run.Status), text ?? "");
    }

    /// <summary>Usable means healthy or degraded, as for the exit code of <c>status</c>.</summary>
    private HealthReport Health()
    {
        var health = _state().Health;
        return new(
            health.Status != HealthWords.Unhealthy,
            JsonSerializer.SerializeToUtf8Bytes(health, StateJsonContext.Default.HealthState)
        );
    }

    private void Metrics(TextWriter text)
    {
        var to = new PrometheusText(text);
        Lifecycle.Metrics.Write(to, _state(), isUp: true);
        to.Gauge("resident_memory_bytes", "Memory of the daemon.", Environment.WorkingSet);
        to.Counter("webhook_requests_total", "Webhook requests received.", _webhook.Received);
        to.Counter("webhook_rejected_total", "Webhook requests refused.", Rejected);
        to.Head("webhook_refused_total", "counter", "Webhook requests refused, by reason.");
        foreach (var (reason, count) in _server.Refused) to.Sample("webhook_refused_total", count, ("reason", reason));
        to.Head("http_connections_ended_total", "counter", "Connections ended without an answer, by reason.");
        foreach (var (reason, count) in _server.Ended) to.Sample("http_connections_ended_total", count, ("reason", reason));
    }
}
