using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>
/// Kestrel's log without one line: after a read that was cancelled it cannot drain the body, closes the connection, which is what is wanted
/// of a body that gave way, and calls that an error, with a stack, for each. The refusal itself is logged, at a bounded rate. What Kestrel
/// refuses itself it tells here only, at a level that is off: each is counted.
/// </summary>
/// <param name="loggers">The daemon's.</param>
/// <param name="notHttp">A request that is no HTTP was refused.</param>
internal sealed class KestrelLoggers(ILoggerFactory loggers, Action notHttp) : ILoggerFactory
{
    private const string BadRequests = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    public ILogger CreateLogger(string categoryName) =>
        new Filtered(loggers.CreateLogger(categoryName), categoryName == BadRequests ? notHttp : null);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
        // The factory below is its owner's.
    }

    private sealed class Filtered(ILogger logger, Action? notHttp) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => notHttp is not null || logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (eventId.Name == "ConnectionBadRequest") notHttp?.Invoke();
            if (eventId.Name != "RequestBodyDrainBodyReaderInvalidState" && logger.IsEnabled(logLevel))
                logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
