using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AiwgDaemon.Logging;

/// <summary>The log lines of the foreground: the same as in the file, no colour.</summary>
internal sealed class ConsoleLineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "aiwg";

    private volatile LogFormat _format;

    public LogFormat Format
    {
        get => _format;
        set => _format = value;
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>(256);
        var message = logEntry.Formatter?.Invoke(logEntry.State, logEntry.Exception) ?? logEntry.State?.ToString() ?? "";
        var values = _format == LogFormat.Json ? logEntry.State as IReadOnlyList<KeyValuePair<string, object?>> : null;
        LogLine.Write(line, _format, time.GetUtcNow(), logEntry.LogLevel, logEntry.Category, values, message, logEntry.Exception);
        textWriter.Write(Encoding.UTF8.GetString(line.WrittenSpan));
    }
}
