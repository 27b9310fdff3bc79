using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Workspaces;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>One task as a session needs it. All paths are absolute.</summary>
internal sealed record AgentWork
{
    /// <summary>Such as task-0001; the branch and the worktree are named after it.</summary>
    public required string Name { get; init; }

    /// <summary>The task's own directory; it exists.</summary>
    public required string Directory { get; init; }

    public required string Project { get; init; }

    public required ProviderDefinition Provider { get; init; }

    /// <summary>Null: the program's own choice.</summary>
    public string? Model { get; init; }

    public required AgentPermission Permission { get; init; }

    /// <summary>What to do, from somebody who may say so.</summary>
    public required string Prompt { get; init; }

    /// <summary>Data of events; goes behind the prompt in a fence, never as instructions. Null if there is none.</summary>
    public string? Untrusted { get; init; }

    public required WorkspaceOptions Workspace { get; init; }

    /// <summary>The program that says whether the work is right; empty if there is none.</summary>
    public IReadOnlyList<string> Verify { get; init; } = [];

    /// <summary>How often the agent may run, the first time included.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Ends an agent that has shown no sign of life for so long; zero: never.</summary>
    public TimeSpan Stall { get; init; }

    /// <summary>For the whole session; zero: no limit.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>How long what is asked to end may take for it.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Null: no limit.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>The whole environment of the agent, of git and of verify, without the daemon's secrets.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The session to continue after a crash or a limit; null starts a new one.</summary>
    public string? Session { get; init; }

    /// <summary>What the agent is told when its session is continued.</summary>
    public string? Note { get; init; }

    /// <summary>Starts every program of the session, so that cancel, timeout and recovery of the run reach it. A
    /// <see cref="SpawnException"/> says why it could not.</summary>
    public required Func<SpawnOptions, ChildProcess> Start { get; init; }
}
