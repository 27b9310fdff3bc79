using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Agents;

/// <summary>What tasks ask of the runs.</summary>
/// <param name="List">How they stand, the newest first.</param>
/// <param name="Cancel">Ends one in any state; false if it has ended.</param>
/// <param name="Wake">Lets one go on that has begun and waits; false if it does not.</param>
internal sealed record TaskRuns(
    Func<RunFilter, IReadOnlyList<ActionRecord>> List, Func<string, bool> Cancel, Func<string, bool> Wake);
