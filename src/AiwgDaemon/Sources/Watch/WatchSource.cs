using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// The source <c>watch</c>: turns changes of files into events on the bus. One thread for each filesystem that may hang (see
/// <see cref="WatchPlaces"/>) reads and folds and never waits for anything but news; what is due is handed to a publisher, which may wait
/// for the bus, while further changes go on folding.
/// </summary>
internal sealed class WatchSource(
    WatchOptions options, string projectDirectory, EventBus bus, IssueReport report, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private WatchOptions _options = options;
    private volatile WatchPlaces? _places;

    /// <summary>The system's FileSystemWatcher instead of inotify; the only choice but on Linux.</summary>
    public bool Portable { get; init; } = !OperatingSystem.IsLinux();

    public WatchStatus Status => _places?.Status ?? new(_options.Enabled, [.. _options.Paths.Select(p => p.Path)], 0, 0, "none", 0, []);

    /// <summary>Completes when every watch is armed: what changes from then on is reported. A remote filesystem that does not answer is not
    /// waited for.</summary>
    public async Task StartAsync(CancellationToken token)
    {
        if (!_options.Enabled) return;
        var plan = new WatchPlan(_options, projectDirectory);
        _places = new WatchPlaces(bus, report, time, logger, Portable);
        await _places.ApplyAsync(plan, token);
        var status = Status;
        WatchLog.Watching(logger, status.Paths.Count, status.Watches, status.Backend);
    }

    /// <summary>Applies new options; watches that stay the same are kept and no event is lost or doubled.</summary>
    public async Task ReloadAsync(WatchOptions options, CancellationToken token)
    {
        var plan = new WatchPlan(options, projectDirectory);
        _options = options;
        if (!options.Enabled) await DisposeAsync();
        else if (_places is null) await StartAsync(token);
        else await _places.ApplyAsync(plan, token);
    }

    /// <summary>Looks whether every thread still gets on, and tells health.</summary>
    public void Check() => _places?.Check();

    /// <summary>Stops; what is pending goes to the bus first, as long as it takes events. Bounded, whatever hangs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_places is not { } places) return;
        _places = null;
        await places.StopAsync();
    }
}
