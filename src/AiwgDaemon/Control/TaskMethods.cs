using System.Text.Json;
using AiwgDaemon.Agents;

namespace AiwgDaemon.Control;

/// <summary>The methods about tasks of agents, in the shapes of the later Node.js daemon; what it did not know stands beside.</summary>
internal sealed class TaskMethods(ControlHandlers handlers)
{
    private const int MostListed = 1000;
    private const int MostPriority = 1000;

    public IEnumerable<(string Name, ControlMethod Method)> All =>
        [
            ("task.submit", (p, json, _, token) => SubmitAsync(p, json, p.Text("prompt"), token)),
            ("chat.send", (p, json, _, token) => SubmitAsync(p, json, p.Text("message"), token)),
            ("task.list", (p, json, _, _) => List(p, json)),
            ("task.get", (p, json, _, _) => Get(p, json)),
            ("task.cancel", (p, json, _, _) => Cancel(p, json)),
            ("task.stats", (_, json, _, _) => Stats(json)),
        ];

    /// <summary>Those that run and those that wait, for the status.</summary>
    public static void WriteUnderWay(Utf8JsonWriter json, AgentTasks tasks)
    {
        json.WriteStartObject("tasks"u8);
        foreach (var state in new[] { TaskState.Running, TaskState.Queued })
        {
            json.WriteStartArray(state);
            foreach (var task in tasks.List(state, MostListed)) WriteShort(json, task);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private async ValueTask SubmitAsync(ControlParams parameters, Utf8JsonWriter json, string prompt, CancellationToken token)
    {
        TaskState task;
        try
        {
            var provider = parameters.OptionalText("provider") ?? parameters.OptionalText("agent");
            task = await handlers.Tasks.SubmitAsync(prompt, provider, parameters.Number("priority", 0, MostPriority), token);
        }
        catch (TaskRefusal e)
        {
            throw new ControlException(ControlError.InvalidParams, e.Message);
        }
        json.WriteStartObject();
        json.WriteString("taskId"u8, task.Name);
        json.WriteString("state"u8, task.State);
        json.WriteEndObject();
    }

    private ValueTask List(ControlParams parameters, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var task in handlers.Tasks.List(parameters.OptionalText("state"), parameters.Number("limit", 50, MostListed)))
            WriteShort(json, task, handlers.Tasks.Prompt(task.Task));
        json.WriteEndArray();
        return default;
    }

    private ValueTask Get(ControlParams parameters, Utf8JsonWriter json)
    {
        var name = parameters.Text("taskId");
        var task = handlers.Tasks.Find(name) ?? throw new ControlException(ControlError.NotFound, $"There is no task '{name}'");
        json.WriteStartObject();
        WriteFields(json, task);
        json.WriteString("prompt"u8, handlers.Tasks.Prompt(task.Task));
        if (handlers.Tasks.Result(task) is { } result) json.WriteString("result"u8, result);
        json.WriteEndObject();
        return default;
    }

    private ValueTask Cancel(ControlParams parameters, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("cancelled"u8, handlers.Tasks.Cancel(parameters.Text("taskId")));
        json.WriteEndObject();
        return default;
    }

    private ValueTask Stats(Utf8JsonWriter json)
    {
        var all = handlers.Tasks.List(state: null, int.MaxValue);
        json.WriteStartObject();
        json.WriteNumber("total"u8, all.Count);
        foreach (
            var state in new[] { TaskState.Queued, TaskState.Running, TaskState.Completed, TaskState.Failed, TaskState.Cancelled }
        )
            json.WriteNumber(state, all.Count(task => task.State == state));
        json.WriteEndObject();
        return default;
    }

    private static void WriteShort(Utf8JsonWriter json, TaskState task, string? prompt = null)
    {
        json.WriteStartObject();
        WriteFields(json, task);
        if (prompt is not null) json.WriteString("prompt"u8, prompt);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, TaskState task)
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
        if (task.Error is { } error) json.WriteString("error"u8, error);
        if (task.Run?.Reason is { } reason && !task.HasEnded) json.WriteString("reason"u8, reason);
    }
}
