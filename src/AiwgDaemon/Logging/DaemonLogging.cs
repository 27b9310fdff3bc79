using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace AiwgDaemon.Logging;

/// <summary>
/// The daemon's loggers, built by hand: no container on the start path. Own categories follow the configured level, those of
/// libraries (recognised by the dot in their names) speak at warning and above. Level, format and sizes can change at run time.
/// </summary>
internal sealed class DaemonLogging : IDisposable
{
    private readonly LoggerFactory _factory;
    private readonly ILoggerProvider[] _providers;
    private readonly RollingFileWriter? _writer;
    private readonly Action<LogFormat> _setFormat;
    private volatile LogOptions _options;

    private DaemonLogging(LogOptions options, ILoggerProvider[] providers, RollingFileWriter? writer, Action<LogFormat> setFormat)
    {
        (_options, _providers, _writer, _setFormat) = (options, providers, writer, setFormat);
        setFormat(options.Format);
        var filter = new LoggerFilterOptions { MinLevel = LogLevel.Trace };
        // A filter function is asked at each call, so a reload needs no new loggers.
        filter.Rules.Add(new LoggerFilterRule(null, null, null, (_, category, level) => Allows(category, level)));
        _factory = new LoggerFactory(providers, filter);
    }

    /// <summary>For libraries that want a factory.</summary>
    public ILoggerFactory Factory => _factory;

    /// <summary>Lines that could not be written and were not announced yet.</summary>
    public long LostLines => _writer?.Lost ?? 0;

    /// <summary>The rotating file, which is always written, and in the foreground standard output too. An <see cref="IOException"/> if
    /// the file cannot be opened.</summary>
    /// <param name="options">Level, format, sizes.</param>
    /// <param name="path">The current log file.</param>
    /// <param name="console">Write to standard output as well.</param>
    /// <param name="time">Time stamps and the gathering timer.</param>
    /// <param name="report">Hears why the log cannot be written, and null when it can again; any thread.</param>
    public static DaemonLogging Create(LogOptions options, string path, bool console, TimeProvider time, Action<string?>? report = null)
    {
        var writer = RollingFileWriter.Open(path, options, time, lost => LostLine(time, lost), report ?? (static _ => { }));
        var file = new FileLoggerProvider(writer, time);
        if (!console) return new DaemonLogging(options, [file], writer, format => file.Format = format);
        var formatter = new ConsoleLineFormatter(time);
        var settings = new ConsoleLoggerOptions { FormatterName = ConsoleLineFormatter.FormatterName };
        return new DaemonLogging(options, [file, new ConsoleLoggerProvider(new Fixed(settings), [formatter])], writer, SetFormat);

        void SetFormat(LogFormat format) => file.Format = formatter.Format = format;
    }

    /// <summary>The logger of a category: daemon, config, watch, cron, webhook, bus, rules, actions, control.</summary>
    public ILogger For(string category) => _factory.CreateLogger(category);

    public void Apply(LogOptions options)
    {
        _options = options;
        _setFormat(options.Format);
        _writer?.Apply(options);
    }

    public void Flush(bool toDisk = false) => _writer?.Flush(toDisk);

    public void Dispose()
    {
        _factory.Dispose();
        // The factory leaves providers that it was given to their owner; disposing writes out what they still hold.
        foreach (var provider in _providers) provider.Dispose();
    }

    private bool Allows(string? category, LogLevel level) =>
        level >= _options.Level && (level >= LogLevel.Warning || category?.Contains('.', StringComparison.Ordinal) != true);

    private static byte[] LostLine(TimeProvider time, long lost)
    {
        var line = new ArrayBufferWriter<byte>();
        KeyValuePair<string, object?>[] values = [new("LostLines", lost)];
        LogLine.Write(
            line,
            LogFormat.Text,
            time.GetUtcNow(),
            LogLevel.Warning,
            "daemon",
            values,
            $"{lost} log lines could not be written and are lost",
            null
        );
        return line.WrittenSpan.ToArray();
    }

    private sealed class Fixed(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
