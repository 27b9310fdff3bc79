using System.Text;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>The screen of <c>status</c>. Pure: report, instant and style in, text out.</summary>
internal static class StatusText
{
    private const int RecentShown = 5, QueuedNextShown = 5;

    public static string Render(StatusReport report, DateTimeOffset now, TextStyle style, bool utc)
    {
        var text = new StringBuilder();
        var state = report.State;
        text.Append(style.Bold(CommandLine.Program)).Append(' ').Append(PaintStatus(report.Status, style));
        text.Append(": ").Append(Headline(report, now, utc)).Append('\n');
        Facts(text, report, now, style, utc);
        if (report.Fault is not null) text.Append('\n').Append(style.Red(ConsoleText.Printable(report.Fault))).Append('\n');
        if (state is null) return text.ToString();
        Issues(text, state.Health.Issues, now, style, utc);
        Sources(text, state, style);
        if (report.Liveness is not (Liveness.Stopped or Liveness.Stopping)) NextFires(text, state.Monitors.Scheduler, now, style, utc);
        Actions(text, state, now, style, utc);
        return text.ToString();
    }

    /// <summary>What counts in one line, without anything that changes by itself.</summary>
    public static string OneLine(StatusReport report)
    {
        if (report.State is not { } state || report.Liveness == Liveness.Stopped)
            return report.Status;
        var issues = string.Concat(
            state.Health.Issues.Select(i => $", {ConsoleText.Printable(i.Key)}: {ConsoleText.Printable(i.Message)}")
        );
        return $"{report.Status} pid {report.Pid}, {ConsoleText.Count(state.Bus.Published, "event")}, {state.ActiveActions.Count} "
            + $"running, {state.QueuedActions} queued, {ConsoleText.Count(state.Bus.DeadLetters, "dead letter")}{issues}";
    }

    private static string Headline(StatusReport report, DateTimeOffset now, bool utc) =>
        report switch
        {
            { Liveness: Liveness.Stopped, State: null, Fault: null } => "no daemon has run here yet; start one with 'aiwg-daemon start'",
            { Liveness: Liveness.Stopped, State: { Running: true } lost } =>
                $"it ended without a farewell; its last heartbeat was {ConsoleText.When(lost.LastHeartbeat, now, utc)}",
            { Liveness: Liveness.Stopped, State: { } last } =>
                $"it ended {ConsoleText.When(last.LastHeartbeat, now, utc)}; start it with 'aiwg-daemon start'",
            { Liveness: Liveness.Stopped } => "no daemon runs here",
            { Liveness: Liveness.Starting } => report.Pid > 0 ? $"pid {report.Pid}, not ready yet" : "not ready yet",
            { Liveness: Liveness.Stopping } => $"pid {report.Pid} lets its actions end; 'aiwg-daemon stop --force' does not wait for them",
            { Liveness: Liveness.Frozen, State: { } frozen } =>
                $"pid {report.Pid} lives, but its last heartbeat was {ConsoleText.When(frozen.LastHeartbeat, now, utc)}; 'aiwg-daemon "
                    + "stop --force', then 'start', replaces it",
            { State: { } running } =>
                $"pid {report.Pid}, "
                    + $"{(utc ? $"since {ConsoleText.Iso(running.StartedAt)}" : $"up {ConsoleText.Duration(now - running.StartedAt)}")}",
            _ => $"pid {report.Pid} lives, but its state cannot be read",
        };

    private static void Facts(StringBuilder text, StatusReport report, DateTimeOffset now, TextStyle style, bool utc)
    {
        text.Append("  project    ").Append(ConsoleText.Printable(report.Project)).Append('\n');
        if (report.State is not { } state)
            return;
        if (state.ConfigPath.Length > 0)
            text.Append("  config     ").Append(ConsoleText.Printable(Relative(state.ConfigPath, report.Project))).Append('\n');
        var restarts = state.RestartCount == 0 ? "" : $", {ConsoleText.Count(state.RestartCount, "restart")}";
        text.Append("  version    ").Append(state.Version).Append(restarts).Append('\n');
        if (report.Liveness == Liveness.Running)
            text.Append("  heartbeat  ")
                .Append(ConsoleText.When(state.LastHeartbeat, now, utc))
                .Append(style.Dim($", every {ConsoleText.Duration(TimeSpan.FromSeconds(state.HeartbeatIntervalSeconds))}"))
                .Append('\n');
    }

    private static void Issues(StringBuilder text, IReadOnlyList<HealthIssue> issues, DateTimeOffset now, TextStyle style, bool utc)
    {
        if (issues.Count == 0) return;
        Title(text, style, "Issues");
        foreach (var issue in issues)
        {
            var key = issue.Severity == "unhealthy" ? style.Red(issue.Key) : style.Yellow(issue.Key);
            text.Append("  ").Append(key).Append(": ").Append(ConsoleText.Printable(issue.Message));
            text.Append(style.Dim(utc ? $" (since {ConsoleText.Iso(issue.Since)})" : $" (for {ConsoleText.Duration(now - issue.Since)})"))
                .Append('\n');
        }
    }

