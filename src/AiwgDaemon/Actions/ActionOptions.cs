namespace AiwgDaemon.Actions;

/// <summary>Limits that hold for all actions (<c>daemon.*</c>).</summary>
internal sealed record ActionOptions
{
    public int MaxParallel { get; init; } = 3;

    /// <summary>How many runs of a group may run at a time (<c>groups</c>).</summary>
    /// <summary>The group of the runs of agents. It is a lane of its own: its runs take no place of the others'.</summary>
    public const string AgentGroup = "agents";

    public IReadOnlyDictionary<string, int> Groups { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(120);

    /// <summary>Time between SIGTERM and SIGKILL.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest output of one action, in bytes.</summary>
    public long MaxOutputBytes { get; init; } = 10L * 1024 * 1024;

    /// <summary>Finished actions whose output file is kept.</summary>
    public int Kept { get; init; } = 200;

    /// <summary>Environment variables that hold the daemon's own secrets: not passed on unless an action names them.</summary>
    public IReadOnlyList<string> SecretEnv { get; init; } = [];
}
