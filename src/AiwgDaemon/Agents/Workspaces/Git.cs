namespace AiwgDaemon.Agents.Workspaces;

/// <summary>The program git, in one directory. What it refuses is a <see cref="WorkspaceException"/> with its own words.</summary>
/// <param name="call">Starts it.</param>
/// <param name="directory">Where it works; absolute.</param>
internal sealed class Git(ProgramCall call, string directory)
{
    // Nobody is there to be asked, and hooks, signing and helpers of the user's editor are for the user's own commits.
    private static readonly string[] Quiet =
        ["-c", "commit.gpgsign=false", "-c", "core.fsmonitor=false", "-c", "advice.detachedHead=false", "-c", "gc.auto=0"];

    public string Directory => directory;

    public Git In(string other) => new(call, other);

    /// <summary>What git needs beside the environment of the task: it finds its repository by its directory alone.</summary>
    public static Dictionary<string, string> Environment(IReadOnlyDictionary<string, string> inherited)
    {
        var environment = new Dictionary<string, string>(inherited, StringComparer.Ordinal);
        foreach (var name in inherited.Keys.Where(static n => n.StartsWith("GIT_", StringComparison.Ordinal))) environment.Remove(name);
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_EDITOR"] = "true";
        environment["LC_ALL"] = "C";
        // For a machine on which nobody has said who commits.
        environment.TryAdd("EMAIL", "aiwg-daemon@localhost");
        return environment;
    }

    public async Task<string> RunAsync(params string[] arguments)
    {
        var end = await TryAsync(arguments);
        return end.IsSuccess
            ? end.Output
            : throw new WorkspaceException($"git {arguments.First(static a => !a.StartsWith('-'))} failed: {end.Why}");
    }

    /// <summary>For what may fail.</summary>
    public Task<ProgramEnd> TryAsync(params string[] arguments) => call.RunAsync(["git", .. Quiet, .. arguments], directory);

    /// <summary>One line of output without its end; null if git refuses.</summary>
    public async Task<string?> LineAsync(params string[] arguments)
    {
        var end = await TryAsync(arguments);
        return end.IsSuccess ? end.Output.TrimEnd('\n') : null;
    }
}

/// <summary>A place to work that cannot be made, kept or given up; the message says why, and the cure if there is one.</summary>
internal sealed class WorkspaceException(string message) : Exception(message);
