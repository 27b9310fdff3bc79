namespace AiwgDaemon.Agents.Workspaces;

/// <summary>Where a task works.</summary>
internal sealed record WorkspaceOptions
{
    /// <summary>False, or outside of a git repository: in the project itself.</summary>
    public bool Worktree { get; init; } = true;

    /// <summary>The commit to start from.</summary>
    public string Base { get; init; } = "HEAD";

    /// <summary>Absolute path of the directory that holds the worktrees.</summary>
    public required string Directory { get; init; }

    /// <summary>Paths relative to the project that become symbolic links in the worktree.</summary>
    public IReadOnlyList<string> Link { get; init; } = [];

    /// <summary>Paths relative to the project that are copied into the worktree.</summary>
    public IReadOnlyList<string> Copy { get; init; } = [];

    /// <summary>A program that prepares the worktree; empty if there is none.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];
}
