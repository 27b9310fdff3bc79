using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules.Machine;

/// <summary>A few events of the journal, as they were read for a rule.</summary>
/// <param name="Rule">The rule as it was then: under another, they are read again.</param>
/// <param name="Backlog">What was read for.</param>
/// <param name="From">Where reading began.</param>
/// <param name="Until">Where the backlog ended then.</param>
/// <param name="Events">In their order; the rule is for those that are wanted and did not have them yet.</param>
/// <param name="IsLast">There are no more up to <paramref name="Until"/>.</param>
internal sealed record JournalPiece(
    Rule Rule, Backlog Backlog, long From, long Until, IReadOnlyList<(DaemonEvent Event, bool IsWanted)> Events, bool IsLast)
{
    /// <summary>Between two pieces, other events get their turn.</summary>
    public const int Most = 64;
}
