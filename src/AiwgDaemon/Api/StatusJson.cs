using System.Globalization;
using System.Text.Json;
using AiwgDaemon.Api.Operations;
using AiwgDaemon.State;

namespace AiwgDaemon.Api;

/// <summary>Status documents in the shape of the Node.js daemon's, so that its clients understand them; what it did not know stands
/// beside.</summary>
internal static class StatusJson
{
    public static void Write(ApiCall call)
    {
        var (daemon, json) = (call.Daemon, call.Json);
        var state = daemon.State();
        json.WriteStartObject();
        json.WriteNumber("pid"u8, state.Pid);
        json.WriteNumber("uptime_seconds"u8, Math.Floor(state.UptimeSeconds));
        WriteTime(json, "started_at", state.StartedAt);
        json.WriteString("health"u8, state.Health.Status);
        json.WriteStartObject("subsystems"u8);
        json.WriteStartObject("ipc"u8);
        json.WriteNumber("clients"u8, call.Session.Clients);
        json.WriteEndObject();
        json.WriteStartObject("supervisor"u8);
        json.WriteNumber("running"u8, state.ActiveActions.Count);
        json.WriteNumber("queued"u8, state.QueuedActions);
        json.WriteNumber("maxConcurrency"u8, daemon.MaxParallelActions);
        TaskOperations.WriteUnderWay(json, daemon.Tasks);
        json.WriteEndObject();
        json.WritePropertyName("automation"u8);
        WriteAutomation(call);
        json.WriteStartObject("file_watcher"u8);
        json.WriteBoolean("enabled"u8, state.Monitors.FileWatcher.Enabled);
        json.WriteNumber("events_received"u8, state.Monitors.FileWatcher.EventsReceived);
        json.WriteEndObject();
        json.WriteStartObject("scheduler"u8);
        json.WriteBoolean("enabled"u8, state.Monitors.Scheduler.Enabled);
        json.WriteNumber("jobs"u8, state.Monitors.Scheduler.Jobs);
        json.WriteEndObject();
        json.WriteStartObject("messaging"u8);
        json.WriteBoolean("enabled"u8, false);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WritePropertyName("state"u8);
        JsonSerializer.Serialize(json, state, StateJsonContext.Default.DaemonState);
        json.WriteEndObject();
    }

    public static void WriteAutomation(ApiCall call)
    {
        var (daemon, json) = (call.Daemon, call.Json);
        var rules = daemon.Rules();
        json.WriteStartObject();
        json.WriteBoolean("enabled"u8, daemon.AutomationEnabled);
        if (daemon.State().Automation is { Paused: true } automation)
        {
            json.WriteBoolean("paused"u8, true);
            if (automation.PausedUntil is { } until) WriteTime(json, "paused_until", until);
        }
        json.WriteNumber("ruleCount"u8, rules.Count);
        json.WriteStartArray("rules"u8);
        foreach (var rule in rules) Write(json, rule);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, RuleTrial trial)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, trial.Id);
        json.WriteBoolean("matches"u8, trial.Matches);
        if (trial.WouldRun is not null) json.WriteString("would_run"u8, trial.WouldRun);
        if (trial.Reason is not null) json.WriteString("reason"u8, trial.Reason);
        json.WriteEndObject();
    }

    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset time)
    {
        Span<char> text = stackalloc char[24];
        time.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    private static void Write(Utf8JsonWriter json, RuleView rule)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, rule.Id);
        json.WriteBoolean("enabled"u8, rule.Enabled);
        json.WriteString("action"u8, rule.Action);
        json.WriteNumber("matches"u8, rule.Matches);
        json.WriteNumber("runs"u8, rule.Runs);
        if (rule.LastRun is { } last) WriteTime(json, "last_run", last);
        if (rule.Suspended is not null) json.WriteString("suspended"u8, rule.Suspended);
        if (rule.Facts.IsDisabled) json.WriteBoolean("disabled"u8, true);
        if (rule.Facts.IsHeld) json.WriteBoolean("held"u8, true);
        if (rule.Facts.Cooldown > TimeSpan.Zero) json.WriteNumber("cooldown_seconds"u8, Math.Ceiling(rule.Facts.Cooldown.TotalSeconds));
        if (rule.Facts.Run is { } run) json.WriteString("run"u8, run);
        if (rule.Facts.Waiting > 0) json.WriteNumber("waiting"u8, rule.Facts.Waiting);
        json.WriteEndObject();
    }
}
