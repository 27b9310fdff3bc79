namespace AiwgDaemon.Sources.Watch;

[Flags]
internal enum FileEvents
{
    None = 0,
    Create = 1,
    Modify = 2,
    Delete = 4,
    All = Create | Modify | Delete,
}

internal enum Polling
{
    /// <summary>If the filesystem does not report changes.</summary>
    Auto,
    Always,
    Never,
}

/// <summary>Section <c>watch</c>.</summary>
internal sealed record WatchOptions
{
    public bool Enabled { get; init; } = true;

    public IReadOnlyList<WatchPath> Paths { get; init; } = [];

    /// <summary>Patterns that hold for all paths.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Honour <c>.gitignore</c> files, <c>.git/info/exclude</c> and the user's global excludes.</summary>
    public bool GitIgnore { get; init; } = true;

    /// <summary>Quiet time after which a change is reported.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest time that a change may wait for quiet.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(5000);

    public Polling Polling { get; init; } = Polling.Auto;
}

/// <summary>One entry of <c>watch.paths</c>.</summary>
internal sealed record WatchPath
{
    /// <summary>As written: relative to the project, or absolute; a directory or a file, which need not exist yet.</summary>
    public required string Path { get; init; }

    public FileEvents Events { get; init; } = FileEvents.All;

    /// <summary>With the dot; empty: all.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    public IReadOnlyList<string> Ignore { get; init; } = [];
}
