using System.Globalization;
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
        return new(health.Status != HealthWords.Unhealthy, JsonSerializer.SerializeToUtf8Bytes(health, StateJsonContext.Default.HealthState));
    }

    /// <summary>Prometheus text: base units, <c>_total</c> for counters, one HELP and TYPE a metric.</summary>
    public void Metrics(TextWriter text)
    {
        var s = state();
        Write(text, "info", "gauge", "Version of the running daemon.", 1, $"version=\"{s.Version}\"");
        Write(text, "start_time_seconds", "gauge", "When the daemon started, seconds since 1970.", s.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        Write(text, "uptime_seconds", "gauge", "Seconds since the start.", s.UptimeSeconds);
        Write(text, "healthy", "gauge", "1 healthy, 0.5 degraded, 0 unhealthy.", s.Health.Status switch { HealthWords.Healthy => 1, HealthWords.Degraded => 0.5, _ => 0 });
        Write(text, "health_issues", "gauge", "Issues that health has now.", s.Health.Issues.Count);
        Write(text, "events_published_total", "counter", "Events that the bus accepted.", s.Bus.Published);
        Write(text, "events_delivered_total", "counter", "Deliveries to subscribers that succeeded.", s.Bus.Delivered);
        Write(text, "deliveries_retried_total", "counter", "Deliveries that were tried again.", s.Bus.Retried);
        Write(text, "dead_letters_total", "counter", "Deliveries that were given up.", s.Bus.DeadLetters);
        Write(text, "bus_queue_length", "gauge", "Events that wait in the bus.", s.Bus.QueueLength);
        Write(text, "bus_queue_capacity", "gauge", "Events that the bus can hold.", s.Bus.QueueCapacity);
        Write(text, "actions_running", "gauge", "Actions that run now.", s.ActiveActions.Count);
        Write(text, "actions_queued", "gauge", "Actions that wait for a slot.", s.QueuedActions);
        Write(text, "watch_events_total", "counter", "Changes of files that were reported.", s.Monitors.FileWatcher.EventsReceived);
        Write(text, "watches", "gauge", "Directories that are watched.", s.Monitors.FileWatcher.Watches);
        Write(text, "watch_overflows_total", "counter", "Overflows of the watch queue.", s.Monitors.FileWatcher.Overflows);
        Write(text, "schedule_jobs", "gauge", "Jobs of the schedule.", s.Monitors.Scheduler.Jobs);
        Write(text, "resident_memory_bytes", "gauge", "Memory of the daemon.", Environment.WorkingSet);
    }

    private static void Write(TextWriter text, string name, string type, string help, double value, string labels = "")
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"# HELP aiwg_daemon_{name} {help}\n# TYPE aiwg_daemon_{name} {type}\naiwg_daemon_{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {value}\n");
        text.Write(line);
    }
}
