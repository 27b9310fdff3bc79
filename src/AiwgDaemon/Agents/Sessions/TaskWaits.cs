using AiwgDaemon.Actions;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>What keeps a task from starting. Pure.</summary>
internal static class TaskWaits
{
    /// <summary>Null if nothing does. A <see cref="TaskRefusal"/> if it can never start.</summary>
    /// <param name="task">The task.</param>
    /// <param name="find">Finds another one; null if there is none.</param>
    /// <param name="now">When.</param>
    public static ActionWait? Of(AgentTask task, Func<int, AgentTask?> find, DateTimeOffset now)
    {
        var name = AgentRequest.NameOf(task.Number);
        if (task is { NeedsApproval: true, ApprovedAt: null })
            return new ActionWait(ActionWaitFor.Approval, $"an approval ('aiwg-daemon task approve {name}', or reject)");
        if (task.IsHeld) return new ActionWait(ActionWaitFor.Approval, $"its release ('aiwg-daemon task release {name}')");
        foreach (var number in task.After ?? [])
        {
            var (other, before) = (AgentRequest.NameOf(number), find(number));
            if (before is null or { Outcome: not (null or TaskState.Completed) })
                throw new TaskRefusal($"It was to begin after {other}, which is {before?.Outcome ?? "gone"}");
            if (before.Outcome is null) return new ActionWait(ActionWaitFor.Dependency, other);
        }
        if (task.StartAt > now) return new ActionWait(ActionWaitFor.Time, "its time", task.StartAt);
        return task.NotBefore > now ? new ActionWait(ActionWaitFor.Limit, $"its provider {task.Provider}", task.NotBefore) : null;
    }
}
