namespace AiwgDaemon.Mcp;

/// <summary>A request that is answered with an error of the protocol; what a tool refuses is an answer of the tool instead.</summary>
internal sealed class McpException(int code, string message) : Exception(message)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;
    public const int ResourceNotFound = -32002;

    public int Code { get; } = code;
}
