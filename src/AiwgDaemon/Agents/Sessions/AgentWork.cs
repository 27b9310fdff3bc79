using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Workspaces;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>Where the programs of one run of a task work, and where their output goes.</summary>
/// <param name="run">The run.</param>
/// <param name="limits">At its start.</param>
/// <param name="places">Where the project is.</param>
/// <param name="log">The output file of the run.</param>
/// <param name="copy">The file stream.jsonl of the task.</param>
/// <param name="started">Is told of each program that runs.</param>
internal sealed class AgentWork(
    ActionRun run, ActionOptions limits, ActionPlaces places, ActionLog log, TaskStream copy, Action<ProcessIdentity> started)
{
    public ActionRun Run => run;

    public ActionOptions Limits => limits;

    /// <summary>The project's directory: it, or where it is in the worktree of the task.</summary>
    public string Project { get; set; } = places.Project;

    /// <summary>Where programs work; absolute.</summary>
    public string Directory => Path.GetFullPath(run.Request.Action.Cwd, Project);

    public Action<ProcessIdentity> Started => started;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        log.Write(bytes);
        copy.Write(bytes);
    }

    /// <summary>Starts programs beside the agent.</summary>
    public ProgramCall Call(AgentTask task, TimeProvider time, ILogger logger) => new(EnvironmentFor(null, task), run, time, logger);

    /// <summary>A line of the daemon's own between what programs print.</summary>
    public void Say(string text) => log.Write(Encoding.UTF8.GetBytes($"# {ActionLog.OneLine(text)}\n"));

    /// <summary>That of an action, without what an event says: that is in the prompt, in its fence. What the provider's account needs is
    /// given to its program, although it is a secret.</summary>
    public Dictionary<string, string> EnvironmentFor(ProviderDefinition? provider, AgentTask task)
    {
        var request = run.Request;
        var variables = request.Action.EnvFile is { } file ? EnvFile.Read(Path.GetFullPath(file, places.Project)) : null;
        var environment = ActionEnvironment.Create(request, limits.SecretEnv, variables, places.Project, pathsFile: null);
        foreach (var name in (string[])["AIWG_EVENT_PAYLOAD", "AIWG_EVENT_PAYLOAD_TRUNCATED", "AIWG_EVENT_PATH"]) environment.Remove(name);
        foreach (var name in provider?.CredentialVariables ?? [])
            if (InheritedEnvironment.Variables.TryGetValue(name, out var secret)) environment.TryAdd(name, secret);
        environment["AIWG_TASK"] = AgentRequest.NameOf(task.Number);
        environment["AIWG_PERMISSION"] = task.Permission.ToString().ToLowerInvariant();
        return environment;
    }
}
