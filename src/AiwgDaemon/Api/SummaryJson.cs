using System.Text.Json;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Api;

/// <summary>The daemon on half a page: what somebody asks first.</summary>
internal static class SummaryJson
{
    private const int Most = 5;

    public static void Write(ApiCall call)
    {
        var (json, state) = (call.Json, call.Daemon.State());
        json.WriteStartObject();
        json.WriteString("status"u8, call.Daemon.Status);
        json.WriteString("project"u8, call.Daemon.Files.Project);
        if (state.Version.Length > 0) json.WriteString("version"u8, state.Version);
        if (state.Pid > 0) StatusJson.WriteTime(json, "started_at", state.StartedAt);
        call.List("issues", state.Health.Issues, Write);
        json.WriteStartObject("automation"u8);
        json.WriteBoolean("enabled"u8, state.Automation?.Enabled ?? true);
        json.WriteBoolean("paused"u8, state.Automation?.Paused ?? false);
        json.WriteEndObject();
        call.List("running", state.ActiveActions, Write);
        json.WriteNumber("waiting"u8, state.QueuedActions);
        var failed = state.RecentActions.Where(run => run.Status != ActionStatus.Completed).OrderByDescending(run => run.Id);
        call.List("failed", failed.Take(Most), Write);
        call.List("next_fires", state.Monitors.Scheduler.NextFires.OrderBy(fire => fire.Value).Take(Most), Write);
        json.WriteNumber("dead_letters"u8, state.Bus.DeadLetters);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, HealthIssue issue)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, issue.Key);
        json.WriteString("message"u8, issue.Message);
        StatusJson.WriteTime(json, "since", issue.Since);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ActionRecord run)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, run.Id);
        json.WriteString("rule"u8, run.RuleId);
        if (run.Action is not null) json.WriteString("action"u8, run.Action);
        json.WriteString("status"u8, ActionEvents.Word(run.Status));
        StatusJson.WriteTime(json, "at", run.CompletedAt ?? run.StartedAt ?? run.QueuedAt);
        if (run.Error is not null) json.WriteString("error"u8, run.Error);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, KeyValuePair<string, DateTimeOffset> fire)
    {
        json.WriteStartObject();
        json.WriteString("job"u8, fire.Key);
        StatusJson.WriteTime(json, "at", fire.Value);
        json.WriteEndObject();
    }
}
