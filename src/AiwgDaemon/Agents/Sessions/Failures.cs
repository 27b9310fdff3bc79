using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Streams;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>What follows from the failure of an agent. Pure.</summary>
internal static class Failures
{
    // A limit that does not say when it ends is looked at so often.
    private static readonly TimeSpan LimitPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    // A reset that is said to be in the past, or a moment away, may be a clock that differs.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>When the task is tried again; null if it has failed.</summary>
    /// <param name="task">With this attempt counted.</param>
    /// <param name="end">How the attempt ended.</param>
    /// <param name="now">When.</param>
    public static DateTimeOffset? Judge(AgentTask task, TurnEnd end, DateTimeOffset now)
    {
        if (!end.Reason.IsRetried()) return null;
        if (end.Reason == FailureReason.Limit) return Later(end.Report.LimitUntil ?? now + LimitPause, now);
        if (task.Attempt >= task.Attempts) return null;
        var pause = FirstPause * Math.Pow(4, task.Attempt - 1);
        return Later(now + (pause < LongestPause ? pause : LongestPause), now);
    }

    /// <summary>What went wrong and what to do; null if the exit code says it.</summary>
    public static string? Sentence(AgentTask task, TurnEnd end)
    {
        var said = end.Message is { Length: > 0 } message ? $": {ActionLog.OneLine(message)}" : "";
        var again = $"'aiwg-daemon task retry {AgentRequest.NameOf(task.Number)}'";
        return end.Reason switch
        {
            FailureReason.Process when said.Length == 0 => null,
            FailureReason.Auth => $"auth{said}; log in with the program of {task.Provider} as this user, or set its key, then {again}",
            FailureReason.Context => $"context{said}; make the task smaller",
            FailureReason.Limit or FailureReason.Overloaded or FailureReason.Network =>
                $"{end.Reason.Word()}{said} (attempt {task.Attempt} of {task.Attempts}); {again} tries anew",
            _ => $"{end.Reason.Word()}{said}",
        };
    }

    private static DateTimeOffset Later(DateTimeOffset at, DateTimeOffset now) => at > now + ShortestPause ? at : now + ShortestPause;
}
