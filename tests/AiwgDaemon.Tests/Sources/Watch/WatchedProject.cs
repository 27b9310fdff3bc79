using System.Collections.Concurrent;
using AiwgDaemon.Bus;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Sources.Watch;

/// <summary>A project in a temporary directory that is watched for real; what arrives at the bus is collected.</summary>
internal sealed class WatchedProject : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly EventBus _bus = new(new BusOptions(), TimeProvider.System, NullLogger.Instance);
    private readonly ConcurrentQueue<DaemonEvent> _events = new();
    private readonly CollectedLog _log = new();

    public WatchedProject(bool gitIgnore = false)
    {
        GitIgnore = gitIgnore;
        _bus.Subscribe("test", new SubscriptionOptions(), (e, _) =>
        {
            _events.Enqueue(e);
            return ValueTask.CompletedTask;
        });
        _bus.Start();
    }

    public bool GitIgnore { get; }

    /// <summary>Watch as on macOS and Windows; with <c>WATCH_PORTABLE=1</c> all tests do so on Linux too.</summary>
    public bool Portable { get; init; } = !OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("WATCH_PORTABLE") == "1";

    public WatchSource Source { get; private set; } = null!;

    public ConcurrentDictionary<string, string?> Issues { get; } = new(StringComparer.Ordinal);

    public string Path => _directory.Path;

    /// <summary>In the order in which they arrived: "create a/b".</summary>
    public IReadOnlyList<string> Seen => [.. _events.Select(e => $"{e.Type[5..]} {e.Subject}")];

    public IReadOnlyList<DaemonEvent> Events => [.. _events];

    public IReadOnlyList<string> Logged => _log.Messages;

    public string Combine(string relative) => System.IO.Path.Combine(Path, relative);

    public void Write(string relative, string content = "x")
    {
        var path = Combine(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public WatchOptions Options(params WatchPath[] paths) => new()
    {
        Paths = paths.Length == 0 ? [new WatchPath { Path = "." }] : paths,
        GitIgnore = GitIgnore,
        Debounce = TimeSpan.FromMilliseconds(50),
        MaxWait = TimeSpan.FromMilliseconds(500),
    };

    public Task StartAsync(params WatchPath[] paths) => StartAsync(Options(paths));

    public async Task StartAsync(WatchOptions options)
    {
        Source = new WatchSource(options, Path, _bus, (key, message, _) => Issues[key] = message, TimeProvider.System, _log)
        {
            Portable = Portable,
        };
        await Source.StartAsync(CancellationToken.None);
    }

    /// <summary>Makes a file that marks the end of what was done, waits until it is reported and gives what came, without it,
    /// sorted.</summary>
    public async Task<string[]> SettledAsync(string marker = "zz-marker")
    {
        var name = $"{marker}-{Guid.NewGuid():N}";
        // Longer than the quiet time, so that all before it has left the debouncer.
        await Task.Delay(120);
        Write(name);
        await Eventually.Until(
            () => Seen.Any(s => s.EndsWith(name, StringComparison.Ordinal)),
            $"the marker; seen: {string.Join(", ", Seen)}"
        );
        return [.. Seen.Where(s => !s.Contains(marker, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        if (Source is not null) await Source.DisposeAsync();
        await _bus.DisposeAsync();
        _directory.Dispose();
    }
}
