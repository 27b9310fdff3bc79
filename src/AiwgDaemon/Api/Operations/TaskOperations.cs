using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Agents;
using AiwgDaemon.Api.Schema;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>Tasks of agents, in the shapes of the later Node.js daemon; what it did not know stands beside.</summary>
internal static class TaskOperations
{
    private const int MostPriority = 1000;
    private const int LongestWait = 50;

    // Between two looks of who waits for a task, which takes minutes.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static IReadOnlyList<Operation> All =>
        [
            new("task.submit", Access.Submit, "Gives a coding agent a task. It is on the disk when the answer comes.",
                call => SubmitAsync(call, call.Arguments.Text("prompt")))
            {
                Parameters = static () => [new("prompt", Text("What the agent is to do."), true), .. Options],
                Result = static () => TaskShapes.Submitted,
            },
            new("chat.send", Access.Submit, "The same as task.submit, with other words.",
                call => SubmitAsync(call, call.Arguments.Text("message"), isChat: true))
            {
                Parameters = static () => [new("message", Text("What the agent is to do."), true), .. Options],
                Result = static () => TaskShapes.Submitted,
            },
            new("task.list", Access.Read, "Lists the tasks, newest first.", List)
            {
                Parameters = static () => [Shapes.Limit, new("state", Text("Only tasks of this state or outcome."))],
                Result = static () => JsonSchema.List(TaskShapes.TaskWithPrompt),
            },
            new("task.get", Access.Read, "Gives one task, with its result once it has ended.", Get)
            {
                Parameters = static () => [TaskId],
                Result = static () => TaskShapes.TaskWithResult,
            },
            new("task.wait", Access.Read, "Gives one task as soon as it has ended, or as it stands after the time.", WaitAsync)
            {
                Parameters = static () => [TaskId, new("seconds", Integer($"At most so long; {LongestWait}, the most, if it is missing."))],
                Result = static () => TaskShapes.TaskWithResult,
            },
            new("task.cancel", Access.Submit, "Ends a task that waits or runs.",
                call => call.Answer("cancelled", call.Daemon.Tasks.Cancel(call.Arguments.Text("taskId"))))
            {
                Parameters = static () => [TaskId],
                Result = static () => Object(("cancelled", Flag("False if it has ended, or there is none."))),
            },
            new("task.release", Access.Control, "Lets a task go on that is held, or that waits for its provider.", Release)
            {
                Parameters = static () => [TaskId],
                Result = static () => Done("released"),
            },
            new("task.approve", Access.Control, "Lets a task start that waits for an approval.",
                call => Decide(call, "approved", call.Daemon.Tasks.Approve))
            {
                Parameters = static () => [TaskId],
                Result = static () => Done("approved"),
            },
            new("task.reject", Access.Control, "Ends a task that waits for an approval.",
                call => Decide(call, "rejected", call.Daemon.Tasks.Reject))
            {
                Parameters = static () => [TaskId],
                Result = static () => Done("rejected"),
            },
            .. WorktreeOperations.All,
            new("task.stats", Access.Read, "Counts the tasks by their state.", Stats)
            {
                Result = static () => Object(("total", Integer("All of them.")))
                    .With([.. TaskShapes.States.Select(state => (state, Integer($"Those that are {state}.")))]),
            },
        ];

