using AiwgDaemon.Agents;
using AiwgDaemon.Agents.Workspaces;
using AiwgDaemon.Api.Schema;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>What tasks have changed, and what becomes of it.</summary>
internal static class WorktreeOperations
{
    public static IReadOnlyList<Operation> All =>
        [
            new("task.diff", Access.Read, "Writes what a task has changed into a file, and names it.", DiffAsync)
            {
                Parameters = static () => [TaskOperations.TaskId],
                Result = static () => Object(("file", Text("A patch, absolute path.")), ("stat", Text("As git diff --stat says it."))),
            },
            new("task.open", Access.Read, "Says where a task works.", Open)
            {
                Parameters = static () => [TaskOperations.TaskId],
                Result = static () => Object(("path", Text("The worktree, absolute.")), ("branch", Text("Its branch."))),
            },
            new("task.land", Access.Control,
                "Rebases the work of a task on the project's branch, checks it again and merges it.", LandAsync)
            {
                Parameters = static () => [TaskOperations.TaskId],
                Result = static () => Object(("commit", Text("The commit that it became."))),
            },
            new("task.clean", Access.Control, "Removes the worktrees of ended tasks of which nothing can be lost.", CleanAsync)
            {
                Parameters = static () => [new("taskId", Text("Only that of this task."))],
                Result = static () => Object(
                    ("removed", JsonSchema.List(Text("The task."))),
                    ("kept", JsonSchema.List(Kept))
                ),
            },
        ];

    private static JsonSchema Kept =>
        Object(("task", Text("The task.")), ("why", Text("What would be lost."))) with { Name = "KeptWorktree" };

    private static async ValueTask DiffAsync(ApiCall call)
    {
        var task = Find(call);
        var file = await Refusable(() => call.Daemon.Tasks.Worktrees.DiffAsync(task));
        call.Json.WriteStartObject();
        call.Json.WriteString("file"u8, file);
        call.Json.WriteString("stat"u8, Find(call).Task.DiffStat ?? "");
        call.Json.WriteEndObject();
    }

    private static void Open(ApiCall call)
    {
        var task = Find(call);
        var worktree = task.Task.Worktree
            ?? throw new ApiException(ApiError.NotFound, $"{task.Name} has no worktree: it worked in the project, or its work is landed");
        call.Json.WriteStartObject();
        call.Json.WriteString("path"u8, worktree.Path);
        call.Json.WriteString("branch"u8, worktree.Branch);
        call.Json.WriteEndObject();
    }

    private static async ValueTask LandAsync(ApiCall call)
    {
        var task = Find(call);
        call.Answer("commit", await Refusable(() => call.Daemon.Tasks.Worktrees.LandAsync(task)));
    }

    private static async ValueTask CleanAsync(ApiCall call)
    {
        var wanted = call.Arguments.OptionalText("taskId") is null
            ? call.Daemon.Tasks.All.Where(static task => task is { Worktree: not null, Outcome: not null })
            : [Find(call).Task];
        var (removed, kept) = (new List<string>(), new List<(string Task, string Why)>());
        foreach (var task in wanted)
        {
            var name = new TaskState(task, null).Name;
            if (await call.Daemon.Tasks.Worktrees.CleanAsync(task) is { } why) kept.Add((name, why));
            else removed.Add(name);
        }
        call.Json.WriteStartObject();
        call.List("removed", removed, static (json, name) => json.WriteStringValue(name));
        call.List("kept", kept, static (json, item) =>
        {
            json.WriteStartObject();
            json.WriteString("task"u8, item.Task);
            json.WriteString("why"u8, item.Why);
            json.WriteEndObject();
        });
        call.Json.WriteEndObject();
    }

    private static TaskState Find(ApiCall call)
    {
        var name = call.Arguments.Text("taskId");
        return call.Daemon.Tasks.Find(name) ?? throw new ApiException(ApiError.NotFound, $"There is no task '{name}'");
    }

    private static async Task<string> Refusable(Func<Task<string>> work)
    {
        try
        {
            return await work();
        }
        catch (WorkspaceException e)
        {
            throw new ApiException(ApiError.InvalidParams, e.Message);
        }
    }
}
