using System.Globalization;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Actions;

/// <summary>
/// The environment of an action: what the daemon inherited, without its secrets and what its service manager meant for it
/// alone, the action's own <c>env_file</c> and <c>env</c>, and the event.
/// </summary>
internal static class ActionEnvironment
{
    /// <summary>A larger payload is on standard input only: one variable may have 128 KiB on Linux.</summary>
    public const int LargestPayload = 64 * 1024;

    // systemd's protocols with the daemon: a child that speaks them would speak for it.
    private static readonly string[] ForTheDaemonAlone =
        ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"];

    // A daemon may itself run inside an action of another project.
    private static readonly string[] OfAnotherAction =
    [
        "AIWG_EVENT_ID", "AIWG_EVENT_TYPE", "AIWG_EVENT_SOURCE", "AIWG_EVENT_PATH", "AIWG_EVENT_PATHS_FILE", "AIWG_PATHS_FILE",
        "AIWG_EVENT_PAYLOAD", "AIWG_EVENT_PAYLOAD_TRUNCATED", "AIWG_ACTION_ID", "AIWG_RULE_ID", "AIWG_SLOT",
    ];

    /// <param name="request">The action and its events.</param>
    /// <param name="secrets">Names of the daemon's own secrets, which an action only gets if it asks for them.</param>
    /// <param name="file">What <c>env_file</c> says; null without one.</param>
    /// <param name="project">The project's directory.</param>
    /// <param name="pathsFile">The file with the paths of the events; null if they have none.</param>
    public static Dictionary<string, string> Create(
        ActionRequest request, IReadOnlyList<string> secrets, IReadOnlyDictionary<string, string>? file, string project, string? pathsFile)
    {
        var environment = new Dictionary<string, string>(InheritedEnvironment.Variables, StringComparer.Ordinal);
        foreach (var name in ForTheDaemonAlone) environment.Remove(name);
        foreach (var name in OfAnotherAction) environment.Remove(name);
        foreach (var name in secrets)
            if (!request.Action.PassEnv.Contains(name)) environment.Remove(name);
        foreach (var (name, value) in file ?? new Dictionary<string, string>(StringComparer.Ordinal)) environment[name] = value;
        foreach (var (name, value) in request.Action.Env) environment[name] = value;
        AddEvent(environment, request, pathsFile);
        environment["AIWG_PROJECT"] = project;
        return environment;
    }

    private static void AddEvent(Dictionary<string, string> environment, ActionRequest request, string? pathsFile)
    {
        var cause = request.Events[0];
        environment[Leftovers.Variable] = request.Id;
        environment["AIWG_RULE_ID"] = request.RuleId;
        if (request.Slot > 0) environment["AIWG_SLOT"] = request.Slot.ToString(CultureInfo.InvariantCulture);
        environment["AIWG_EVENT_ID"] = cause.Id.ToString();
        environment["AIWG_EVENT_TYPE"] = cause.Type;
        environment["AIWG_EVENT_SOURCE"] = EventJson.Word(cause.Source);
        if (ActionEventDocument.Path(cause) is { } path) environment["AIWG_EVENT_PATH"] = path;
        if (pathsFile is not null) environment["AIWG_EVENT_PATHS_FILE"] = environment["AIWG_PATHS_FILE"] = pathsFile;
        if (cause.PayloadLength <= LargestPayload) environment["AIWG_EVENT_PAYLOAD"] = NativePath.FromBytes(cause.Payload.Span);
        else environment["AIWG_EVENT_PAYLOAD_TRUNCATED"] = "1";
    }
}