    /// <summary>Those that run and those that wait, for the status.</summary>
    public static void WriteUnderWay(Utf8JsonWriter json, AgentTasks tasks)
    {
        json.WriteStartObject("tasks"u8);
        foreach (var state in new[] { TaskState.Running, TaskState.Queued })
        {
            json.WriteStartArray(state);
            foreach (var task in tasks.List(state, ApiCall.MostListed)) WriteShort(json, task);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static Parameter TaskId => new("taskId", Text("The task's name or number."), true);

    private static Parameter[] Options =>
        [
            new("provider", Text("One of agents.providers; agents.default if it is missing.")),
            new("agent", Text("The same, by another word.")),
            new("model", Text("The model, in the provider's words; the provider's own if it is missing.")),
            new("isolation", Choice("Where the agent works: agents.isolation if it is missing.", "worktree", "none")),
            new("startAt", Instant("It begins then or later.")),
            new("after", Text("It begins when these tasks are completed: names or numbers, separated by commas.")),
            new("hold", Flag("It begins when it is released.")),
            new("verify", Text("A line of shell that fails as long as the work is not done.")),
            new("priority", Integer($"The higher, the sooner, up to {MostPriority}; 0 if it is missing.")),
        ];

    private static async ValueTask SubmitAsync(ApiCall call, string prompt, bool isChat = false)
    {
        TaskState task;
        try
        {
            var provider = call.Arguments.OptionalText("provider") ?? call.Arguments.OptionalText("agent");
            var order = new TaskOrder(prompt)
            {
                Provider = provider,
                Model = call.Arguments.OptionalText("model"),
                IsIsolated = call.Arguments.OptionalText("isolation") switch
                {
                    // What is only asked changes nothing, and needs no place to do it.
                    null => isChat ? false : null,
                    "worktree" => true,
                    "none" => false,
                    _ => throw new ApiException(ApiError.InvalidParams, "The parameter 'isolation' must be worktree or none"),
                },
                StartAt = call.Arguments.OptionalInstant("startAt"),
                After = call.Arguments.OptionalText("after") is { } names ? Numbers(names) : null,
                IsHeld = call.Arguments.Flag("hold"),
                Verify = call.Arguments.OptionalText("verify") is { } script ? Shell(script) : null,
                Priority = call.Arguments.Number("priority", 0, MostPriority),
            };
            task = await call.Daemon.Tasks.SubmitAsync(order, call.Token);
        }
        catch (TaskRefusal e)
        {
            throw new ApiException(ApiError.InvalidParams, e.Message);
        }
        call.Json.WriteStartObject();
        call.Json.WriteString("taskId"u8, task.Name);
        call.Json.WriteString("state"u8, task.State);
        call.Json.WriteEndObject();
    }

    private static List<int> Numbers(string names)
    {
        var numbers = new List<int>();
        foreach (var name in names.Split(','))
            numbers.Add(AgentRequest.NumberOf(name.Trim()) ?? throw new ApiException(ApiError.InvalidParams, $"'{name}' names no task"));
        return numbers;
    }

    private static string[] Shell(string script) =>
        OperatingSystem.IsWindows() ? ["cmd", "/d", "/s", "/c", script] : ["/bin/sh", "-c", script];

    private static JsonSchema Done(string word) => Object((word, Flag("True.")));

    private static void Release(ApiCall call)
    {
        if (call.Daemon.Tasks.Find(call.Arguments.Text("taskId")) is not { Run: { WaitsFor: "hold" } held })
        {
            Decide(call, "released", call.Daemon.Tasks.GoOn);
            return;
        }
        call.Daemon.ReleaseAction(held.Id);
        call.Answer("released", true);
    }

    private static void Decide(ApiCall call, string word, Func<string, string?> decide)
    {
        if (decide(call.Arguments.Text("taskId")) is { } obstacle) throw new ApiException(ApiError.InvalidParams, obstacle);
        call.Answer(word, true);
    }

    private static void List(ApiCall call)
    {
        var tasks = call.Daemon.Tasks;
        call.Json.WriteStartArray();
        foreach (var task in tasks.List(call.Arguments.OptionalText("state"), call.Limit))
            WriteShort(call.Json, task, tasks.Prompt(task.Task));
        call.Json.WriteEndArray();
    }

    private static async ValueTask WaitAsync(ApiCall call)
    {
        var end = call.Time.GetUtcNow().AddSeconds(call.Arguments.Number("seconds", LongestWait, LongestWait));
        while (!TaskOf(call).HasEnded && call.Time.GetUtcNow() < end) await Task.Delay(Look, call.Time, call.Token);
        Get(call);
    }

    private static TaskState TaskOf(ApiCall call)
    {
        var name = call.Arguments.Text("taskId");
        return call.Daemon.Tasks.Find(name) ?? throw new ApiException(ApiError.NotFound, $"There is no task '{name}'");
    }

    private static void Get(ApiCall call)
    {
        var (tasks, json, task) = (call.Daemon.Tasks, call.Json, TaskOf(call));
        json.WriteStartObject();
        TaskJson.WriteFields(json, task);
        json.WriteString("prompt"u8, tasks.Prompt(task.Task));
        if (tasks.Result(task) is { } result) json.WriteString("result"u8, result);
        json.WriteEndObject();
    }

    private static void Stats(ApiCall call)
    {
        var all = call.Daemon.Tasks.List(state: null, int.MaxValue);
        call.Json.WriteStartObject();
        call.Json.WriteNumber("total"u8, all.Count);
        foreach (var state in TaskShapes.States) call.Json.WriteNumber(state, all.Count(task => task.State == state));
        call.Json.WriteEndObject();
    }

    private static void WriteShort(Utf8JsonWriter json, TaskState task, string? prompt = null)
    {
        json.WriteStartObject();
        TaskJson.WriteFields(json, task);
        if (prompt is not null) json.WriteString("prompt"u8, prompt);
        json.WriteEndObject();
    }
}
