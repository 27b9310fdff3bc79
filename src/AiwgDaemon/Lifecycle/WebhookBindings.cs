using System.Text.Json;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>What /health and /metrics tell of the daemon, made from its state document at each request.</summary>
internal sealed class WebhookBindings(Func<DaemonState> state)
{
    /// <summary>Usable means healthy or degraded, as for the exit code of <c>status</c>.</summary>
    public WebhookHealth Health()
    {
        var health = state().Health;
        return new(
            health.Status != HealthWords.Unhealthy,
            JsonSerializer.SerializeToUtf8Bytes(health, StateJsonContext.Default.HealthState)
        );
    }

    /// <summary>Prometheus text; the webhook adds its own.</summary>
    public void Metrics(TextWriter text)
    {
        var to = new PrometheusText(text);
        Lifecycle.Metrics.Write(to, state(), isUp: true);
        to.Gauge("resident_memory_bytes", "Memory of the daemon.", Environment.WorkingSet);
    }
}
