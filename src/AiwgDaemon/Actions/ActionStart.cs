using AiwgDaemon.Platform;

namespace AiwgDaemon.Actions;

/// <summary>The program of an action runs.</summary>
/// <param name="Process">Its leader; of an action that is no program, this process.</param>
/// <param name="OutputPath">Where its output goes, as records show it.</param>
internal readonly record struct ActionStart(ProcessIdentity Process, string OutputPath);

/// <summary>An action is over.</summary>
/// <param name="Outcome">How.</param>
/// <param name="OutputPath">Where something about it can be read, as records show it; null if there is no such file.</param>
internal readonly record struct ActionEnd(ActionOutcome Outcome, string? OutputPath);
