namespace AiwgDaemon.Agents.Streams;

/// <summary>Why a task failed, as people, scripts and the configuration call it.</summary>
internal enum FailureReason
{
    None,
    Auth,
    Limit,
    Overloaded,
    Network,
    Context,
    Budget,
    Stalled,
    NoEffect,
    VerifyFailed,
    BadOutput,
    MissingProgram,
    Version,
    Process,
}

/// <summary>The words of the reasons, and which of them a further attempt may mend.</summary>
internal static class FailureReasons
{
    public static string Word(this FailureReason reason) =>
        reason switch
        {
            FailureReason.None => "none",
            FailureReason.Auth => "auth",
            FailureReason.Limit => "limit",
            FailureReason.Overloaded => "overloaded",
            FailureReason.Network => "network",
            FailureReason.Context => "context",
            FailureReason.Budget => "budget",
            FailureReason.Stalled => "stalled",
            FailureReason.NoEffect => "no_effect",
            FailureReason.VerifyFailed => "verify_failed",
            FailureReason.BadOutput => "bad_output",
            FailureReason.MissingProgram => "missing_program",
            FailureReason.Version => "version",
            FailureReason.Process => "process",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "no reason"),
        };

    /// <summary>True if a task is tried again by itself. A lost run, which has no reason here, is too.</summary>
    public static bool IsRetried(this FailureReason reason) =>
        reason is FailureReason.Limit or FailureReason.Overloaded or FailureReason.Network or FailureReason.Stalled;
}
