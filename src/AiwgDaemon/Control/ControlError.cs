namespace AiwgDaemon.Control;

/// <summary>The error codes of the control socket: JSON-RPC's own, and ours from -32000 on.</summary>
internal static class ControlError
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;

    /// <summary>No such action, dead letter, rule or subscription.</summary>
    public const int NotFound = -32001;

    /// <summary>The configuration is invalid; the running one stays.</summary>
    public const int InvalidConfiguration = -32002;

    /// <summary>The daemon is stopping, or its event bus is full.</summary>
    public const int Unavailable = -32003;

    /// <summary>This connection has too many of them.</summary>
    public const int LimitReached = -32004;

    /// <summary>The client runs as another user.</summary>
    public const int Refused = -32005;
}

/// <summary>A call that is answered with an error; the message is a sentence for the person behind the client.</summary>
internal sealed class ControlException(int code, string message, IReadOnlyList<string>? details = null) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary><c>error.data</c>: for instance each error of a configuration.</summary>
    public IReadOnlyList<string> Details { get; } = details ?? [];
}
