using AiwgDaemon.Rules;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// What a state document says as metrics, for /metrics and for <c>status --prometheus</c>. Base units, <c>_total</c> for counters. As many
/// series as there are rules, actions and jobs, within bounds.
/// </summary>
internal static class Metrics
{
    private const int MostJobs = 1000;

    /// <param name="to">Where to.</param>
    /// <param name="s">The state; of a daemon that has ended its last one.</param>
    /// <param name="isUp">A daemon runs.</param>
    public static void Write(PrometheusText to, DaemonState s, bool isUp)
    {
        WriteUp(to, isUp);
        to.Gauge("info", "Version of the daemon.", 1, ("version", s.Version));
        to.Gauge("start_time_seconds", "When the daemon started, seconds since 1970.", s.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        to.Gauge(
            "last_heartbeat_timestamp_seconds",
            "When the daemon last wrote its state, seconds since 1970.",
            s.LastHeartbeat.ToUnixTimeMilliseconds() / 1000.0
        );
        to.Gauge("uptime_seconds", "Seconds since the start.", isUp ? s.UptimeSeconds : 0);
        to.Gauge(
            "healthy",
            "1 healthy, 0.5 degraded, 0 unhealthy or stopped.",
            isUp
                ? s.Health.Status switch
                {
                    HealthWords.Healthy => 1,
                    HealthWords.Degraded => 0.5,
                    _ => 0,
                }
                : 0
        );
        to.Gauge("health_issues", "Issues that health has now.", s.Health.Issues.Count);
        to.Counter("events_published_total", "Events that the bus accepted.", s.Bus.Published);
        to.Counter("events_delivered_total", "Deliveries to subscribers that succeeded.", s.Bus.Delivered);
        to.Counter("deliveries_retried_total", "Deliveries that were tried again.", s.Bus.Retried);
        to.Counter("dead_letters_total", "Deliveries that were given up.", s.Bus.DeadLetters);
        to.Gauge("bus_queue_length", "Events that wait in the bus.", isUp ? s.Bus.QueueLength : 0);
        to.Gauge("bus_queue_capacity", "Events that the bus can hold.", s.Bus.QueueCapacity);
        to.Gauge("actions_running", "Actions that run now.", isUp ? s.ActiveActions.Count : 0);
        to.Gauge("actions_queued", "Runs that are decided on and have not started.", s.QueuedActions);
        to.Gauge("automation_paused", "1 if no run starts, because somebody paused automation.", s.Automation is { Paused: true } ? 1 : 0);
        Runs(to, s.Runs ?? new RunsState());
        to.Counter("watch_events_total", "Changes of files that were reported.", s.Monitors.FileWatcher.EventsReceived);
        to.Gauge("watches", "Directories that are watched.", isUp ? s.Monitors.FileWatcher.Watches : 0);
        to.Counter("watch_overflows_total", "Overflows of the watch queue.", s.Monitors.FileWatcher.Overflows);
        to.Gauge("schedule_jobs", "Jobs of the schedule.", s.Monitors.Scheduler.Jobs);
        Jobs(to, s);
    }

    /// <summary>All that is known if no daemon has left a state.</summary>
    public static void WriteUp(PrometheusText to, bool isUp) => to.Gauge("up", "1 if the daemon runs.", isUp ? 1 : 0);

    private static void Runs(PrometheusText to, RunsState runs)
    {
        to.Head("runs_waiting", "gauge", "Runs that have not started, by what they wait for.");
        foreach (var (reason, count) in runs.Waiting.OrderBy(r => r.Key, StringComparer.Ordinal))
            to.Sample("runs_waiting", count, ("reason", reason));
        to.Head("runs_total", "counter", "Runs that have ended, by outcome.");
        foreach (var total in runs.Totals)
            foreach (var (outcome, count) in total.Outcomes.OrderBy(o => o.Key, StringComparer.Ordinal))
                to.Sample("runs_total", count, ("rule", total.Rule), ("action", total.Action), ("outcome", outcome));
        to.Head("run_duration_seconds", "histogram", "How long runs took that were started.");
        foreach (var total in runs.Totals.Where(t => t.Buckets.Count == RunTotals.Bounds.Length + 1)) Histogram(to, total);
    }

    private static void Histogram(PrometheusText to, RunTotalState total)
    {
        var count = 0L;
        for (var i = 0; i < total.Buckets.Count; i++)
        {
            count += total.Buckets[i];
            var bound = i < RunTotals.Bounds.Length ? RunTotals.Bounds[i] : double.PositiveInfinity;
            to.Sample(
                "run_duration_seconds_bucket",
                count,
                ("rule", total.Rule),
                ("action", total.Action),
                ("le", PrometheusText.Number(bound))
            );
        }
        to.Sample("run_duration_seconds_sum", total.Seconds, ("rule", total.Rule), ("action", total.Action));
        to.Sample("run_duration_seconds_count", count, ("rule", total.Rule), ("action", total.Action));
    }

    private static void Jobs(PrometheusText to, DaemonState s)
    {
        to.Head("job_last_success_timestamp_seconds", "gauge", "When a run of the job last succeeded, seconds since 1970.");
        var successes = (s.Runs?.Totals ?? [])
            .Where(t => t.LastSuccess is not null && t.Rule.StartsWith(Rule.OfJob, StringComparison.Ordinal))
            .GroupBy(t => t.Rule, t => t.LastSuccess!.Value, StringComparer.Ordinal);
        foreach (var job in successes)
            to.Sample(
                "job_last_success_timestamp_seconds",
                job.Max().ToUnixTimeMilliseconds() / 1000.0,
                ("job", job.Key[Rule.OfJob.Length..])
            );
        Fires("job_last_fire_timestamp_seconds", "When the job last fired, seconds since 1970.", s.Monitors.Scheduler.LastFires);
        Fires("job_next_fire_timestamp_seconds", "When the job fires next, seconds since 1970.", s.Monitors.Scheduler.NextFires);

        void Fires(string name, string help, IReadOnlyDictionary<string, DateTimeOffset> fires)
        {
            to.Head(name, "gauge", help);
            foreach (var (job, at) in fires.OrderBy(f => f.Key, StringComparer.Ordinal).Take(MostJobs))
                to.Sample(name, at.ToUnixTimeMilliseconds() / 1000.0, ("job", job));
        }
    }
}