    private static void Sources(StringBuilder text, DaemonState state, TextStyle style)
    {
        Title(text, style, "Sources");
        var table = new TextTable("  ", false, true, false);
        var watcher = state.Monitors.FileWatcher;
        table.Add("watch", Number(watcher.Enabled, watcher.EventsReceived, "event"), watcher.Enabled ? DescribeWatch(watcher) : "off");
        var scheduler = state.Monitors.Scheduler;
        table.Add("schedule", Number(scheduler.Enabled, scheduler.Jobs, "job"), scheduler.Enabled ? "" : "off");
        var webhook = state.Monitors.Webhook;
        table.Add(
            "webhook",
            Number(webhook.Enabled, webhook.RequestsReceived, "request"),
            webhook.Enabled ? DescribeWebhook(webhook) : "off"
        );
        var bus = state.Bus;
        table.Add("bus", ConsoleText.Count(bus.Published, "event"), DescribeBus(bus));
        table.WriteTo(text, style.Width);
        foreach (var root in watcher.Roots.Where(r => r.State != "watching"))
            text.Append("  ").Append(style.Yellow($"{ConsoleText.Printable(root.Path)} is {root.State}")).Append('\n');
    }

    private static void NextFires(StringBuilder text, SchedulerState scheduler, DateTimeOffset now, TextStyle style, bool utc)
    {
        if (scheduler.NextFires.Count == 0) return;
        Title(text, style, "Next");
        var table = new TextTable("  ", false, true, false);
        foreach (var job in scheduler.NextFires.Keys.OrderBy(job => scheduler.NextFires[job]).Take(QueuedNextShown))
        {
            var last = scheduler.LastFires.TryGetValue(job, out var fired) ? $"last {ConsoleText.When(fired, now, utc)}" : "";
            table.Add(ConsoleText.Printable(job), ConsoleText.When(scheduler.NextFires[job], now, utc), last);
        }
        table.WriteTo(text, style.Width);
        if (scheduler.NextFires.Count > QueuedNextShown)
            text.Append(style.Dim($"  and {scheduler.NextFires.Count - QueuedNextShown} more")).Append('\n');
    }

    private static void Actions(StringBuilder text, DaemonState state, DateTimeOffset now, TextStyle style, bool utc)
    {
        if (state.ActiveActions.Count > 0 || state.QueuedActions > 0)
        {
            Title(text, style, $"Running {state.ActiveActions.Count}, queued {state.QueuedActions}{Paused(state, style, utc)}");
            ActionsText.Table(state.ActiveActions, now, style, utc).WriteTo(text, style.Width);
        }
        if (state.RecentActions.Count == 0) return;
        Title(text, style, "Recent actions");
        var recent = state.RecentActions.OrderByDescending(a => a.CompletedAt ?? a.QueuedAt).Take(RecentShown);
        ActionsText.Table(recent, now, style, utc).WriteTo(text, style.Width);
    }

    private static string Paused(DaemonState state, TextStyle style, bool utc) => state.Automation switch
    {
        { Paused: true, PausedUntil: { } until } => $" (paused until {style.Instant(until, utc)})",
        { Paused: true } => " (paused)",
        _ => "",
    };

    private static string DescribeWatch(FileWatcherState watcher)
    {
        var overflows = watcher.Overflows == 0 ? "" : $", {ConsoleText.Count(watcher.Overflows, "overflow")}";
        var paths = watcher.Paths.Count == 0 ? ", no paths" : ": " + ConsoleText.Printable(string.Join(", ", watcher.Paths));
        return $"{watcher.Backend}, {ConsoleText.Count(watcher.Watches, "watch", "watches")}{overflows}{paths}";
    }

    private static string DescribeWebhook(WebhookState webhook)
    {
        var rejected = webhook.Rejected == 0 ? "" : $", {webhook.Rejected:N0} rejected";
        return $"{ConsoleText.Printable(Address(webhook))}{rejected}";
    }

    private static string Address(WebhookState webhook) =>
        webhook.Listen is { Count: > 1 } several ? string.Join(", ", several)
        : webhook.Port is 0 or null ? webhook.Host ?? ""
        : $"{webhook.Host}:{webhook.Port}";

    private static string DescribeBus(BusState bus)
    {
        var words = new List<string>(4) { $"{bus.Delivered:N0} delivered" };
        if (bus.Retried > 0) words.Add($"{bus.Retried:N0} retried");
        if (bus.DeadLetters > 0) words.Add(ConsoleText.Count(bus.DeadLetters, "dead letter"));
        if (bus.QueueLength > 0) words.Add($"queue {bus.QueueLength:N0} of {bus.QueueCapacity:N0}");
        return string.Join(", ", words);
    }

    private static string Number(bool enabled, long count, string unit) => enabled ? ConsoleText.Count(count, unit) : "-";

    public static string PaintStatus(string status, TextStyle style) => status switch
    {
        "healthy" => style.Green(status),
        "unhealthy" => style.Red(status),
        "stopped" => style.Dim(status),
        _ => style.Yellow(status),
    };

    private static void Title(StringBuilder text, TextStyle style, string title) =>
        text.Append('\n').Append(style.Bold(title)).Append('\n');

    private static string Relative(string path, string project) =>
        path.StartsWith(project + "/", StringComparison.Ordinal) ? path[(project.Length + 1)..] : path;
}
