using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

/// <summary>A whole daemon in the process of the test, on a clock that says how long each callback took.</summary>
internal sealed class DaemonInProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ServiceNotify _notify = ServiceNotify.FromEnvironment();
    private ProjectClaim? _claim;
    private DaemonLife? _life;

    public ProjectPaths Paths => new(_directory.Path);

    public DaemonParts Parts { get; private set; } = null!;

    public List<(string Owner, TimeSpan Took)> Callbacks { get; } = [];

    /// <summary>What clients ask of the host, which is the test.</summary>
    public HostRequests Requests { get; } = new();

    public string Combine(params string[] parts) => _directory.Combine(parts);

    public void Write(string path, string content)
    {
        var file = Combine(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Makes the parts alone, on what was read before: none has been opened yet.</summary>
    /// <param name="configuration">daemon.yaml.</param>
    /// <param name="beforeParts">Called when everything has been read, right before the first part is made.</param>
    public void Make(string configuration, Action? beforeParts = null)
    {
        Write(".aiwg/daemon.yaml", configuration);
        _claim = ProjectClaim.Take(Paths);
        var result = ConfigLoader.Load(Paths.Project, null);
        Clock = new AlarmClock(observe: (took, owner) =>
        {
            lock (Callbacks) Callbacks.Add((owner?.GetType().Name ?? "none", took));
        });
        var read = result.Configuration.ShouldNotBeNull(string.Join('\n', result.Errors));
        var ground = Groundwork.Open(Paths, read, Clock, detached: true);
        beforeParts?.Invoke();
        Parts = new DaemonParts(Paths, _claim, read, Requests, Clock, _notify, ground);
        _life = new DaemonLife(Parts);
    }

    public async Task StartAsync()
    {
        await _life!.StartAsync(() => { });
        Parts.WatchOwnFiles(Clock);
    }

    public Task StopAsync() => _life!.StopAsync("the test ends", CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_life is not null) await _life.DisposeAsync();
        _claim?.Dispose();
        _notify.Dispose();
        _directory.Dispose();
    }

    private AlarmClock Clock { get; set; } = null!;
}
