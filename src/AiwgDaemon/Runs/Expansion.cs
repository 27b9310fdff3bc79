using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>An action with the values of an event in it.</summary>
/// <param name="Action">Null if the values cannot be put in.</param>
/// <param name="Refusal">Why not.</param>
/// <param name="Missing">Placeholders that are empty because the event has no such value.</param>
internal sealed record Expansion(ActionDefinition? Action, string? Refusal, IReadOnlyList<string> Missing)
{
    /// <summary>Puts the values into a run, once: what a value looks like is no placeholder to be filled in when the run goes on after a
    /// wait. Null if that is done, else why not.</summary>
    public static string? Into(Run run, ExpandAction expand, ILogger logger)
    {
        if (run.IsExpanded) return null;
        var expansion = expand(run.Action, run.Events[0]);
        if (expansion.Action is not { } action) return expansion.Refusal;
        foreach (var name in expansion.Missing) RunsLog.MissingValue(logger, run.RuleId, name);
        run.Events[0].Shed();
        (run.Action, run.IsExpanded) = (action, true);
        return null;
    }
}

/// <summary>Puts the values of a run's first event into its action; the rules know how. Thread-safe; never throws.</summary>
internal delegate Expansion ExpandAction(ActionDefinition action, DaemonEvent cause);

/// <summary>Does the work of a run; <paramref name="started"/> is called when its program runs. Never throws.</summary>
internal delegate Task<ActionEnd> ExecuteAction(ActionRun work, Action<ActionStart> started);
