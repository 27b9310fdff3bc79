using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Actions;

/// <summary>How an action ended, in the words of its record.</summary>
internal sealed record ActionOutcome(ActionStatus Status, int? ExitCode = null, string? Signal = null, string? Error = null)
{
    public static ActionOutcome Failure(string error) => new(ActionStatus.Failed, Error: error);

    public static ActionOutcome Of(ExitStatus exit) =>
        new(exit.IsSuccess ? ActionStatus.Completed : ActionStatus.Failed, exit.Code, exit.Signal,
            exit == ExitStatus.Unknown ? "its exit code is unknown, because SIGCHLD was ignored when the daemon was started" : null);

    /// <summary>An end that was asked for is named after the reason, whatever the process made of it.</summary>
    public ActionOutcome Because(StopReason? reason, TimeSpan timeout) => reason switch
    {
        StopReason.Timeout => this with { Status = ActionStatus.Timeout, Error = $"not done after {Describe(timeout)}" },
        StopReason.Cancelled => this with { Status = ActionStatus.Cancelled, Error = "cancelled" },
        StopReason.Shutdown => this with { Status = ActionStatus.Cancelled, Error = "ended because the daemon stopped" },
        _ => this,
    };

    public override string ToString()
    {
        var end = ExitCode is { } code ? $"exit code {code}" : Signal is not null ? $"ended by {Signal}" : null;
        var why = Error is null ? end : end is null ? Error : $"{Error} ({end})";
        return Status switch
        {
            ActionStatus.Completed => why is null ? "completed" : $"completed, {why}",
            ActionStatus.Timeout => $"timeout, {why}",
            ActionStatus.Cancelled => why ?? "cancelled",
            _ => $"failed, {why}",
        };
    }

    private static string Describe(TimeSpan span) => span.TotalMinutes >= 1 ? $"{span.TotalMinutes:0.##} minutes" : $"{span.TotalSeconds:0.###} s";
}
