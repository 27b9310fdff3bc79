using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>An action with the values of an event in it.</summary>
/// <param name="Action">Null if the values cannot be put in.</param>
/// <param name="Refusal">Why not.</param>
/// <param name="Missing">Placeholders that are empty because the event has no such value.</param>
internal sealed record Expansion(ActionDefinition? Action, string? Refusal, IReadOnlyList<string> Missing);

/// <summary>Puts the values of a run's first event into its action; the rules know how. Thread-safe; never throws.</summary>
internal delegate Expansion ExpandAction(ActionDefinition action, DaemonEvent cause);

/// <summary>Does the work of a run; <paramref name="started"/> is called when its program runs. Never throws.</summary>
internal delegate Task<ActionEnd> ExecuteAction(ActionRun work, Action<ActionStart> started);
