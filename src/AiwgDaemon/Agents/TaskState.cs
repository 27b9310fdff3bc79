using AiwgDaemon.Actions;
using AiwgDaemon.State;

namespace AiwgDaemon.Agents;

/// <summary>A task as it is now: what is kept of it, and its run.</summary>
/// <param name="Task">What is on the disk.</param>
/// <param name="Run">Its run; null if none is known any more.</param>
internal sealed record TaskState(AgentTask Task, ActionRecord? Run)
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>Somebody did not approve it.</summary>
    public const string Rejected = "rejected";

    /// <summary>As people name it: <c>task-0001</c>.</summary>
    public string Name => AgentRequest.NameOf(Task.Number);

    public string? RunId => Run?.Id ?? Task.RunId;

    public int? ExitCode => Run?.ExitCode ?? Task.ExitCode;

    /// <summary>One of the five words of the Node.js daemon: what took too long or was lost has failed.</summary>
    public string State => Outcome switch
    {
        null or "queued" => Queued,
        Running or Completed or Cancelled => Outcome,
        Rejected => Cancelled,
        _ => Failed,
    };

    /// <summary>The exact word: also <c>timeout</c> and <c>lost</c>.</summary>
    public string? Outcome =>
        Run is { Status: ActionStatus.Queued or ActionStatus.Running }
            ? WordOf(Run.Status)
            : Task.Outcome ?? (Run is null ? null : WordOf(Run.Status));

    public bool HasEnded => State is Completed or Failed or Cancelled;

    public DateTimeOffset? StartedAt => Task.StartedAt ?? Run?.StartedAt;

    public DateTimeOffset? CompletedAt => Task.CompletedAt ?? Run?.CompletedAt;

    public string? Error => Task.Error ?? Run?.Error;

    public static string WordOf(ActionStatus status) => status switch
    {
        ActionStatus.Queued => Queued,
        ActionStatus.Running => Running,
        ActionStatus.Completed => Completed,
        ActionStatus.Cancelled => Cancelled,
        ActionStatus.Timeout => "timeout",
        ActionStatus.Lost => "lost",
        _ => Failed,
    };
}
