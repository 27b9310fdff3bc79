using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Kestrel's log without one line: after a read that was cancelled it cannot drain the body, closes the connection, which is what is wanted
/// of a body that gave way, and calls that an error, with a stack, for each. The refusal itself is logged, at a bounded rate.
/// </summary>
internal sealed class KestrelLoggers(ILoggerFactory loggers) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Filtered(loggers.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
        // The factory below is its owner's.
    }

    private sealed class Filtered(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (eventId.Name != "RequestBodyDrainBodyReaderInvalidState") logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
