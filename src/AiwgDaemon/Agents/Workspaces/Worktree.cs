using System.Text.Json.Serialization;

namespace AiwgDaemon.Agents.Workspaces;

/// <summary>Where a task works, as its record keeps it. Paths are absolute.</summary>
/// <param name="Path">The root of the worktree.</param>
/// <param name="Branch">The branch of the task.</param>
/// <param name="Base">The commit that it began at.</param>
/// <param name="Prefix">The project's path below the root of its repository; empty if it is the root.</param>
/// <param name="IsReady">False as long as it is being made: then no agent has worked there, and nothing of it can be missed.</param>
internal sealed record Worktree(string Path, string Branch, string Base, string Prefix, bool IsReady)
{
    /// <summary>The project inside of the worktree.</summary>
    [JsonIgnore]
    public string Project => System.IO.Path.Combine(Path, Prefix);
}
