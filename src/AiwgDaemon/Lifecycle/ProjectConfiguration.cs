using AiwgDaemon.Api;
using AiwgDaemon.Config;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle.Services;
using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// The configuration as a command that only reads sees it: the file of the running daemon if one runs, with the variables of this shell,
/// of the service's environment file and of that daemon. A variable that none of them has is a warning.
/// </summary>
internal sealed class ProjectConfiguration
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly ProjectPaths _paths;
    private readonly string? _file;
    private readonly bool _asks;
    private readonly Lazy<IReadOnlyDictionary<string, string>> _service;

    private ProjectConfiguration(ProjectPaths paths, string? named, DaemonState? running, bool asks)
    {
        _paths = paths;
        _file = named ?? running?.ConfigPath;
        Path = ConfigLoader.Find(paths.Project, _file);
        Running = running?.ConfigPath == Path ? running : null;
        _asks = asks && Running is not null;
        _service = new(() => EnvironmentFile.Read(System.IO.Path.Combine(paths.Daemon, "environment")));
        IsFollowed = named is null && Path != ConfigLoader.Find(paths.Project, null);
    }

    /// <summary>The file; absolute.</summary>
    public string Path { get; }

    /// <summary>True if the file is another one than the project's own, because the running daemon works by it.</summary>
    public bool IsFollowed { get; }

    /// <summary>The state of the daemon that works by this file; null if none does.</summary>
    public DaemonState? Running { get; }

    public ConfigSurroundings Surroundings => new()
    {
        Purpose = ConfigPurpose.Read,
        Variable = name => Environment.GetEnvironmentVariable(name) ?? _service.Value.GetValueOrDefault(name),
        IsSetInDaemon = name => _asks && Ask(name),
    };

    /// <param name="paths">The project.</param>
    /// <param name="named">The file that the command line names; null for that of the running daemon, or the project's own.</param>
    /// <param name="asks">False if the daemon is not to be asked what it has, because nothing is shown of it.</param>
    public static ProjectConfiguration Of(ProjectPaths paths, string? named, bool asks = true) =>
        new(paths, named is null ? null : System.IO.Path.GetFullPath(named), RunningState(paths), asks);

    public ConfigResult Load() => ConfigLoader.Load(_paths.Project, _file, Surroundings);

    /// <summary>True if the running daemon works by another content than the file has now.</summary>
    public bool IsChanged(DaemonConfiguration configuration) =>
        Running is { ConfigHash.Length: > 0 } running && running.ConfigHash != configuration.Hash;

    private static DaemonState? RunningState(ProjectPaths paths)
    {
        try
        {
            return
                ProjectFault.Of(paths) is null
                && RunningDaemon.Look(paths, TimeSpan.Zero) is { } holder
                && StateStore.TryRead(paths.State, out var state, out _)
                && state.Pid == holder.Pid
                && state.ConfigPath.Length > 0
                ? state
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's daemon, of which nothing can be seen: the project's own file is the best guess.
            return null;
        }
    }

    private bool Ask(string name)
    {
        try
        {
            using var client = ControlClient.TryConnect(_paths.Socket);
            if (client is null)
                return false;
            return client
                .CallAsync("config.variable", json => json.WriteString("name"u8, name), AnswerLimit)
                .GetAwaiter()
                .GetResult()
                .GetProperty("set"u8)
                .GetBoolean();
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ApiException or OperationCanceledException or TimeoutException)
        {
            // An earlier version, or one that hangs: the warning that follows says what this shell knows.
            return false;
        }
    }
}
