using System.Buffers;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Logging;

/// <summary>
/// Loggers that write to a <see cref="RollingFileWriter"/>; lines are formatted on the calling thread in a buffer of its own. What is
/// generic in a log call ends here: code for each combination of a message's types would be a share of the program for nothing.
/// </summary>
internal sealed class FileLoggerProvider(RollingFileWriter writer, TimeProvider time) : ILoggerProvider
{
    [ThreadStatic] private static ArrayBufferWriter<byte>? _line;
    private volatile LogFormat _format;

    public LogFormat Format
    {
        get => _format;
        set => _format = value;
    }

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    public void Dispose() => writer.Dispose();

    private void Write(
        LogLevel level, string category, IReadOnlyList<KeyValuePair<string, object?>>? values, string message, Exception? exception)
    {
        // Taken out of its place while in use: a value's ToString may log, on this thread, before the line is done.
        var line = _line ?? new ArrayBufferWriter<byte>(512);
        _line = null;
        line.ResetWrittenCount();
        LogLine.Write(line, _format, time.GetUtcNow(), level, category, values, message, exception);
        writer.Write(line.WrittenSpan, urgent: level >= LogLevel.Warning);
        if (line.Capacity <= 64 * 1024) _line = line;
    }

    private sealed class FileLogger(FileLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        // Only JSON lines have the values on their own: for text they are not boxed.
        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            provider.Write(
                logLevel,
                category,
                provider._format == LogFormat.Json ? state as IReadOnlyList<KeyValuePair<string, object?>> : null,
                formatter(state, exception),
                exception
            );
    }
}
