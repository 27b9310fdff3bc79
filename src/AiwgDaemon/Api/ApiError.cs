namespace AiwgDaemon.Api;

/// <summary>Why an operation is not done, as numbers of JSON-RPC: its own, and ours from -32000 on.</summary>
internal static class ApiError
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
