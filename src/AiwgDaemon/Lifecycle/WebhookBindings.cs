using System.Text.Json;
using AiwgDaemon.Agents;
using AiwgDaemon.Runs;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>What requests are told of the daemon: /health and /metrics from its state document, and the output of a run.</summary>
internal sealed class WebhookBindings(Func<DaemonState> state, EndWaiters ends, string project, TimeProvider time)
{
    /// <summary>What the event's run printed, without the daemon's own lines around it.</summary>
    public async Task<RunOutput?> OutputAsync(Guid eventId, TimeSpan bound, CancellationToken token)
    {
        if (await ends.FirstAsync(eventId, bound, time, token) is not { } run) return null;
        var text = run.OutputPath is { } path ? TaskResult.Read(Path.Combine(project, path)) : null;
        return new RunOutput(run.Id, ActionEvents.Word(run.Status), text ?? "");
    }

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
