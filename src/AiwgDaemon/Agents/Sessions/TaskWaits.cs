using AiwgDaemon.Actions;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>What keeps a task from starting, of all that it says itself. Pure.</summary>
internal static class TaskWaits
{
    /// <summary>Null if nothing does.</summary>
    public static ActionWait? Of(AgentTask task, DateTimeOffset now)
    {
        var name = AgentRequest.NameOf(task.Number);
        if (task is { NeedsApproval: true, ApprovedAt: null })
            return new ActionWait(ActionWaitFor.Approval, $"an approval ('aiwg-daemon task approve {name}', or reject)");
        return task.NotBefore > now ? new ActionWait(ActionWaitFor.Limit, $"its provider {task.Provider}", task.NotBefore) : null;
    }
}
