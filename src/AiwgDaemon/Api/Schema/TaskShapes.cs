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
        ("outcome?", Text("How it ended, as the exact word: also timeout, lost and rejected.")),
        ("exitCode?", Integer("The agent's exit code.", minimum: null)),
        ("failure?", Text("Why it failed, as a word: auth, limit, process and others.")),
        ("error?", Text("Why it failed.")),
        ("reason?", Text("What it waits for.")),
        ("waitsUntil?", Instant("Until when, if that is known.")),
        ("permission", Choice("What the agent may do.", "plan", "edit", "full")),
        ("rule?", Text("The rule or job that it is of.")),
        ("untrusted?", Text("The source of its event if that is not to be trusted.")),
        ("worktree?", Text("Where it works, absolute.")),
        ("branch?", Text("The branch of its work.")),
        ("diffStat?", Text("What it has changed, as git diff --stat says it.")),
        ("landedAs?", Text("The commit that its work became.")),
        ("attempt?", Integer("How often its agent was started.")),
        ("session?", Text("The provider's name of its session.")),
        ("costUsd?", Number("What it has cost so far, in US dollars.")),
        ("inputTokens?", Integer("Tokens that were read.")),
        ("outputTokens?", Integer("Tokens that were written."))
    ) with { Name = "Task" };

    public static JsonSchema TaskWithPrompt => Task.With(("prompt", Text("What it was asked."))) with { Name = "TaskWithPrompt" };

    public static JsonSchema TaskWithResult =>
        TaskWithPrompt.With(("result?", Text("What the agent printed, once it has ended."))) with { Name = "TaskWithResult" };

    public static JsonSchema Submitted => Object(("taskId", Text("The task: task-0001.")), ("state", Choice("How it stands.", States)));
}
