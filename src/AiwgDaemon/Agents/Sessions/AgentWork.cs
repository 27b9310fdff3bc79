using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>Where the programs of one run of a task work, and where their output goes.</summary>
/// <param name="run">The run.</param>
/// <param name="limits">At its start.</param>
/// <param name="project">The project's directory.</param>
/// <param name="log">The output file of the run.</param>
/// <param name="copy">The file stream.jsonl of the task.</param>
/// <param name="started">Is told of each program that runs.</param>
internal sealed class AgentWork(
    ActionRun run, ActionOptions limits, string project, ActionLog log, TaskStream copy, Action<ProcessIdentity> started)
{
    public ActionRun Run => run;

    public ActionOptions Limits => limits;

    /// <summary>Absolute.</summary>
    public string Directory { get; set; } = Path.GetFullPath(run.Request.Action.Cwd, project);

    public Action<ProcessIdentity> Started => started;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        log.Write(bytes);
        copy.Write(bytes);
    }

    /// <summary>That of an action, without what an event says: that is in the prompt, in its fence. What the provider's account needs is
    /// given to its program, although it is a secret.</summary>
    public Dictionary<string, string> EnvironmentFor(ProviderDefinition? provider, AgentTask task)
    {
        var request = run.Request;
        var variables = request.Action.EnvFile is { } file ? EnvFile.Read(Path.GetFullPath(file, project)) : null;
        var environment = ActionEnvironment.Create(request, limits.SecretEnv, variables, project, pathsFile: null);
        foreach (var name in (string[])["AIWG_EVENT_PAYLOAD", "AIWG_EVENT_PAYLOAD_TRUNCATED", "AIWG_EVENT_PATH"]) environment.Remove(name);
        foreach (var name in provider?.CredentialVariables ?? [])
            if (InheritedEnvironment.Variables.TryGetValue(name, out var secret)) environment.TryAdd(name, secret);
        environment["AIWG_TASK"] = AgentRequest.NameOf(task.Number);
        environment["AIWG_PERMISSION"] = task.Permission.ToString().ToLowerInvariant();
        return environment;
    }
}
