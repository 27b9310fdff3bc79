using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>The actions of a project: from the live daemon, else as state.json remembers them.</summary>
internal static class ActionLookup
{
    private const int Page = 1000;

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<ActionRecord> All(ProjectPaths paths) => Query(paths, new RunFilter()).Actions;

    public static FoundActions Query(ProjectPaths paths, RunFilter query)
    {
        using var daemon = DaemonCall.TryConnect(paths);
        if (daemon is not null) return Ask(daemon, query);
        try
        {
            return new FoundActions(new StoppedDaemon(paths).Actions(query), 0);
        }
        catch (ApiException e)
        {
            throw new CommandException(e.Message);
        }
    }

    private static FoundActions Ask(DaemonCall daemon, RunFilter query)
    {
        var found = new List<ActionRecord>();
        var queued = 0L;
        while (true)
        {
            var limit = Math.Min(Page, query.Limit - found.Count);
            var result = daemon.Call("action.list", json =>
            {
                json.WriteNumber("limit"u8, limit);
                if (query.Status is not null) json.WriteString("status"u8, query.Status);
                if (query.Rule is not null) json.WriteString("rule"u8, query.Rule);
                if (query.Since is { } since) json.WriteString("since"u8, since.UtcDateTime);
                if (found.Count > 0) json.WriteString("before"u8, found[^1].Id);
            });
            var page = result
                .GetProperty("actions"u8)
                .EnumerateArray()
                .Select(a => a.Deserialize(StateJsonContext.TolerantAction)!)
                .ToList();
            // A daemon of an earlier version does not say, and knows no pages.
            var isPaged = result.TryGetProperty("in_journal"u8, out var inJournal);
            if (isPaged) queued = inJournal.GetInt64();
            found.AddRange(isPaged ? page : page.Where(query.Takes));
            if (!isPaged || page.Count < limit || found.Count >= query.Limit) return new FoundActions(found, queued);
        }
    }

    /// <summary>The only action whose id is, begins or ends with the text. Ids begin with the time, so their ends tell them apart
    /// best.</summary>
    public static ActionRecord Find(ProjectPaths paths, string part) => Choose(All(paths), part);

    public static ActionRecord Choose(IReadOnlyList<ActionRecord> actions, string part)
    {
        var shown = ConsoleText.Printable(part);
        var found = actions
            .Where(a =>
                a.Id.StartsWith(part, StringComparison.OrdinalIgnoreCase) || a.Id.EndsWith(part, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        return found switch
        {
            _ when part.Length == 0 => throw new CommandException(
                "The id of an action is needed; 'aiwg-daemon actions' lists them",
                ExitCodes.Usage
            ),
            [var one] => one,
            [] => throw new CommandException($"There is no action '{shown}'; 'aiwg-daemon actions' lists them"),
            _ => throw new CommandException(
                $"'{shown}' fits {found.Count} actions, among them {string.Join(", ", found.Take(3).Select(a => a.Id))}; write more of "
                    + "the id"
            ),
        };
    }
}
