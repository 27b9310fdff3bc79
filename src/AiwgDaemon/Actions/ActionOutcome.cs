using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Actions;

/// <summary>How an action ended, in the words of its record.</summary>
internal sealed record ActionOutcome(ActionStatus Status, int? ExitCode = null, string? Signal = null, string? Error = null)
{
    public static ActionOutcome Failure(string error) => new(ActionStatus.Failed, Error: error);

    /// <summary>An action that was not to run: nothing went wrong.</summary>
    public static ActionOutcome Skip(string why) => new(ActionStatus.Cancelled, Error: why) { IsSkip = true };

    public static ActionOutcome Of(ExitStatus exit) => Of(exit, [0]);

    /// <param name="exit">How its process ended.</param>
    /// <param name="successCodes">Exit codes that mean success.</param>
    public static ActionOutcome Of(ExitStatus exit, IReadOnlyList<int> successCodes)
    {
        var success = exit.Code is { } code && successCodes.Contains(code);
        var error = exit == ExitStatus.Unknown ? "its exit code is unknown, because SIGCHLD was ignored when the daemon was started"
            : exit.IsSuccess && !success ? $"0 is not one of its success_exit_codes ({string.Join(", ", successCodes)})" : null;
        return new(success ? ActionStatus.Completed : ActionStatus.Failed, exit.Code, exit.Signal, error);
    }

    /// <summary>The run has not ended and goes on later. Only agents do.</summary>
    public static ActionOutcome Later(ActionWait wait) => new(ActionStatus.Queued, Error: wait.Text) { Wait = wait };

    /// <summary>What it waits for if it has not ended; else null.</summary>
    public ActionWait? Wait { get; private init; }

    /// <summary>It was not run because it was not to: worth a line, and no warning.</summary>
    public bool IsSkip { get; private init; }

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

    private static string Describe(TimeSpan span) =>
        span.TotalMinutes >= 1 ? $"{span.TotalMinutes:0.##} minutes" : $"{span.TotalSeconds:0.###} s";
}
