using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// The source <c>watch</c>: turns changes of files into events on the bus. One thread reads and folds and never waits for anything but
/// news; what is due is handed to a publisher, which may wait for the bus, while further changes go on folding.
/// </summary>
internal sealed class WatchSource(
    WatchOptions options, string projectDirectory, EventBus bus, IssueReport report, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly WatchIssues _issues = new(report, logger);
    private WatchOptions _options = options;

    /// <summary>The system's FileSystemWatcher instead of inotify; the only choice but on Linux.</summary>
    public bool Portable { get; init; } = !OperatingSystem.IsLinux();

    private ChangePublisher? _publisher;
    private WatchLoop? _loop;

    public WatchStatus Status => _loop?.Status is { } status
        ? status with { EventsReceived = _publisher!.Published }
        : new(_options.Enabled, [.. _options.Paths.Select(p => p.Path)], 0, 0, "none", 0, []);

    /// <summary>Completes when every watch is armed: what changes from then on is reported.</summary>
    public async Task StartAsync(CancellationToken token)
    {
        if (!_options.Enabled) return;
        _publisher = new ChangePublisher(bus, time, logger);
        _loop = new WatchLoop(new WatchPlan(_options, projectDirectory), _publisher, _issues, report, time, logger, Portable);
        await _loop.StartAsync().WaitAsync(token);
        var status = _loop.Status;
        WatchLog.Watching(logger, status.Paths.Count, status.Watches, status.Backend);
    }

    /// <summary>Applies new options; watches that stay the same are kept and no event is lost or doubled.</summary>
    public async Task ReloadAsync(WatchOptions options, CancellationToken token)
    {
        var plan = new WatchPlan(options, projectDirectory);
        _options = options;
        if (!options.Enabled) await DisposeAsync();
        else if (_loop is null) await StartAsync(token);
        else await _loop.ReloadAsync(plan).WaitAsync(token);
    }

    /// <summary>Stops; what is pending goes to the bus first, as long as it takes events.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loop is not { } loop) return;
        _loop = null;
        var publisher = _publisher!;
        var stopped = loop.StopAsync();
        try
        {
            await stopped.WaitAsync(DrainLimit, time);
        }
        catch (TimeoutException)
        {
            // The bus stays full: what is left is told by the publisher, and the loop comes to its end.
            await publisher.CancelAsync();
            await stopped;
        }
        loop.Dispose();
        publisher.Dispose();
        _issues.Clear();
    }
}
