using AiwgDaemon.Agents;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Schema;

/// <summary>What the operations about tasks answer.</summary>
internal static class TaskShapes
{
    public static readonly string[] States =
        [TaskState.Queued, TaskState.Running, TaskState.Completed, TaskState.Failed, TaskState.Cancelled];

    public static JsonSchema Task => Object(
        ("id", Text("The task: task-0001.")),
        ("state", Choice("What took too long or was lost has failed.", States)),
        ("priority", Integer("The higher, the sooner.")),
        ("agent", Text("The provider.")),
        ("createdAt", Instant("When it was submitted.")),
        ("startedAt?", Instant("When its run started.")),
        ("completedAt?", Instant("When it ended.")),
        ("run?", Text("The id of its run.")),
        ("outcome?", Text("How it ended, as the exact word: also timeout and lost.")),
        ("exitCode?", Integer("The agent's exit code.", minimum: null)),
        ("error?", Text("Why it failed.")),
        ("reason?", Text("What it waits for."))
    ) with { Name = "Task" };

    public static JsonSchema TaskWithPrompt => Task.With(("prompt", Text("What it was asked."))) with { Name = "TaskWithPrompt" };

    public static JsonSchema TaskWithResult =>
        TaskWithPrompt.With(("result?", Text("What the agent printed, once it has ended."))) with { Name = "TaskWithResult" };

    public static JsonSchema Submitted => Object(("taskId", Text("The task: task-0001.")), ("state", Choice("How it stands.", States)));
}
