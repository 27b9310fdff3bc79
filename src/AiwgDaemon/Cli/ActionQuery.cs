using AiwgDaemon.Runs;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>Which actions a person wants to see.</summary>
internal sealed record ActionQuery(string? Status = null, string? Rule = null, DateTimeOffset? Since = null, int Lines = int.MaxValue)
{
    public bool IsAny => Status is null && Rule is null && Since is null;

    public bool Takes(ActionRecord action) =>
        (Status is null || Status == ActionEvents.Word(action.Status) || (Status == "waiting" && action.Status == ActionStatus.Queued))
        && (Rule is null || Rule == action.RuleId) && !(action.CompletedAt < Since);
}

/// <summary>What was found, newest first.</summary>
/// <param name="Actions">No more than were asked for.</param>
/// <param name="InJournal">How many events wait in the journal until their rule has room.</param>
internal sealed record FoundActions(IReadOnlyList<ActionRecord> Actions, long InJournal);
