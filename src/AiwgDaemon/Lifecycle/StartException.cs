namespace AiwgDaemon.Lifecycle;

/// <summary>Which of the documented exit codes a failed start has.</summary>
internal enum StartFailure
{
    Other,
    AlreadyRunning,
    InvalidConfiguration,
}

/// <summary>The daemon cannot start; the message is for the person who started it and may have several lines.</summary>
internal sealed class StartException(string message, StartFailure failure, Exception? inner = null) : Exception(message, inner)
{
    public StartFailure Failure { get; } = failure;
}
