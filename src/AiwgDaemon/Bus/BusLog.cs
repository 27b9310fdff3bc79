using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

internal static partial class BusLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Handler} failed on event {EventId} (attempt {Attempt}): {Error}")]
    public static partial void HandlerFailed(ILogger logger, string handler, Guid eventId, int attempt, string error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Event {EventId} is a dead letter of {Handler} after {Attempts} attempts; see: aiwg-daemon dead-letters"
    )]
    public static partial void Buried(ILogger logger, Guid eventId, string handler, int attempts);

    [LoggerMessage(Level = LogLevel.Error, Message = "A callback of subscriber {Handler} failed")]
    public static partial void CallbackFailed(ILogger logger, Exception exception, string handler);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} ended in the middle of a line; removed {Bytes} bytes")]
    public static partial void TornLine(ILogger logger, string path, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} line {Line} cannot be read and is passed over: {Error}")]
    public static partial void UnreadableLine(ILogger logger, string path, int line, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cannot write {Path}: {Error}")]
    public static partial void WriteFailed(ILogger logger, string path, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} at byte {Offset}: what is there is no event and is passed over: {Error}")]
    public static partial void UnreadableEvent(ILogger logger, string path, long offset, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    public static partial void LedgerDamaged(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    public static partial void Copied(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the event journal {Path}, older than {Days} days")]
    public static partial void Pruned(ILogger logger, string path, int days);
}
