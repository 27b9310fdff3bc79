using System.Text.Json;
using AiwgDaemon.Agents;

namespace AiwgDaemon.Api.Operations;

/// <summary>What is told of a task: the keys of the later Node.js daemon, and more.</summary>
internal static class TaskJson
{
    public static void WriteFields(Utf8JsonWriter json, TaskState task)
    {
        json.WriteString("id"u8, task.Name);
        json.WriteString("state"u8, task.State);
        json.WriteNumber("priority"u8, task.Task.Priority);
        json.WriteString("agent"u8, task.Task.Provider);
        StatusJson.WriteTime(json, "createdAt", task.Task.CreatedAt);
        if (task.StartedAt is { } started) StatusJson.WriteTime(json, "startedAt", started);
        if (task.HasEnded && task.CompletedAt is { } completed) StatusJson.WriteTime(json, "completedAt", completed);
        if (task.RunId is { } run) json.WriteString("run"u8, run);
        if (task.HasEnded) json.WriteString("outcome"u8, task.Outcome);
        if (task.ExitCode is { } code) json.WriteNumber("exitCode"u8, code);
        if (task.Task.Reason is { } failure && task.HasEnded) json.WriteString("failure"u8, failure);
        if (task.Error is { } error) json.WriteString("error"u8, error);
        if (task.Run?.Reason is { } reason && !task.HasEnded) json.WriteString("reason"u8, reason);
        if (task.Run?.WaitsUntil is { } until && !task.HasEnded) StatusJson.WriteTime(json, "waitsUntil", until);
        WriteAgent(json, task.Task);
    }

    private static void WriteAgent(Utf8JsonWriter json, AgentTask task)
    {
        json.WriteString("permission"u8, task.Permission.ToString().ToLowerInvariant());
        if (task.RuleId is { } rule) json.WriteString("rule"u8, rule);
        if (task.Untrusted is { } source) json.WriteString("untrusted"u8, source);
        if (task.Worktree is { } worktree)
        {
            json.WriteString("worktree"u8, worktree.Path);
            json.WriteString("branch"u8, worktree.Branch);
        }
        if (task.DiffStat is { } stat) json.WriteString("diffStat"u8, stat);
        if (task.LandedAs is { } commit) json.WriteString("landedAs"u8, commit);
        if (task.Attempt > 0) json.WriteNumber("attempt"u8, task.Attempt);
        if (task.Session is { } session) json.WriteString("session"u8, session);
        if (task.CostUsd is { } cost) json.WriteNumber("costUsd"u8, cost);
        if (task.InputTokens == 0 && task.OutputTokens == 0) return;
        json.WriteNumber("inputTokens"u8, task.InputTokens);
        json.WriteNumber("outputTokens"u8, task.OutputTokens);
    }
}
