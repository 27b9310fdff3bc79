namespace AiwgDaemon.Agents.Workspaces;

/// <summary><c>agents.worktree</c>.</summary>
internal sealed record WorktreeOptions
{
    /// <summary>The commit to start from.</summary>
    public string Base { get; init; } = "HEAD";

    /// <summary>Where the worktrees are, relative to the project.</summary>
    public string Directory { get; init; } = ".aiwg/worktrees";

    /// <summary>Paths relative to the project that become symbolic links in a worktree.</summary>
    public IReadOnlyList<string> Link { get; init; } = [];

    /// <summary>Paths relative to the project that are copied into a worktree.</summary>
    public IReadOnlyList<string> Copy { get; init; } = [];

    /// <summary>A program that prepares a worktree; empty if there is none.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>A worktree without anything that could be lost is removed so long after its task has ended.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(14);
}
