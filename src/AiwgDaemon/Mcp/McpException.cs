namespace AiwgDaemon.Mcp;

/// <summary>A request that is answered with an error of the protocol; what a tool refuses is an answer of the tool instead.</summary>
internal sealed class McpException(int code, string message) : Exception(message)
{
    /// <summary>The one number that is MCP's own; all others are those of <see cref="Api.ApiError"/>.</summary>
    public const int ResourceNotFound = -32002;

    public int Code { get; } = code;
}
