using System.Text.Json;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>The actions of a project: from the live daemon, else as state.json remembers them.</summary>
internal static class ActionLookup
{
    /// <summary>Newest first.</summary>
    public static IReadOnlyList<ActionRecord> All(ProjectPaths paths)
    {
        using var daemon = DaemonCall.TryConnect(paths);
        if (daemon is not null)
        {
            var listed = daemon.Call("action.list", json => json.WriteNumber("limit"u8, 1000)).GetProperty("actions"u8);
            return [.. listed.EnumerateArray().Select(a => a.Deserialize(StateJsonContext.TolerantAction)!)];
        }
        if (StateStore.TryRead(paths.State, out var state, out var fault))
            return [.. state.ActiveActions.Concat(state.RecentActions).DistinctBy(a => a.Id).OrderByDescending(a => a.Id, StringComparer.Ordinal).Select(a => Left(a, paths))];
        return fault is null ? [] : throw new CommandException(fault);
    }

    // What ran when the daemon was killed: the next start records it so.
    private static ActionRecord Left(ActionRecord action, ProjectPaths paths) =>
        action.Status == ActionStatus.Running && InstanceLock.FindHolder(paths.Lock) is null ? action with { Status = ActionStatus.Lost } : action;

    /// <summary>The only action whose id is, begins or ends with the text. Ids begin with the time, so their ends tell them apart best.</summary>
    public static ActionRecord Find(ProjectPaths paths, string part) => Choose(All(paths), part);

    public static ActionRecord Choose(IReadOnlyList<ActionRecord> actions, string part)
    {
        var shown = ConsoleText.Printable(part);
        var found = actions.Where(a => a.Id.StartsWith(part, StringComparison.OrdinalIgnoreCase) || a.Id.EndsWith(part, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            _ when part.Length == 0 => throw new CommandException("The id of an action is needed; 'aiwg-daemon actions' lists them", ExitCodes.Usage),
            [var one] => one,
            [] => throw new CommandException($"There is no action '{shown}'; 'aiwg-daemon actions' lists them"),
            _ => throw new CommandException($"'{shown}' fits {found.Count} actions, among them {string.Join(", ", found.Take(3).Select(a => a.Id))}; write more of the id"),
        };
    }
}
