using AiwgDaemon.Api;

namespace AiwgDaemon.Mcp;

/// <summary>Messages about this server for the client, from a level on that the client chooses.</summary>
internal sealed class McpLog(McpOutput output)
{
    private static readonly string[] Levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    private volatile int _least = Array.IndexOf(Levels, "warning");

    public void SetLevel(string? level)
    {
        var least = Array.IndexOf(Levels, level);
        _least = least >= 0
            ? least
            : throw new McpException(ApiError.InvalidParams, $"The parameter 'level' is one of {string.Join(", ", Levels)}");
    }

    public void Say(string level, string message)
    {
        if (Array.IndexOf(Levels, level) < _least) return;
        output.Notify("notifications/message", json =>
        {
            json.WriteString("level"u8, level);
            json.WriteString("logger"u8, "aiwg-daemon"u8);
            json.WriteString("data"u8, message);
        });
    }
}
