using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>What was found, newest first.</summary>
/// <param name="Actions">No more than were asked for.</param>
/// <param name="InJournal">How many events wait in the journal until their rule has room.</param>
internal sealed record FoundActions(IReadOnlyList<ActionRecord> Actions, long InJournal);
